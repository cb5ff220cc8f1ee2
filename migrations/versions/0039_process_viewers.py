"""Groups see the cases of processes whose newest version names them.

Revision 0039, after 0038, made 2026-11-22 12:40:00. What was deployed before names nobody until it
is deployed again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "process_viewer",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", "group_name", name=op.f("pk_process_viewer")),
    )
    op.create_index("ix_process_viewer_group_name", "process_viewer", ["group_name", "key"])


def downgrade() -> None:
    op.drop_table("process_viewer")
