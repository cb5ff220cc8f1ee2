"""Figures, traces of calls, and how long history is kept.

Revision 0011, after 0010, made 2026-11-21 22:29:12.
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('metric_value',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('labels', sa.String(), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.PrimaryKeyConstraint('name', 'labels', name=op.f('pk_metric_value'))
    )
    op.create_table('retention_policy',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_retention_policy'))
    )
    op.add_column('service_task', sa.Column('traceparent', sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('service_task', schema=None) as batch_op:
        batch_op.drop_column('traceparent')
    op.drop_table('retention_policy')
    op.drop_table('metric_value')
