"""SLA clocks, what past cases taught, and mails that the platform writes.

Revision 0026, after 0024, made 2026-11-22 02:15:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0024'
branch_labels = None
depends_on = None

OPEN = "stopped_at IS NULL"


def upgrade() -> None:
    op.add_column('process_instance', sa.Column('clocks_at', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('process_instance', schema=None) as batch_op:
        batch_op.create_index('ix_process_instance_clocks_at', ['clocks_at'], unique=False, sqlite_where=sa.text('clocks_at IS NOT NULL'), postgresql_where=sa.text('clocks_at IS NOT NULL'))
    op.create_table('sla_clock',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('instance_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('business_key', sa.String(), nullable=True),
    sa.Column('level', sa.String(), nullable=False),
    sa.Column('process_key', sa.String(), nullable=False),
    sa.Column('element_id', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(), nullable=True),
    sa.Column('task_id', sa.Uuid(), nullable=True),
    sa.Column('dates_task', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('condition', sa.String(), nullable=False),
    sa.Column('calendar', sa.String(), nullable=False),
    sa.Column('calendar_version', sa.Integer(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('target_seconds', sa.Integer(), nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('problem', sa.String(), nullable=True),
    sa.Column('incident_id', sa.Uuid(), nullable=True),
    sa.Column('runs', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('points', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('priority', sa.String(), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('late_probability', sa.Double(), nullable=True),
    sa.Column('expected_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('predicted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_sla_clock_instance_id_process_instance')),
    sa.ForeignKeyConstraint(['task_id'], ['user_task.id'], name=op.f('fk_sla_clock_task_id_user_task')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sla_clock'))
    )
    op.create_index('ix_sla_clock_instance_id', 'sla_clock', ['instance_id', 'id'], unique=False)
    op.create_index('ix_sla_clock_task_id', 'sla_clock', ['task_id'], unique=False)
    op.create_index('ix_sla_clock_next_at', 'sla_clock', ['next_at', 'id'], unique=False, sqlite_where=sa.text('next_at IS NOT NULL'), postgresql_where=sa.text('next_at IS NOT NULL'))
    op.create_index('ix_sla_clock_open', 'sla_clock', ['condition', 'id'], unique=False, sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))
    op.create_index('ix_sla_clock_calendar', 'sla_clock', ['calendar', 'calendar_version'], unique=False, sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))
    op.create_index('ix_sla_clock_predicted_at', 'sla_clock', ['predicted_at'], unique=False, sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))
    op.create_table('sla_case',
    sa.Column('instance_id', sa.Uuid(), nullable=False),
    sa.Column('followed', sa.Uuid(), nullable=True),
    sa.Column('standing', sa.JSON(none_as_null=True), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_sla_case_instance_id_process_instance')),
    sa.PrimaryKeyConstraint('instance_id', name=op.f('pk_sla_case'))
    )
    op.create_table('learned_path',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('promise', sa.String(), nullable=False),
    sa.Column('process_key', sa.String(), nullable=False),
    sa.Column('element_id', sa.String(), nullable=False),
    sa.Column('stays', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('after', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('following', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('learned_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', 'promise', 'process_key', 'element_id', name=op.f('pk_learned_path'))
    )
    op.create_table('mail',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('instance_id', sa.Uuid(), nullable=True),
    sa.Column('people', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('path', sa.String(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('ring_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], name=op.f('fk_mail_instance_id_process_instance')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail'))
    )
    op.create_index('ix_mail_ring_at', 'mail', ['ring_at'], unique=False, sqlite_where=sa.text('ring_at IS NOT NULL'), postgresql_where=sa.text('ring_at IS NOT NULL'))
    op.create_index('ix_mail_instance_id', 'mail', ['instance_id'], unique=False)


def downgrade() -> None:
    for table in ('mail', 'learned_path', 'sla_case', 'sla_clock'):
        op.drop_table(table)
    op.drop_index('ix_process_instance_clocks_at', table_name='process_instance')
    op.drop_column('process_instance', 'clocks_at')
