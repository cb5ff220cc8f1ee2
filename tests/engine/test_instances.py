"""Process instances: started, found, changed, suspended, cancelled; seen by those who may."""

import pytest

from core.people import SYSTEM, Actor, Role, add_person
from core.permissions import NotAllowed
from engine import deployments, grants, instances, log, progress, service_tasks, user_tasks
from engine.bpmn.runtime import Runtime
from engine.errors import (
    BusinessKeyTaken,
    BusinessKeyTooLong,
    DefinitionNotFound,
    InstanceEnded,
    InstanceNotFound,
    InstanceSuspended,
    StartElementUnknown,
    VariablesInvalid,
    VariablesTooLarge,
)
from engine.models import InstanceVariable, ServiceTask, Subscription, UserTask
from tests.build import process


def approval(key="approval"):
    return process(key).user_task("approve", lane="customer_service").end()


def entries(session, instance):
    return [(each.kind, each.lifecycle, each.by) for each in log.entries(session, instance.id)]


def test_an_instance_is_started_by_the_key_of_the_latest_version(session, deploy, root):
    deploy(approval())
    deploy(process("approval").user_task("approve", lane="billing").end())

    instance = instances.start(session, key="approval", business_key="A-1", by=root)

    assert (instance.version, instance.business_key, instance.state) == (2, "A-1", "active")
    assert instance.revision > 0
    [token] = instances.tokens(session, instance)
    assert (token.element_id, token.kind, token.since) == (
        "approve",
        "user_task",
        instance.started_at,
    )


def test_what_cannot_be_started_is_refused(session, deploy, root):
    deploy(approval())

    with pytest.raises(DefinitionNotFound):
        instances.start(session, key="nothing", by=root)
    with pytest.raises(StartElementUnknown):
        instances.start(session, key="approval", element="approve", by=root)
    with pytest.raises(VariablesInvalid):
        instances.start(session, key="approval", variables={"": 1}, by=root)
    with pytest.raises(VariablesInvalid):
        instances.start(session, key="approval", variables=[1], by=root)
    with pytest.raises(VariablesTooLarge):
        instances.start(session, key="approval", variables={"a": "x" * 1_000_001}, by=root)
    with pytest.raises(BusinessKeyTooLong):
        instances.start(session, key="approval", business_key="x" * 201, by=root)

    assert instances.find(session, by=root) == []


def test_associates_start_what_the_process_lets_their_groups_start(session, deploy, ada, ivan):
    drawing = process("approval")
    drawing.settings = '<work:mayStart groups="customer_service"/>'
    deploy(drawing.user_task("approve").end(), process("other").user_task("t").end())

    instance = instances.start(session, key="approval", by=ada)

    assert instance.started_by == "ada"
    assert instances.start(session, key="other", by=ivan).started_by == "ivan"
    with pytest.raises(NotAllowed):
        instances.start(session, key="other", by=ada)


def test_groups_see_the_cases_of_a_process_whose_newest_version_names_them(
    session, deploy, ada, ivan
):
    eve = Actor("eve", frozenset({Role.ASSOCIATE}), frozenset({"billing"}))

    def approval_seen_by(groups):
        drawing = process("approval").with_settings(f'<work:visible groups="{groups}"/>')
        return drawing.user_task("approve", groups="legal").end()

    deploy(approval_seen_by("customer_service, audit"))
    case = instances.start(session, key="approval", by=ivan)

    assert instances.get(session, case.id, by=ada) is case
    assert instances.find(session, by=ada) == [case]
    assert instances.find(session, by=eve) == []

    deploy(approval_seen_by("audit"))
    assert instances.find(session, by=ada) == []


def test_variables_are_merged_and_none_deletes(session, start, olga, ivan):
    instance = start(approval(), a=1, b=2)

    instances.set_variables(session, instance.id, {"b": None, "c": {"d": [1.5]}}, by=olga)

    assert instances.variables(session, instance) == {"a": 1, "c": {"d": [1.5]}}
    with pytest.raises(InstanceNotFound):
        instances.set_variables(session, instance.id, {"a": 2}, by=ivan)


