"""How far the stall radar is; it no longer keeps a moment at each case.

Revision 0016, after 0015, made 2026-11-22 01:36:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

OPEN = sa.text('ended_at IS NULL')


def upgrade() -> None:
    op.create_table('radar_round',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('position', sa.Uuid(), nullable=True),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('took_seconds', sa.Double(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_radar_round'))
    )
    # The column stays for the release before, which reads it: docs/adr/0016.
    op.drop_index('ix_process_instance_check_at', table_name='process_instance')


def downgrade() -> None:
    op.create_index('ix_process_instance_check_at', 'process_instance', ['check_at'], unique=False, sqlite_where=OPEN, postgresql_where=OPEN)
    op.drop_table('radar_round')
