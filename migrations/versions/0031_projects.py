"""Projects, what is brought for them, and how their scenarios went.

Revision 0031, after 0030, made 2026-11-22 04:50:00.
"""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('project',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('archived_by', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project')),
    sa.UniqueConstraint('key', name=op.f('uq_project_key')),
    sa.UniqueConstraint('name', name=op.f('uq_project_name'))
    )
    op.create_table('project_file',
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('project_id', sa.Uuid(), nullable=False),
    sa.Column('file', sa.String(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_project_file_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('kind', 'key', name=op.f('pk_project_file'))
    )
    with op.batch_alter_table('project_file', schema=None) as batch_op:
        batch_op.create_index('ix_project_file_project_id', ['project_id'], unique=False)
    op.create_table('project_import',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project_import'))
    )
    with op.batch_alter_table('project_import', schema=None) as batch_op:
        batch_op.create_index('ix_project_import_created_at', ['created_at'], unique=False)
    op.create_table('process_coverage',
    sa.Column('process_key', sa.String(), nullable=False),
    sa.Column('elements', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('flows', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('ran_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ran_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('process_key', name=op.f('pk_process_coverage'))
    )
    op.add_column('kept_scenario', sa.Column('ran_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('kept_scenario', sa.Column('passed', sa.Boolean(), nullable=True))
    op.add_column('kept_scenario', sa.Column('failure', sa.Text(), nullable=True))
    op.add_column('kept_scenario', sa.Column('failed_at', sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('kept_scenario', schema=None) as batch_op:
        batch_op.drop_column('failed_at')
        batch_op.drop_column('failure')
        batch_op.drop_column('passed')
        batch_op.drop_column('ran_at')
    op.drop_table('process_coverage')
    op.drop_table('project_import')
    op.drop_table('project_file')
    op.drop_table('project')
