"""When people want a mail with what is new to them.

Revision 0034, after 0033, made 2026-11-22 05:24:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('digest',
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('hour', sa.Integer(), nullable=True),
    sa.Column('zone', sa.String(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('person', name=op.f('pk_digest'))
    )
    op.create_index('ix_digest_next_at', 'digest', ['next_at'], unique=False, sqlite_where=sa.text('next_at IS NOT NULL'), postgresql_where=sa.text('next_at IS NOT NULL'))


def downgrade() -> None:
    op.drop_table('digest')
