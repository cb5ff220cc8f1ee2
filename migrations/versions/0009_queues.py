"""Queues, classes of work, workers, and who was given what.

Revision 0009, after 0008, made 2026-11-21 22:30:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

DONE = "state = 'completed' AND class_id IS NOT NULL"


def upgrade() -> None:
    op.create_table('work_queue',
    sa.Column('group_name', sa.String(), nullable=False),
    sa.Column('mode', sa.String(), nullable=False),
    sa.Column('calendar', sa.String(), nullable=False),
    sa.Column('target_seconds', sa.Integer(), nullable=False),
    sa.Column('look_ahead_seconds', sa.Integer(), nullable=False),
    sa.Column('in_hand_limit', sa.Integer(), nullable=False),
    sa.Column('rules', sa.String(), nullable=True),
    sa.Column('rules_problem', sa.String(), nullable=True),
    sa.Column('recovery', sa.Boolean(), nullable=False),
    sa.Column('guard_seconds', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('group_name', name=op.f('pk_work_queue'))
    )
    op.create_table('work_class',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('signature', sa.String(), nullable=False),
    sa.Column('queue', sa.String(), nullable=False),
    sa.Column('is_for_all', sa.Boolean(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('element_id', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('category', sa.String(), nullable=True),
    sa.Column('affinity', sa.String(), nullable=True),
    sa.Column('model_skills', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('model_weight', sa.Double(), nullable=True),
    sa.Column('skills', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('weight', sa.Double(), nullable=False),
    sa.Column('target_seconds', sa.Integer(), nullable=False),
    sa.Column('look_ahead_seconds', sa.Integer(), nullable=False),
    sa.Column('handle_seconds', sa.Integer(), nullable=False),
    sa.Column('is_handle_ruled', sa.Boolean(), nullable=False),
    sa.Column('ruled_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_class')),
    sa.UniqueConstraint('signature', name=op.f('uq_work_class_signature'))
    )
    op.create_index(op.f('ix_work_class_queue'), 'work_class', ['queue'], unique=False)
    op.create_table('work_class_group',
    sa.Column('group_name', sa.String(), nullable=False),
    sa.Column('class_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['class_id'], ['work_class.id'], name=op.f('fk_work_class_group_class_id_work_class'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('group_name', 'class_id', name=op.f('pk_work_class_group'))
    )
    op.create_index(op.f('ix_work_class_group_class_id'), 'work_class_group', ['class_id'], unique=False)
    op.create_table('worker',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('skills', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('in_hand_limit', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_worker'))
    )
    op.create_table('dispatch',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=False),
    sa.Column('class_id', sa.Uuid(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cost', sa.Double(), nullable=False),
    sa.Column('reason', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('sentence', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['user_task.id'], name=op.f('fk_dispatch_task_id_user_task')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dispatch'))
    )
    op.create_index('ix_dispatch_task_id', 'dispatch', ['task_id', 'id'], unique=False)
    op.create_index('ix_user_task_done', 'user_task', ['class_id', 'id'], unique=False, sqlite_where=sa.text(DONE), postgresql_where=sa.text(DONE))


def downgrade() -> None:
    op.drop_index('ix_user_task_done', table_name='user_task')
    op.drop_table('dispatch')
    op.drop_table('worker')
    op.drop_table('work_class_group')
    op.drop_table('work_class')
    op.drop_table('work_queue')
