import pytest

from core.permissions import NotAllowed
from engine import deployments, instances, user_tasks
from engine.errors import DefinitionNotFound, UserTaskClaimed, UserTaskClosed
from forms.errors import FormInvalid, FormOutdated
from tests.build import process
from tests.forms.build import number, source, text
from work import completion

FORM = source(
    text("comment", validate={"required": True}),
    number("amount", validate={"max": "=limit"}),
    id="approval",
)
SIGN_UP = source(text("name", validate={"required": True}), id="sign_up")


@pytest.fixture
def approve(session, grace, root, clock_at):
    """The user task of a process with a form; the amount must not be above the limit."""
    drawing = process("approval").user_task("approve", form="approval").end()
    files = {"approval.bpmn": drawing, "approval.form": FORM}
    deployments.deploy(session, files, by=grace)
    instance = instances.start(session, key="approval", variables={"limit": 500}, by=root)
    (task,) = user_tasks.find(session, by=root, instance_id=instance.id)
    return task


def test_a_task_shows_its_form_with_the_variables_in_it(session, approve):
    shown = completion.shown(session, approve)

    assert shown.form is not None
    assert shown.form.id == "approval"
    assert shown.values == {"limit": 500, "comment": "", "amount": None}


def test_valid_answers_complete_the_task(session, approve, ada):
    done = completion.complete(session, approve.id, {"comment": "fine", "evil": 1}, by=ada)

    assert (done.state, done.completed_by) == ("completed", "ada")
    instance = approve.instance
    assert instance.has_ended
    assert instances.variables(session, instance) == {
        "limit": 500,
        "comment": "fine",
        "amount": None,
    }


def test_wrong_answers_leave_the_task_as_it_is(session, approve, ada):
    with pytest.raises(FormInvalid) as refused:
        completion.complete(session, approve.id, {"amount": 501}, by=ada)

    assert set(refused.value.context["fields"]) == {"comment", "amount"}
    assert (approve.state, approve.assignee) == ("open", None)


def test_a_task_is_closed_before_its_answers_are_judged(session, approve, ada):
    completion.complete(session, approve.id, {"comment": "fine"}, by=ada)

    with pytest.raises(UserTaskClosed):
        completion.complete(session, approve.id, {}, by=ada)


def test_a_task_of_somebody_else_is_refused_whatever_the_answers(session, approve, ada, bob):
    user_tasks.claim(session, approve.id, by=bob)

    with pytest.raises(UserTaskClaimed):
        completion.complete(session, approve.id, {}, by=ada)


def test_those_who_only_see_a_task_do_not_complete_it(session, approve, olga):
    with pytest.raises(NotAllowed):
        completion.complete(session, approve.id, {"comment": "x"}, by=olga)


def test_a_task_without_a_form_takes_any_answers(session, grace, root, ada, clock_at):
    files = {"plain.bpmn": process("plain").user_task("look").end()}
    deployments.deploy(session, files, by=grace)
    instance = instances.start(session, key="plain", variables={"a": 1}, by=root)
    (task,) = user_tasks.find(session, by=root, instance_id=instance.id)

    shown = completion.shown(session, task)
    completion.complete(session, task.id, {"b": {"c": [1.5]}}, by=ada)

    assert (shown.form, shown.values) == (None, {"a": 1})
    assert instances.variables(session, instance)["b"] == {"c": [1.5]}


@pytest.fixture
def sign_up(session, grace, clock_at):
    """A process whose start event has a form."""
    drawing = process("sign_up").start(form="sign_up").user_task("greet").end()
    files = {"sign_up.bpmn": drawing, "sign_up.form": SIGN_UP}
    outcome = deployments.deploy(session, files, by=grace)
    return next(one for one in outcome.definitions if one.kind == "process")


def test_a_start_form_is_validated_too(session, sign_up, root):
    with pytest.raises(FormInvalid):
        completion.start(session, sign_up.id, {}, by=root)

    instance = completion.start(
        session, sign_up.id, {"name": "Ada", "evil": 1}, business_key="K-1", by=root
    )

    assert instances.variables(session, instance) == {"name": "Ada"}
    assert instance.business_key == "K-1"


def test_a_process_without_a_start_form_takes_any_answers(session, approve, root):
    definition_id = approve.definition_id

    assert completion.start_form(session, definition_id) is None
    instance = completion.start(session, definition_id, {"limit": 1}, by=root)
    assert instances.variables(session, instance) == {"limit": 1}


def test_a_process_that_is_not_there_cannot_be_started(session, approve, root):
    with pytest.raises(DefinitionNotFound):
        completion.start(session, approve.id, {}, by=root)


def test_answers_to_another_version_of_the_form_are_noticed(session, approve, ada):
    shown = completion.shown(session, approve)

    with pytest.raises(FormOutdated):
        completion.complete(session, approve.id, {"comment": "x"}, version=approve.id, by=ada)

    done = completion.complete(session, approve.id, {"comment": "x"}, version=shown.version, by=ada)
    assert done.state == "completed"


def test_a_running_case_keeps_the_form_it_was_deployed_with(session, approve, grace, root):
    newer = source(text("comment"), text("place", validate={"required": True}), id="approval")
    drawing = process("approval").user_task("approve", form="approval").end()
    deployments.deploy(session, {"approval.bpmn": drawing, "approval.form": newer}, by=grace)
    later = instances.start(session, key="approval", variables={"limit": 500}, by=root)
    (after,) = user_tasks.find(session, by=root, instance_id=later.id)

    old, new = completion.shown(session, approve), completion.shown(session, after)

    assert old.form
    assert new.form
    assert [each.path for each in old.form.walk()] == [("comment",), ("amount",)]
    assert [each.path for each in new.form.walk()] == [("comment",), ("place",)]
    assert old.version != new.version


def test_inputs_and_outputs_of_a_task_map_its_form_to_the_case(session, grace, root, ada, clock_at):
    drawing = process("mapping").user_task(
        "ask",
        form="ask",
        scope={"amount": "=order.total / 2"},
        out={"paid": "=amount", "by": '=name + "!"'},
    )
    form = source(text("name"), number("amount"), id="ask")
    deployments.deploy(
        session, {"m.bpmn": drawing.user_task("rest").end(), "a.form": form}, by=grace
    )
    order = {"order": {"total": 30}}
    instance = instances.start(session, key="mapping", variables=order, by=root)
    (task,) = user_tasks.find(session, by=root, instance_id=instance.id)

    assert completion.shown(session, task).values["amount"] == 15
    completion.complete(session, task.id, {"name": "Kim", "amount": 20}, by=ada)

    found = instances.variables(session, instance)
    assert (found["paid"], found["by"], "amount" in found) == (20, "Kim!", False)
