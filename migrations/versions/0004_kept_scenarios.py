"""Scenarios kept by the designer.

Revision 0004, after 0003, made 2026-11-21 22:05:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('kept_scenario',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('process_key', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kept_scenario')),
    sa.UniqueConstraint('process_key', 'name', name=op.f('uq_kept_scenario_process_key_name'))
    )


def downgrade() -> None:
    op.drop_table('kept_scenario')
