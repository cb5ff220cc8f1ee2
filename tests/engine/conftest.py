"""Deploying and running processes in the tests of the engine's services."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from core.people import SYSTEM
from engine import deployments, instances
from engine.models import ProcessInstance

Start = Callable[..., ProcessInstance]


@pytest.fixture
def deploy(session: Session, clock_at: object) -> Callable[..., deployments.Outcome]:
    """Deploys files given by content: `deploy(drawing)` or `deploy(**{"a.bpmn": drawing})`."""

    def deploy(*drawings: bytes, **files: bytes) -> deployments.Outcome:
        package = {f"{number}.bpmn": bytes(each) for number, each in enumerate(drawings)}
        return deployments.deploy(session, {**package, **files}, by=SYSTEM)

    return deploy


@pytest.fixture
def start(session: Session, deploy: Callable[..., deployments.Outcome]) -> Start:
    """Deploys a drawing and starts its first process with variables."""

    def start(drawing: bytes, *, business_key: str | None = None, **variables: object):
        outcome = deploy(drawing)
        return instances.start(
            session,
            definition_id=outcome.definitions[0].id,
            business_key=business_key,
            variables=variables,
            by=SYSTEM,
        )

    return start
