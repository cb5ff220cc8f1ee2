"""Webhooks and their deliveries.

Revision 0002, after 0001, made 2026-11-21 21:55:27.
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('webhook',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=True),
    sa.Column('events', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('key', sa.String(), nullable=True),
    sa.Column('contact', sa.String(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(), nullable=False),
    sa.Column('secret_number', sa.Integer(), nullable=False),
    sa.Column('previous_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('quiet_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tell_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.Column('active_from', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook'))
    )
    op.create_table('webhook_delivery',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('webhook_id', sa.Uuid(), nullable=False),
    sa.Column('event', sa.String(), nullable=False),
    sa.Column('payload', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('instance_id', sa.Uuid(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('replays', sa.Integer(), nullable=False),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ring_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_token', sa.String(), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('error', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['webhook_id'], ['webhook.id'], name=op.f('fk_webhook_delivery_webhook_id_webhook')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_delivery'))
    )
    op.create_index('ix_webhook_delivery_dead', 'webhook_delivery', ['webhook_id', 'id'], unique=False, sqlite_where=sa.text("state = 'dead'"), postgresql_where=sa.text("state = 'dead'"))
    op.create_index('ix_webhook_delivery_lease_until', 'webhook_delivery', ['lease_until'], unique=False, sqlite_where=sa.text('lease_until IS NOT NULL'), postgresql_where=sa.text('lease_until IS NOT NULL'))
    op.create_index('ix_webhook_delivery_ring_at', 'webhook_delivery', ['ring_at'], unique=False, sqlite_where=sa.text('ring_at IS NOT NULL'), postgresql_where=sa.text('ring_at IS NOT NULL'))
    op.create_index('ix_webhook_delivery_settled_at', 'webhook_delivery', ['settled_at'], unique=False, sqlite_where=sa.text('settled_at IS NOT NULL'), postgresql_where=sa.text('settled_at IS NOT NULL'))
    op.create_index('ix_webhook_delivery_webhook_id', 'webhook_delivery', ['webhook_id', 'id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_webhook_delivery_webhook_id', table_name='webhook_delivery')
    op.drop_index('ix_webhook_delivery_settled_at', table_name='webhook_delivery', sqlite_where=sa.text('settled_at IS NOT NULL'), postgresql_where=sa.text('settled_at IS NOT NULL'))
    op.drop_index('ix_webhook_delivery_ring_at', table_name='webhook_delivery', sqlite_where=sa.text('ring_at IS NOT NULL'), postgresql_where=sa.text('ring_at IS NOT NULL'))
    op.drop_index('ix_webhook_delivery_lease_until', table_name='webhook_delivery', sqlite_where=sa.text('lease_until IS NOT NULL'), postgresql_where=sa.text('lease_until IS NOT NULL'))
    op.drop_index('ix_webhook_delivery_dead', table_name='webhook_delivery', sqlite_where=sa.text("state = 'dead'"), postgresql_where=sa.text("state = 'dead'"))
    op.drop_table('webhook_delivery')
    op.drop_table('webhook')
