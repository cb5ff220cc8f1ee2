"""Decisions that were asked for outside of processes.

Revision 0008, after 0007, made 2026-11-21 22:25:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('decision_evaluation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('definition_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('decision', sa.JSON(none_as_null=True), nullable=False),
    sa.ForeignKeyConstraint(['definition_id'], ['definition.id'], name=op.f('fk_decision_evaluation_definition_id_definition')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision_evaluation'))
    )
    op.create_index('ix_decision_evaluation_key', 'decision_evaluation', ['key', 'id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_decision_evaluation_key', table_name='decision_evaluation')
    op.drop_table('decision_evaluation')
