"""Comments on what is drawn.

Revision 0027, after 0026, made 2026-11-22 02:18:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('design_comment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('element_id', sa.String(), nullable=True),
    sa.Column('element_name', sa.String(), nullable=False),
    sa.Column('thread_id', sa.Uuid(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolved_by', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['thread_id'], ['design_comment.id'], name=op.f('fk_design_comment_thread_id_design_comment'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_comment'))
    )
    with op.batch_alter_table('design_comment', schema=None) as batch_op:
        batch_op.create_index('ix_design_comment_key', ['kind', 'key'], unique=False)
        batch_op.create_index('ix_design_comment_thread_id', ['thread_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('design_comment', schema=None) as batch_op:
        batch_op.drop_index('ix_design_comment_thread_id')
        batch_op.drop_index('ix_design_comment_key')
    op.drop_table('design_comment')
