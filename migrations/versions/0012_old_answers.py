"""Find old answers by their age.

Revision 0012, after 0011, made 2026-11-21 22:45:00.
"""

from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_stored_answer_created_at', 'stored_answer', ['created_at'], unique=False)
    op.drop_index('ix_stored_answer_owner_created_at', table_name='stored_answer')


def downgrade() -> None:
    op.create_index('ix_stored_answer_owner_created_at', 'stored_answer', ['owner', 'created_at'], unique=False)
    op.drop_index('ix_stored_answer_created_at', table_name='stored_answer')