def test_variables_of_an_instance_have_a_limit_all_together(session, start, olga):
    instance = start(approval(), a="x" * 600_000)

    with pytest.raises(VariablesTooLarge):
        instances.set_variables(session, instance.id, {"b": "x" * 600_000}, by=olga)


def test_a_completion_that_would_exceed_the_limit_changes_nothing(session, start, ada):
    instance = start(approval(), a="x" * 600_000)
    [task] = user_tasks.find(session, by=ada)
    session.commit()

    with pytest.raises(VariablesTooLarge):
        user_tasks.complete(session, task.id, {"b": "x" * 600_000}, by=ada)
    session.rollback()

    assert user_tasks.get(session, task.id, by=ada).is_open
    assert not instances.get(session, instance.id, by=SYSTEM).has_ended


def everything():
    drawing = process("everything").parallel_gateway("fork").user_task("work").end()
    drawing = drawing.at("fork").service_task("call", topic="t").end()
    drawing = drawing.at("fork").receive_task("hear", "m").end()
    return drawing.at("fork").catch("wait", timer="P1D").end()


def test_cancelling_closes_all_that_was_waited_for(session, start, olga):
    instance = start(everything())

    instances.cancel(session, instance.id, "withdrawn", by=olga)

    assert (instance.state, instance.reason, instance.cancelled_by) == (
        "cancelled",
        "withdrawn",
        "olga",
    )
    assert instances.tokens(session, instance) == []
    assert session.query(UserTask).one().state == "cancelled"
    assert session.query(ServiceTask).one().state == "cancelled"
    assert session.query(Subscription).count() == 0
    assert ("process", "cancel", "olga") in entries(session, instance)
    with pytest.raises(InstanceEnded):
        instances.cancel(session, instance.id, "again", by=olga)


def test_a_suspended_instance_does_nothing_until_it_is_resumed(session, start, ada, olga):
    instance = start(approval())
    [task] = user_tasks.find(session, by=ada)
    instances.suspend(session, instance.id, "audit", by=olga)

    with pytest.raises(InstanceSuspended):
        user_tasks.complete(session, task.id, {}, by=ada)
    with pytest.raises(InstanceSuspended):
        instances.suspend(session, instance.id, "again", by=olga)
    instances.set_variables(session, instance.id, {"a": 1}, by=olga)
    instances.resume(session, instance.id, "found nothing", by=olga)
    user_tasks.complete(session, task.id, {}, by=ada)

    assert instance.state == "completed"
    kinds = [each[:2] for each in entries(session, instance)]
    assert ("process", "suspend") in kinds
    assert ("process", "resume") in kinds


def test_calls_of_a_suspended_instance_are_rung_for_on_resume(session, start, olga):
    instance = start(process().service_task("call", connector="http").end())
    session.info.pop("rings")
    instances.suspend(session, instance.id, "audit", by=olga)
    task = session.query(ServiceTask).one()
    during = service_tasks.take(session, task.id)

    instances.resume(session, instance.id, by=olga)

    assert during is None
    assert session.info["rings"] == {("engine.jobs.run_service_task", str(task.id)): None}
    assert service_tasks.take(session, task.id) is not None


def test_a_long_run_goes_on_in_the_next_step(session, start, root, monkeypatch, clock_at):
    run = Runtime.advance
    monkeypatch.setattr(Runtime, "advance", lambda self, *, at: False)
    instance = start(process().script_task("s", "1", result="a").user_task("t").end())
    monkeypatch.setattr(Runtime, "advance", run)
    clock_at(seconds=11)
    assert progress.has_due(session)
    progress.ring_due(session)

    assert ("engine.jobs.advance", str(instance.id)) in session.info["rings"]
    instances.advance(session, instance.id)
    assert [each.element_id for each in instances.tokens(session, instance)] == ["t"]
    assert not progress.has_due(session)


