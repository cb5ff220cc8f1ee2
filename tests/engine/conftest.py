"""Deploying and running processes in the tests of the engine's services."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from core import db as database
from core.config import Config
from core.people import SYSTEM
from engine import deployments, instances
from engine.models import ProcessInstance

Start = Callable[..., ProcessInstance]


@pytest.fixture
def deploy(session: Session, clock_at: object) -> Callable[..., deployments.Outcome]:
    """Deploys drawings, or files by name: `deploy(drawing, **{"a.form": form})`."""

    def deploy(*drawings: bytes, **files: bytes) -> deployments.Outcome:
        package = {f"{number}.bpmn": bytes(each) for number, each in enumerate(drawings)}
        return deployments.deploy(session, {**package, **files}, by=SYSTEM)

    return deploy


@pytest.fixture
def start(session: Session, deploy: Callable[..., deployments.Outcome]) -> Start:
    """Deploys a drawing and starts its first process with variables."""

    def start(
        drawing: bytes, *, business_key: str | None = None, **variables: object
    ) -> ProcessInstance:
        outcome = deploy(drawing)
        return instances.start(
            session,
            definition_id=outcome.definitions[0].id,
            business_key=business_key,
            variables=variables,
            by=SYSTEM,
        )

    return start


class Bell:
    """Remembers what was rung instead of waking anybody."""

    def __init__(self) -> None:
        self.rings: list[tuple[str, str]] = []

    def __call__(self, rings: list[tuple[str, str]]) -> None:
        self.rings += rings

    def rung(self, job: str) -> list[str]:
        return [row_id for name, row_id in self.rings if name == f"engine.jobs.{job}"]


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def edge(config: Config, bell: Bell) -> Iterator[Flask]:
    """What jobs run in: an application with a database and a bell, and nothing else."""
    app = Flask("edge")
    app.extensions["config"] = config
    app.extensions["ringer"] = bell
    database.init_app(app, config)
    with app.app_context():
        yield app
        database.db.session.remove()
        database.db.engine.dispose()


@contextmanager
def own_session(config: Config) -> Iterator[Session]:
    """A session on a connection of its own, as another process would have."""
    engine = create_engine(config.database_url, **database.engine_options(config))
    database.prepare(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def together(*functions: Callable[[], Any]) -> list[Any]:
    """Run functions in threads at the same moment: what each returned or raised."""
    results: list[Any] = [None] * len(functions)

    def run(number: int, function: Callable[[], Any]) -> None:
        try:
            results[number] = function()
        except Exception as error:  # noqa: BLE001 (the test looks at it)
            results[number] = error

    threads = [
        Thread(target=run, args=(number, function)) for number, function in enumerate(functions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
