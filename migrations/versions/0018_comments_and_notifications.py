"""Comments on cases, and notifications of people.

Revision 0018, after 0017, made 2026-11-22 01:50:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

UNREAD = sa.text('read_at IS NULL')


def upgrade() -> None:
    op.create_table('comment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('instance_id', sa.Uuid(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=True),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('mentions', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_comment_instance_id_process_instance')),
    sa.ForeignKeyConstraint(['task_id'], ['user_task.id'], name=op.f('fk_comment_task_id_user_task')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment'))
    )
    op.create_index('ix_comment_instance_id', 'comment', ['instance_id', 'id'], unique=False)
    op.create_index('ix_comment_task_id', 'comment', ['task_id'], unique=False)
    op.create_table('notification',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('instance_id', sa.Uuid(), nullable=True),
    sa.Column('task_id', sa.Uuid(), nullable=True),
    sa.Column('by', sa.String(), nullable=True),
    sa.Column('details', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('mailed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_notification_instance_id_process_instance')),
    sa.ForeignKeyConstraint(['task_id'], ['user_task.id'], name=op.f('fk_notification_task_id_user_task')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification'))
    )
    op.create_index('ix_notification_person', 'notification', ['person', 'id'], unique=False)
    op.create_index('ix_notification_instance_id', 'notification', ['instance_id'], unique=False)
    op.create_index('ix_notification_task_id', 'notification', ['task_id'], unique=False)
    op.create_index('ix_notification_unread', 'notification', ['person'], unique=False, sqlite_where=UNREAD, postgresql_where=UNREAD)


def downgrade() -> None:
    op.drop_table('notification')
    op.drop_table('comment')
