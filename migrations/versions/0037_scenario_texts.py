"""Earlier texts of scenarios that were replaced.

Revision 0037, after 0036, made 2026-11-22 08:50:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('scenario_text',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('scenario_id', sa.Uuid(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['scenario_id'], ['kept_scenario.id'], name=op.f('fk_scenario_text_scenario_id_kept_scenario'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scenario_text'))
    )
    op.create_index('ix_scenario_text_scenario_id', 'scenario_text', ['scenario_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_scenario_text_scenario_id', table_name='scenario_text')
    op.drop_table('scenario_text')
