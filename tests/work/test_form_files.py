import io

import pytest

from core.errors import Invalid
from core.people import Actor, Role
from engine import deployments, instances, user_tasks
from forms.errors import FormInvalid
from tests.build import process
from tests.forms.build import field, source
from work import attachments, completion

CLAIM = source(
    field("filepicker", "proof", accept=".pdf,.txt", multiple=True, validate={"required": True}),
    id="claim",
)


@pytest.fixture
def claim(session, grace, root, clock_at):
    """A user task that asks for files."""
    drawing = process("claims").user_task("hand_in", form="claim").user_task("look").end()
    deployments.deploy(session, {"claims.bpmn": drawing, "claim.form": CLAIM}, by=grace)
    instance = instances.start(session, key="claims", by=root)
    (task,) = user_tasks.find(session, by=root, instance_id=instance.id)
    return task


def give(session, config, by, name="receipt.txt", text=b"paid 12 EUR"):
    upload = attachments.take_in(io.BytesIO(text), name, config)
    return attachments.hold(session, upload, field="proof", by=by)


def test_files_become_the_cases_when_the_form_is_sent(session, config, claim, ada):
    held = give(session, config, ada)
    lies = {"id": str(held.id), "name": "evil.exe", "mediaType": "x", "size": 0, "more": 1}

    completion.complete(session, claim.id, {"proof": [lies]}, by=ada)

    (told,) = instances.variables(session, claim.instance)["proof"]
    assert told == {
        "id": str(held.id),
        "name": "receipt.txt",
        "mediaType": "text/plain",
        "size": 11,
    }
    assert [each.id for each in attachments.of_case(session, claim.instance_id, by=ada)] == [
        held.id
    ]


@pytest.mark.parametrize("whose", ["bob", "nobody", "other kind"])
def test_files_that_are_not_theirs_or_of_another_kind_are_refused(
    session, config, claim, ada, bob, whose
):
    held = give(session, config, bob if whose == "bob" else ada, "a.csv", b"a;b\n1;2\n")
    reference = {"id": str(held.id) if whose != "nobody" else str(claim.id)}

    with pytest.raises(FormInvalid) as refused:
        completion.complete(session, claim.id, {"proof": [reference]}, by=ada)

    assert set(refused.value.context["fields"]) == {"proof"}
    assert claim.state == "open"


def test_files_of_another_case_do_not_come_along(session, config, claim, ada, root):
    other = instances.start(session, key="claims", by=root)
    held = give(session, config, ada)
    attachments.bind(session, [held.id], instance_id=other.id, by=ada)

    with pytest.raises(Invalid):
        completion.complete(session, claim.id, {"proof": [{"id": str(held.id)}]}, by=ada)


def test_a_start_form_brings_its_files_into_the_case(session, config, grace, clock_at):
    lea = Actor("lea", frozenset({Role.TEAM_LEADER}), frozenset({"customer_service"}))
    drawing = process("joining").start(form="claim").user_task("look", lane="customer_service")
    made = deployments.deploy(
        session, {"joining.bpmn": drawing.end(), "claim.form": CLAIM}, by=grace
    )
    held = give(session, config, lea)

    started = completion.start(
        session, made.definitions[0].id, {"proof": [{"id": str(held.id)}]}, by=lea
    )

    assert held.instance_id == started.id
