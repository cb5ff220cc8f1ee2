"""Files of cases, and half-filled forms.

Revision 0017, after 0016, made 2026-11-22 01:35:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

HELD = sa.text('instance_id IS NULL')


def upgrade() -> None:
    op.create_table('attachment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('instance_id', sa.Uuid(), nullable=True),
    sa.Column('task_id', sa.Uuid(), nullable=True),
    sa.Column('field', sa.String(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('digest', sa.String(), nullable=True),
    sa.Column('is_scanned', sa.Boolean(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('uploaded_by', sa.String(), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_by', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_attachment_instance_id_process_instance')),
    sa.ForeignKeyConstraint(['task_id'], ['user_task.id'], name=op.f('fk_attachment_task_id_user_task')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment'))
    )
    op.create_index('ix_attachment_instance_id', 'attachment', ['instance_id', 'id'], unique=False)
    op.create_index('ix_attachment_task_id', 'attachment', ['task_id'], unique=False)
    op.create_index('ix_attachment_digest', 'attachment', ['digest'], unique=False)
    op.create_index('ix_attachment_held', 'attachment', ['uploaded_at'], unique=False, sqlite_where=HELD, postgresql_where=HELD)
    op.create_table('form_draft',
    sa.Column('task_id', sa.Uuid(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('answers', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['task_id'], ['user_task.id'], name=op.f('fk_form_draft_task_id_user_task')),
    sa.PrimaryKeyConstraint('task_id', 'person', name=op.f('pk_form_draft'))
    )
    op.create_index('ix_form_draft_saved_at', 'form_draft', ['saved_at'], unique=False)


def downgrade() -> None:
    op.drop_table('form_draft')
    op.drop_table('attachment')
