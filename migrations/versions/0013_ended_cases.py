"""Find ended cases of a process by when they ended.

Revision 0013, after 0012, made 2026-11-21 23:31:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('process_instance', schema=None) as batch_op:
        batch_op.create_index('ix_process_instance_ended_at', ['key', 'ended_at'], unique=False, sqlite_where=sa.text('ended_at IS NOT NULL'), postgresql_where=sa.text('ended_at IS NOT NULL'))


def downgrade() -> None:
    with op.batch_alter_table('process_instance', schema=None) as batch_op:
        batch_op.drop_index('ix_process_instance_ended_at', sqlite_where=sa.text('ended_at IS NOT NULL'), postgresql_where=sa.text('ended_at IS NOT NULL'))
