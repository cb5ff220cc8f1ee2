"""Scenarios that are thrown away lie there until they are brought back.

Revision 0038, after 0037, made 2026-11-22 11:55:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('kept_scenario', sa.Column('thrown_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('kept_scenario', sa.Column('thrown_by', sa.String(), nullable=True))


def downgrade() -> None:
    # Nobody had a place for them before.
    thrown = 'SELECT id FROM kept_scenario WHERE thrown_at IS NOT NULL'
    op.execute(f'DELETE FROM scenario_text WHERE scenario_id IN ({thrown})')
    op.execute('DELETE FROM kept_scenario WHERE thrown_at IS NOT NULL')
    with op.batch_alter_table('kept_scenario', schema=None) as batch_op:
        batch_op.drop_column('thrown_by')
        batch_op.drop_column('thrown_at')
