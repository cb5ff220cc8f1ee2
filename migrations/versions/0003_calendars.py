"""Calendars of business time.

Revision 0003, after 0002, made 2026-11-21 22:05:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('business_calendar',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('based_on', sa.String(), nullable=True),
    sa.Column('person', sa.String(), nullable=True),
    sa.Column('zone', sa.String(), nullable=True),
    sa.Column('week', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('country', sa.String(), nullable=True),
    sa.Column('subdivision', sa.String(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('followed_version', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_business_calendar')),
    sa.UniqueConstraint('name', name=op.f('uq_business_calendar_name')),
    sa.UniqueConstraint('person', name=op.f('uq_business_calendar_person'))
    )
    op.create_table('calendar_day',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('calendar_id', sa.Uuid(), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.Column('shifts', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['calendar_id'], ['business_calendar.id'], name=op.f('fk_calendar_day_calendar_id_business_calendar'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_day'))
    )
    op.create_index(op.f('ix_calendar_day_calendar_id'), 'calendar_day', ['calendar_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_calendar_day_calendar_id'), table_name='calendar_day')
    op.drop_table('calendar_day')
    op.drop_table('business_calendar')
