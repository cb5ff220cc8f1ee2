"""Cases that wait longer than expected.

Revision 0010, after 0009, made 2026-11-21 22:20:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

OPEN = sa.text('ended_at IS NULL')


def upgrade() -> None:
    op.create_table('stall',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('instance_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('element_id', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expected_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('owner', sa.String(), nullable=True),
    sa.Column('owner_groups', sa.String(), nullable=True),
    sa.Column('noticed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_stall_instance_id_process_instance')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stall'))
    )
    op.create_index('uq_stall_instance_id_token', 'stall', ['instance_id', 'token'], unique=True)
    op.create_index('ix_stall_key', 'stall', ['key', 'id'], unique=False)
    op.create_table('learned_wait',
    sa.Column('process_key', sa.String(), nullable=False),
    sa.Column('element_id', sa.String(), nullable=False),
    sa.Column('wait_seconds_p95', sa.Double(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('learned_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('process_key', 'element_id', name=op.f('pk_learned_wait'))
    )
    # A constant default costs no rewrite; running cases have a null `check_at`, and are looked at first.
    op.add_column('process_instance', sa.Column('stalls', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('process_instance', sa.Column('check_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_process_instance_check_at', 'process_instance', ['check_at'], unique=False, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index('ix_process_instance_check_at', table_name='process_instance')
    op.drop_column('process_instance', 'check_at')
    op.drop_column('process_instance', 'stalls')
    op.drop_table('learned_wait')
    op.drop_table('stall')
