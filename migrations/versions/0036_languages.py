"""The language that a person has chosen; what was meant for it before was never used.

Revision 0036, after 0035, made 2026-11-22 08:20:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('person', sa.Column('language', sa.String(), nullable=True))
    op.drop_column('person', 'locale')


def downgrade() -> None:
    op.add_column('person', sa.Column('locale', sa.String(), nullable=True))
    op.drop_column('person', 'language')
