"""What was done on a day is found by an index.

Revision 0032, after 0031, made 2026-11-22 04:55:00.
"""

from migrations.indexes import create_index, drop_index

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index(
        'ix_user_task_completed_at',
        'user_task',
        ['completed_at', 'class_id'],
        where="state = 'completed'",
    )


def downgrade() -> None:
    drop_index('ix_user_task_completed_at', 'user_task')