def test_instances_are_found_by_what_is_known_of_them(session, deploy, root, clock_at):
    labelled = process("labelled")
    labelled.settings = '<work:label variable="customer" name="Customer"/>'
    deploy(labelled.user_task("t").end(), approval())
    first = instances.start(session, key="labelled", variables={"customer": "C-42"}, by=root)
    noon = clock_at(hours=3)
    second = instances.start(session, key="approval", business_key="B-7", by=root)

    def found(**filters):
        return instances.find(session, by=root, **filters)

    assert found() == [second, first]
    assert found(key="labelled") == [first]
    assert found(business_key="B-7") == [second]
    assert found(having=[("customer", "C-42")]) == [first]
    assert found(having=[("customer", "C-43")]) == []
    assert found(started_before=noon) == [first]
    assert found(started_after=first.started_at) == [second]
    assert found(state="completed") == []
    assert found(state="active", limit=1) == [second]
    assert found(after=second.id) == [first]


def test_searchable_variables_follow_the_instance(session, start, olga):
    drawing = process("labelled")
    drawing.settings = '<work:label variable="amount"/><work:label variable="urgent"/>'
    instance = start(drawing.user_task("t").end(), amount=3, urgent=True)

    instances.set_variables(session, instance.id, {"amount": 4.5, "urgent": None}, by=olga)

    rows = session.query(InstanceVariable).filter_by(instance_id=instance.id)
    assert [(row.name, row.value) for row in rows] == [("amount", "4.5")]


# --- who sees what


@pytest.fixture
def mixed(session, deploy, root, ivan):
    """One case of each kind: in ada's lane, in a lane of others, started by ivan."""
    lane = process("mine").user_task("a", lane="customer_service").end()
    deploy(lane, process("theirs").user_task("b", lane="billing").end())
    return {
        "mine": instances.start(session, key="mine", by=root),
        "theirs": instances.start(session, key="theirs", by=root),
        "ivans": instances.start(session, key="theirs", by=ivan),
    }


def keys(session, mixed, actor):
    seen = instances.find(session, by=actor)
    for instance in mixed.values():
        if instance in seen:
            assert instances.get(session, instance.id, by=actor) is instance
        else:
            with pytest.raises(InstanceNotFound):
                instances.get(session, instance.id, by=actor)
    return {name for name, instance in mixed.items() if instance in seen}


def test_each_role_sees_its_own(session, mixed, ada, lea, ivan, grace, olga, root):
    assert keys(session, mixed, root) == keys(session, mixed, olga) == {"mine", "theirs", "ivans"}
    assert keys(session, mixed, ivan) == {"ivans"}
    assert keys(session, mixed, grace) == set()
    assert keys(session, mixed, ada) == {"mine"}
    # Nobody belongs to billing yet: team leaders look after its tasks.
    assert keys(session, mixed, lea) == {"mine", "theirs", "ivans"}


def test_tasks_of_a_group_with_people_are_their_own(session, mixed, lea, root):
    add_person(session, "bill", roles=["associate"], groups=["billing"], by=root)

    assert keys(session, mixed, lea) == {"mine"}


def test_an_analyst_sees_the_processes_she_deployed(session, grace, root):
    deployments.deploy(session, {"a.bpmn": bytes(approval())}, by=grace)
    instance = instances.start(session, key="approval", by=root)

    assert instances.find(session, by=grace) == [instance]
    assert [task.element_id for task in user_tasks.find(session, by=grace)] == ["approve"]


def test_an_associate_still_sees_what_she_did(session, start, ada, bob):
    instance = start(approval().at("approve").to("late").user_task("late", lane="x").end())
    [task] = user_tasks.find(session, by=ada)
    user_tasks.complete(session, task.id, {}, by=ada)

    assert instances.find(session, by=ada) == [instance]


def test_integrators_cancel_what_they_started_only(session, deploy, ivan, root):
    deploy(approval())
    mine = instances.start(session, key="approval", by=ivan)
    other = instances.start(session, key="approval", by=root)

    instances.cancel(session, mine.id, "wrong", by=ivan)

    assert mine.state == "cancelled"
    with pytest.raises(InstanceNotFound):
        instances.cancel(session, other.id, "wrong", by=ivan)
    grants.grant(session, "approval", "ivan", by=root)
    assert instances.find(session, by=ivan) == [other, mine]
    with pytest.raises(NotAllowed):
        instances.cancel(session, other.id, "wrong", by=ivan)


