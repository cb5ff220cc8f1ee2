"""Unique business keys; incidents of messages.

Revision 0006, after 0005, made 2026-11-21 22:10:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

OPEN = sa.text('ended_at IS NULL AND unique_key IS NOT NULL')


def upgrade() -> None:
    op.add_column('process_instance', sa.Column('unique_key', sa.String(), nullable=True))
    op.create_index('uq_process_instance_unique_key', 'process_instance', ['key', 'unique_key'], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.add_column('incident', sa.Column('message_id', sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column('incident', 'message_id')
    op.drop_index('uq_process_instance_unique_key', table_name='process_instance')
    op.drop_column('process_instance', 'unique_key')
