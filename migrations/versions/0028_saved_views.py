"""Views of My work that people keep.

Revision 0028, after 0027, made 2026-11-22 02:05:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('saved_view',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('asked', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('group_name', sa.String(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_view'))
    )
    op.create_index('ix_saved_view_owner', 'saved_view', ['owner', 'id'], unique=False)
    op.create_index('ix_saved_view_group_name', 'saved_view', ['group_name'], unique=False)


def downgrade() -> None:
    op.drop_table('saved_view')
