"""Links by which guests answer one form.

Revision 0020, after 0018, made 2026-11-22 01:45:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('guest_link',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('instance_id', sa.Uuid(), nullable=True),
    sa.Column('element_id', sa.String(), nullable=True),
    sa.Column('task_id', sa.Uuid(), nullable=True),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('is_reusable', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_by', sa.String(), nullable=True),
    sa.Column('progress', sa.JSON(none_as_null=True), nullable=True),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_guest_link_instance_id_process_instance')),
    sa.ForeignKeyConstraint(['task_id'], ['user_task.id'], name=op.f('fk_guest_link_task_id_user_task')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guest_link'))
    )
    with op.batch_alter_table('guest_link', schema=None) as batch_op:
        batch_op.create_index('ix_guest_link_expires_at', ['expires_at'], unique=False)
        batch_op.create_index('ix_guest_link_instance_id', ['instance_id', 'id'], unique=False)
        batch_op.create_index('ix_guest_link_key', ['key', 'id'], unique=False)
        batch_op.create_index('ix_guest_link_task_id', ['task_id'], unique=False)


def downgrade() -> None:
    op.drop_table('guest_link')
