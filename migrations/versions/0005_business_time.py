"""User tasks in business time, and what queues sort them by.

Revision 0005, after 0004, made 2026-11-21 22:20:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

COLUMNS = (
    ('calendar', sa.String()),
    ('calendar_version', sa.Integer()),
    ('schedule', sa.JSON(none_as_null=True)),
    ('category', sa.String()),
    ('weight', sa.Double()),
    ('affinity', sa.String()),
    ('class_id', sa.Uuid()),
    ('rank_at', sa.DateTime(timezone=True)),
)
INDEXES = (
    ('ix_user_task_unsorted', ['id'], "state = 'open' AND class_id IS NULL"),
    ('ix_user_task_next', ['class_id', 'rank_at', 'id'], "state = 'open' AND assignee IS NULL AND rank_at IS NOT NULL"),
    ('ix_user_task_resting', ['follow_up_at'], "state = 'open' AND class_id IS NOT NULL AND rank_at IS NULL"),
    ('ix_user_task_calendar', ['calendar', 'calendar_version'], "state = 'open' AND calendar IS NOT NULL"),
)


def upgrade() -> None:
    with op.batch_alter_table('business_calendar', schema=None) as batch_op:
        batch_op.drop_column('followed_version')
    with op.batch_alter_table('user_task', schema=None) as batch_op:
        for name, kind in COLUMNS:
            batch_op.add_column(sa.Column(name, kind, nullable=True))
    for name, columns, where in INDEXES:
        op.create_index(name, 'user_task', columns, unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    for name, _columns, _where in INDEXES:
        op.drop_index(name, table_name='user_task')
    with op.batch_alter_table('user_task', schema=None) as batch_op:
        for name, _kind in COLUMNS:
            batch_op.drop_column(name)
    with op.batch_alter_table('business_calendar', schema=None) as batch_op:
        batch_op.add_column(sa.Column('followed_version', sa.Integer(), nullable=False, server_default='0'))
