"""Parts of names and business keys of open tasks are found by an index.

Revision 0030, after 0029, made 2026-11-22 04:40:00.
"""

from migrations.indexes import create_words_index, drop_index

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_words_index(
        'ix_user_task_words', 'user_task', ['name', 'business_key'], where="state = 'open'"
    )


def downgrade() -> None:
    drop_index('ix_user_task_words', 'user_task')
