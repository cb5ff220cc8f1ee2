"""Sites: where work is done, and where people work.

Revision 0035, after 0034, made 2026-11-22 08:10:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('user_task', sa.Column('sites', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('work_class', sa.Column('model_sites', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('work_class', sa.Column('sites', sa.JSON(none_as_null=True), nullable=True))
    op.add_column('worker', sa.Column('site', sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column('worker', 'site')
    op.drop_column('work_class', 'sites')
    op.drop_column('work_class', 'model_sites')
    op.drop_column('user_task', 'sites')
