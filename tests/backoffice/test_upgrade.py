"""An upgrade meets running cases: they go on, also when it was taken back in between."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, make_url, text

from backoffice import database
from core import db
from core.config import Config
from core.db import reading, transaction
from core.people import SYSTEM
from engine import deployments, instances, jobs, user_tasks
from engine.models import ProcessInstance, RadarRound
from tests.build import process
from tests.radar import look
from wsgi import create_app

#: The release before the stall radar: its cases know nothing of it.
BEFORE = "0005"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Config]:
    """Settings of an installation whose database is there and empty."""
    if request.param == "sqlite":
        yield Config(
            data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'b.db'}", secret_key="x"
        )
        return
    if not os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("needs TEST_DATABASE_URL")
    server = make_url(os.environ["TEST_DATABASE_URL"]).set(drivername="postgresql+psycopg")
    name = f"upgrade_{uuid.uuid4().hex[:8]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    url = server.set(database=name).render_as_string(hide_password=False)
    yield Config(data_dir=tmp_path, database_url=url, secret_key="x", pool_size=2)
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


def downgrade(config: Config, revision: str) -> None:
    engine = create_engine(config.database_url, **db.engine_options(config))
    db.prepare(engine)
    with engine.connect() as connection:
        command.downgrade(database._alembic(connection), revision)
        connection.commit()
    engine.dispose()


def test_running_cases_go_on_over_an_upgrade(empty: Config) -> None:
    database.migrate(empty)
    app = create_app(empty)
    with app.app_context():
        drawing = process("p").user_task("one").user_task("two").end()
        with transaction() as session:
            deployments.deploy(session, {"p.bpmn": bytes(drawing)}, by=SYSTEM)
            instance_id = instances.start(session, key="p", by=SYSTEM).id
        db.db.session.remove()
        db.db.engine.dispose()
    downgrade(empty, BEFORE)

    database.migrate(empty)

    with app.app_context():
        with reading() as session:
            case = session.get_one(ProcessInstance, instance_id)
            assert case.stalls == 0
        with transaction() as session:
            assert look(session) == []
            [task] = user_tasks.find(session, by=SYSTEM)
            user_tasks.complete(session, task.id, {}, by=SYSTEM)
        jobs.sweep()
        with reading() as session:
            case = session.get_one(ProcessInstance, instance_id)
            assert [each.element_id for each in instances.tokens(session, case)] == ["two"]
            assert session.get_one(RadarRound, RadarRound.ONLY).took_seconds is not None
        db.db.session.remove()
        db.db.engine.dispose()
