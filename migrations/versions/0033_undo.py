"""What undoing a completion needs, and entries of the log that undo others.

Revision 0033, after 0032, made 2026-11-22 04:58:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('completion_undo',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=False),
    sa.Column('instance_id', sa.Uuid(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('since', sa.Uuid(), nullable=False),
    sa.Column('assignee', sa.String(), nullable=True),
    sa.Column('claimed_by', sa.String(), nullable=True),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state', sa.LargeBinary(), nullable=False),
    sa.Column('waits', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('large_values', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('after', sa.LargeBinary(), nullable=False),
    sa.Column('sent', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('heard', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('told_end', sa.Boolean(), nullable=False),
    sa.Column('answers', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('files', sa.JSON(none_as_null=True), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_completion_undo_instance_id_process_instance')),
    sa.ForeignKeyConstraint(['task_id'], ['user_task.id'], name=op.f('fk_completion_undo_task_id_user_task')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_completion_undo'))
    )
    op.create_index('ix_completion_undo_task_id', 'completion_undo', ['task_id'], unique=False)
    op.add_column('log_entry', sa.Column('undoes', sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column('log_entry', 'undoes')
    op.drop_table('completion_undo')
