"""The packages of the library go through the front door: deployed, started, and waiting."""

from pathlib import Path

import pytest

from engine import deployments, instances

LIBRARY = Path(__file__).parents[2] / "processes"


@pytest.mark.parametrize(
    ("key", "start", "waits_at"),
    [
        ("customer_onboarding", {"caseNumber": "SU-1"}, "match_address"),
        ("complaint_handling", {"name": "Anna Becker"}, "understand_complaint"),
        ("moving_out", {"name": "Anna Becker"}, "ask_for_reading"),
    ],
)
def test_a_package_is_deployed_and_started(session, root, key, start, waits_at):
    paths = [
        each for each in (LIBRARY / key).iterdir() if each.suffix in (".bpmn", ".dmn", ".form")
    ]

    outcome = deployments.deploy(session, {each.name: each.read_bytes() for each in paths}, by=root)
    instance = instances.start(session, key=key, business_key="SU-1", variables=start, by=root)

    assert outcome.created
    assert {each.key for each in outcome.definitions} == {key} | {
        path.stem for path in paths if path.suffix != ".bpmn"
    }
    assert [each.element_id for each in instances.tokens(session, instance)] == [waits_at]
