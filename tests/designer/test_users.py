"""The way back from a form to the processes that show it."""

from designer import drafts, users
from engine import deployments
from tests.build import process
from tests.screens.casework import form


def test_deployed_processes_and_own_drafts_are_named_each_once(app, session, grace, clock_at):
    clock_at()
    claim = bytes(process("claim", name="Claim").user_task("check", form="verdict").end())
    other = bytes(process("other", name="Other").user_task("check", form="verdict2").end())
    deployments.deploy(
        session,
        {
            "claim.bpmn": claim,
            "other.bpmn": other,
            "verdict.form": form("verdict", []),
            "verdict2.form": form("verdict2", []),
        },
        by=grace,
    )
    refund = process("refund", name="Refund").user_task("check", form="verdict").end()
    drafts.begin(session, "process", bytes(refund).decode(), by=grace)

    with app.test_request_context():
        found = users.of_form(session, "verdict", by=grace)

    assert [user["name"] for user in found] == ["Claim", "Refund"]
    assert "/designer/versions/" in found[0]["url"]
    assert "/designer/drafts/" in found[1]["url"]
