"""Places in queues: kept for somebody, put first, priority; the stamp of queues and classes.

Revision 0014, after 0013, made 2026-11-22 01:30:00.
"""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

NEXT = "state = 'open' AND assignee IS NULL AND rank_at IS NOT NULL"
INDEXES = {
    'ix_user_task_waiting': (['class_id', 'rank_at', 'id'], NEXT + " AND reserved_for IS NULL"),
    'ix_user_task_reserved': (['reserved_for'], "state = 'open' AND assignee IS NULL AND reserved_for IS NOT NULL"),
    'ix_user_task_pinned': (['pinned_at'], "state = 'open' AND assignee IS NULL AND pinned_at IS NOT NULL"),
    'ix_user_task_in_hand': (['class_id'], "state = 'open' AND assignee IS NOT NULL"),
}


def upgrade() -> None:
    op.add_column('user_task', sa.Column('reserved_for', sa.String(), nullable=True))
    op.add_column('user_task', sa.Column('pinned_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('user_task', sa.Column('pinned_by', sa.String(), nullable=True))
    op.add_column('user_task', sa.Column('priority', sa.String(), nullable=True))
    for name, (columns, where) in INDEXES.items():
        op.create_index(name, 'user_task', columns, unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.drop_index('ix_user_task_next', table_name='user_task')
    op.add_column('work_class', sa.Column('priority', sa.String(), nullable=True))
    op.add_column('work_queue', sa.Column('shared_limit', sa.Integer(), nullable=True))
    stamp = op.create_table('work_stamp',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('value', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_stamp'))
    )
    op.bulk_insert(stamp, [{'id': 1, 'value': UUID('00000000-0000-7000-8000-000000000001')}])


def downgrade() -> None:
    op.drop_table('work_stamp')
    op.drop_column('work_queue', 'shared_limit')
    op.drop_column('work_class', 'priority')
    op.create_index('ix_user_task_next', 'user_task', ['class_id', 'rank_at', 'id'], unique=False, sqlite_where=sa.text(NEXT), postgresql_where=sa.text(NEXT))
    for name in INDEXES:
        op.drop_index(name, table_name='user_task')
    for name in ('priority', 'pinned_by', 'pinned_at', 'reserved_for'):
        op.drop_column('user_task', name)
