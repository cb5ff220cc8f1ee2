"""Business rule tasks decide by the version that their binding means."""

import pytest

from engine import definitions, deployments, instances
from engine.models import LogEntry
from tests.build import process
from tests.work.test_decisions import TABLE

LATER = TABLE.replace(b"600", b"700")
SCORE = {"score": 650}


@pytest.fixture
def deploy(session, grace, clock_at):
    """Deploy files under their names, with _ for the dot."""

    def run(**files: bytes) -> None:
        named = {name.replace("_", "."): data for name, data in files.items()}
        deployments.deploy(session, named, by=grace)

    return run


@pytest.fixture
def decided(session, grace):
    """What an instance that starts now decides."""

    def run(key: str = "loan") -> tuple[str, int]:
        instance = instances.start(session, key=key, variables=dict(SCORE), by=grace)
        session.flush()
        query = session.query(LogEntry).filter_by(instance_id=instance.id)
        (details,) = [entry.decision for entry in query if entry.decision]
        return instances.variables(session, instance)["risk"], details["version"]

    return run


def model(binding: str, result: str = 'result="risk"') -> bytes:
    """A process that asks for the risk."""
    settings = f'<work:decision key="risk" {result} binding="{binding}"/>'
    extensions = f"<bpmn:extensionElements>{settings}</bpmn:extensionElements>"
    return bytes(process("loan").then("businessRuleTask", "judge", extensions).end())


def test_latest_is_the_version_that_is_newest_when_it_is_asked(deploy, decided):
    deploy(risk_dmn=TABLE, loan_bpmn=model("latest"))
    assert decided() == ("low", 1)

    deploy(risk_dmn=LATER)

    assert decided() == ("high", 2)


def test_without_a_result_variable_the_output_is_stored_by_its_name(deploy, decided):
    deploy(risk_dmn=TABLE, loan_bpmn=model("deployment", result=""))

    assert decided() == ("low", 1)


def test_deployment_is_the_version_that_was_deployed_together(deploy, decided):
    deploy(risk_dmn=TABLE, loan_bpmn=model("deployment"))
    deploy(risk_dmn=LATER)

    assert decided() == ("low", 1)


def test_a_number_is_that_version_whatever_comes_later(deploy, decided):
    deploy(risk_dmn=TABLE)
    deploy(risk_dmn=LATER)

    deploy(loan_bpmn=model("1"))
    assert decided() == ("low", 1)
    deploy(loan_bpmn=model("2"))
    assert decided() == ("high", 2)


def test_the_versions_a_definition_is_bound_to_are_kept_with_it(session, deploy):
    deploy(risk_dmn=TABLE, loan_bpmn=model("deployment"))
    deploy(risk_dmn=LATER)

    loan = definitions.latest(session, "process", "loan")
    bound = definitions.bound(session, loan, "decision", "risk", "deployment")

    assert bound is not None
    assert bound.version == 1
