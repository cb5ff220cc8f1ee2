"""Incidents of start timers, which have no case; leases that were lost.

Revision 0015, after 0014, made 2026-11-22 01:32:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.alter_column('instance_id', existing_type=sa.Uuid(), nullable=True)
    # A constant default costs no rewrite, and lets the release before go on.
    op.add_column('service_task', sa.Column('lost_leases', sa.Integer(), nullable=False, server_default='0'))


def downgrade() -> None:
    with op.batch_alter_table('service_task', schema=None) as batch_op:
        batch_op.drop_column('lost_leases')
    op.execute('DELETE FROM incident WHERE instance_id IS NULL')
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.alter_column('instance_id', existing_type=sa.Uuid(), nullable=False)
