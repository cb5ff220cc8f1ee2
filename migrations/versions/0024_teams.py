"""Teams: presence, offers, lending, cover, handing on, and the book of acts.

Revision 0024, after 0021, made 2026-11-22 02:00:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0021'
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")
LASTING = sa.text('ended_at IS NULL')


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def word(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=nullable)


def upgrade() -> None:
    op.add_column('user_task', word('delegated_by', nullable=True))
    op.add_column('worker', sa.Column('error_limit', sa.Double(), nullable=True))
    op.add_column('work_queue', sa.Column('offer_seconds', sa.Integer(), nullable=False, server_default='120'))
    with op.batch_alter_table('work_queue', schema=None) as batch_op:
        batch_op.alter_column('offer_seconds', server_default=None)
    op.create_table('presence',
    word('name'),
    moment('seen_at'),
    moment('away_since', nullable=True),
    word('away_reason', nullable=True),
    moment('offered_at', nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_presence'))
    )
    op.create_index(op.f('ix_presence_seen_at'), 'presence', ['seen_at'], unique=False)
    op.create_table('offer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=False),
    sa.Column('class_id', sa.Uuid(), nullable=False),
    word('person'),
    moment('made_at'),
    moment('until'),
    sa.Column('cost', sa.Double(), nullable=False),
    sa.Column('reason', sa.JSON(none_as_null=True), nullable=False),
    word('sentence'),
    word('state'),
    moment('answered_at', nullable=True),
    word('answer', nullable=True),
    sa.ForeignKeyConstraint(['task_id'], ['user_task.id'], name=op.f('fk_offer_task_id_user_task')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer'))
    )
    op.create_index('uq_offer_task_id', 'offer', ['task_id'], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index('uq_offer_person', 'offer', ['person'], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index('ix_offer_task_person', 'offer', ['task_id', 'person'], unique=False)
    op.create_table('lending',
    sa.Column('id', sa.Uuid(), nullable=False),
    word('person'),
    word('group_name'),
    moment('since'),
    moment('until'),
    word('why'),
    moment('made_at'),
    word('made_by'),
    moment('begun_at', nullable=True),
    moment('ended_at', nullable=True),
    word('ended_by', nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lending'))
    )
    op.create_index(op.f('ix_lending_person'), 'lending', ['person'], unique=False)
    op.create_index('ix_lending_open', 'lending', ['until'], unique=False, sqlite_where=LASTING, postgresql_where=LASTING)
    op.create_table('cover',
    sa.Column('id', sa.Uuid(), nullable=False),
    word('person'),
    word('cover'),
    moment('since'),
    moment('until'),
    word('note'),
    moment('made_at'),
    word('made_by'),
    moment('ended_at', nullable=True),
    word('ended_by', nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cover'))
    )
    op.create_index(op.f('ix_cover_person'), 'cover', ['person'], unique=False)
    op.create_index('ix_cover_open', 'cover', ['until'], unique=False, sqlite_where=LASTING, postgresql_where=LASTING)
    op.create_table('handing',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=False),
    word('kind'),
    word('giver'),
    word('taker', nullable=True),
    moment('at'),
    word('by'),
    word('note'),
    sa.Column('findings', sa.JSON(none_as_null=True), nullable=True),
    sa.ForeignKeyConstraint(['task_id'], ['user_task.id'], name=op.f('fk_handing_task_id_user_task')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handing'))
    )
    op.create_index('ix_handing_task_id', 'handing', ['task_id', 'id'], unique=False)
    op.create_index('ix_handing_giver', 'handing', ['giver', 'kind'], unique=False)
    op.create_table('team_act',
    sa.Column('id', sa.Uuid(), nullable=False),
    moment('at'),
    word('by'),
    word('act'),
    word('concerning', nullable=True),
    sa.Column('tasks', sa.Integer(), nullable=False),
    word('why'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team_act'))
    )


def downgrade() -> None:
    for name in ('team_act', 'handing', 'cover', 'lending', 'offer', 'presence'):
        op.drop_table(name)
    op.drop_column('work_queue', 'offer_seconds')
    op.drop_column('worker', 'error_limit')
    op.drop_column('user_task', 'delegated_by')