def test_open_instances_with_trouble_are_found(session, start, root):
    stuck = start(process("stuck").service_task("call", connector=None).end(), business_key="B_1")
    fine = start(approval(), business_key="Bx1")

    assert instances.find(session, by=root, with_incidents=True) == [stuck]
    assert instances.find(session, by=root, is_open=True) == [fine, stuck]
    assert instances.find(session, by=root, text="b_1") == [stuck]
    assert instances.find(session, by=root, definition_id=fine.definition_id) == [fine]


def test_resuming_what_runs_changes_nothing(session, start, olga):
    instance = start(approval())
    revision = instance.revision

    assert instances.resume(session, instance.id, by=olga).revision == revision
    instances.advance(session, instance.id)
    assert instance.revision == revision
    instances.cancel(session, instance.id, "over", by=olga)
    with pytest.raises(InstanceEnded):
        instances.resume(session, instance.id, by=olga)


def test_a_condition_that_came_true_during_suspension_counts_on_resume(session, start, olga):
    drawing = process("p").catch("until", condition="amount > 9").user_task("next").end()
    instance = start(drawing)
    instances.suspend(session, instance.id, "audit", by=olga)
    instances.set_variables(session, instance.id, {"amount": 10}, by=olga)
    during = session.query(UserTask).count()

    instances.resume(session, instance.id, by=olga)

    assert during == 0
    assert [each.element_id for each in instances.tokens(session, instance)] == ["next"]


def test_only_processes_are_started(session, clock_at, root):
    form = b'{"id": "ask", "type": "default", "components": []}'
    outcome = deployments.deploy(session, {"ask.form": form}, by=SYSTEM)

    with pytest.raises(StartElementUnknown):
        instances.start(session, definition_id=outcome.definitions[0].id, by=root)


def test_the_start_event_is_chosen_where_there_are_several(session, deploy, root):
    drawing = process("p").start("by_portal").user_task("a").end("e").at("e")
    deploy(drawing.start("by_phone").user_task("b").to("e").xml())

    instance = instances.start(session, key="p", element="by_phone", by=root)

    assert [each.element_id for each in instances.tokens(session, instance)] == ["b"]


def test_the_business_key_is_a_variable_where_the_model_reads_it(session, deploy, root):
    deploy(process("p").script_task("s", "businessKey", result="seen").user_task("a").end())
    deploy(approval())

    reads = instances.start(session, key="p", business_key="A-1", by=root)
    own = instances.start(
        session, key="p", business_key="A-2", variables={"businessKey": "mine"}, by=root
    )
    plain = instances.start(session, key="approval", business_key="A-3", by=root)

    assert instances.variables(session, reads) == {"businessKey": "A-1", "seen": "A-1"}
    assert instances.variables(session, own) == {"businessKey": "mine", "seen": "mine"}
    assert instances.variables(session, plain) == {}


UNIQUE = '<work:businessKey unique="true"/>'


def test_a_business_key_is_taken_while_its_case_is_open(session, deploy, root):
    deploy(process("p").with_settings(UNIQUE).user_task("t").end())
    first = instances.start(session, key="p", business_key="B-1", by=root)

    with pytest.raises(BusinessKeyTaken) as refused:
        instances.start(session, key="p", business_key="B-1", by=root)
    instances.start(session, key="p", business_key="B-2", by=root)
    instances.start(session, key="p", by=root)
    instances.start(session, key="p", by=root)
    instances.cancel(session, first.id, "typing error", by=root)
    again = instances.start(session, key="p", business_key="B-1", by=root)

    assert str(refused.value) == "The business key B-1 is taken: an open case of p has it already."
    assert again.state == "active"


def test_without_the_models_word_cases_may_share_a_business_key(session, deploy, root):
    deploy(
        process("p").user_task("t").end(), process("q").with_settings(UNIQUE).user_task("t").end()
    )

    started = [
        instances.start(session, key=key, business_key="B-1", by=root) for key in ("p", "p", "q")
    ]

    assert len(started) == 3
