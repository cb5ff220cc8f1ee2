"""Calls in the order they became due.

Revision 0007, after 0006, made 2026-11-21 22:15:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

WAITS = sa.text("state = 'open' AND topic IS NULL AND lease_token IS NULL AND NOT held")


def upgrade() -> None:
    op.create_index('ix_service_task_due', 'service_task', ['not_before', 'id'], unique=False, sqlite_where=WAITS, postgresql_where=WAITS)


def downgrade() -> None:
    op.drop_index('ix_service_task_due', table_name='service_task')
