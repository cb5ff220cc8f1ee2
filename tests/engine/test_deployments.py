"""Deploying: versions, identical content, bindings, refusals, warnings, grants, start events."""

import json
from uuid import UUID

import pytest

from core.ids import new_id
from core.people import SYSTEM, add_person
from core.permissions import NotAllowed
from engine import definitions, deployments, instances, messages, user_tasks
from engine.errors import DefinitionNotFound, ModelRefused, NothingToDeploy, TooManyFiles
from engine.models import Definition, Deployment, ProcessGrant, Subscription, Timer
from tests.build import process


def form(key="address", label="Street"):
    field = {"type": "textfield", "key": "street", "label": label}
    return json.dumps({"id": key, "type": "default", "components": [field]}).encode()


def with_form(binding=None):
    attributes = f' binding="{binding}"' if binding else ""
    settings = f'<work:form key="address"{attributes}/>'
    return bytes(process("p").user_task("ask", lane="sales", settings=settings).end())


def deploy(session, by=SYSTEM, **files):
    named = {name.replace("_", "."): content for name, content in files.items()}
    return deployments.deploy(session, named, by=by)


def versions(outcome):
    return {each.key: each.version for each in outcome.definitions}


def test_a_package_is_stored_as_first_versions(session, clock_at):
    outcome = deploy(session, p_bpmn=with_form(), a_form=form())

    assert outcome.created
    assert versions(outcome) == {"p": 1, "address": 1}
    assert {each.kind for each in outcome.definitions} == {"process", "form"}
    assert outcome.deployment.created_by == "system"
    assert definitions.content(session, outcome.definitions[1].id) == form()


def test_identical_content_is_not_a_new_version(session, clock_at):
    first = deploy(session, p_bpmn=with_form(), a_form=form())

    again = deploy(session, p_bpmn=with_form(), a_form=form())

    assert not again.created
    assert again.deployment is first.deployment
    assert again.definitions == first.definitions
    assert session.query(Deployment).count() == 1


def test_a_process_is_new_when_a_form_it_is_bound_to_is(session, clock_at):
    deploy(session, p_bpmn=with_form(), a_form=form())

    outcome = deploy(session, p_bpmn=with_form(), a_form=form(label="Road"))

    assert versions(outcome) == {"p": 2, "address": 2}


def test_a_process_bound_to_the_latest_form_stays(session, clock_at):
    deploy(session, p_bpmn=with_form("latest"), a_form=form())

    outcome = deploy(session, p_bpmn=with_form("latest"), a_form=form(label="Road"))

    assert versions(outcome) == {"p": 1, "address": 2}


def test_what_a_process_is_bound_to_need_not_come_along_again(session, clock_at):
    deploy(session, p_bpmn=with_form(), a_form=form())

    alone = deploy(session, p_bpmn=with_form())
    together = deploy(session, p_bpmn=with_form(), a_form=form())

    assert (alone.created, together.created) == (False, False)
    assert versions(together) == {"p": 1, "address": 1}


def test_a_stored_process_counts_with_what_it_is_bound_to_itself(session, clock_at):
    caller = bytes(process("caller").call_activity("call", "p").end())
    deploy(session, c_bpmn=caller, p_bpmn=with_form(), a_form=form())

    changed = deploy(session, a_form=form(label="Road"))
    alone = deploy(session, c_bpmn=caller)
    renewed = deploy(session, c_bpmn=caller, p_bpmn=with_form())

    assert (changed.created, alone.created) == (True, False)
    assert versions(renewed) == {"caller": 2, "p": 2}


def test_only_what_changed_gets_a_new_version(session, clock_at):
    deploy(session, p_bpmn=with_form(), a_form=form(), b_form=form("bill"))

    outcome = deploy(session, p_bpmn=with_form(), a_form=form(), b_form=form("bill", "Sum"))

    assert versions(outcome) == {"p": 1, "address": 1, "bill": 2}


@pytest.mark.parametrize(
    ("binding", "version"), [(None, 1), ("deployment", 1), ("latest", 2), ("1", 1)]
)
def test_a_form_is_found_in_the_version_that_its_binding_means(session, clock_at, binding, version):
    deploy(session, a_form=form())
    outcome = deploy(session, p_bpmn=with_form(binding))
    deploy(session, a_form=form(label="Road"))

    found = definitions.form_of(session, outcome.definitions[0], "ask")

    assert found.version == version
    assert definitions.form_of(session, outcome.definitions[0], "start") is None


def test_running_instances_stay_on_their_version(session, clock_at):
    deploy(session, p_bpmn=bytes(process("p").user_task("old").end()))
    instance = instances.start(session, key="p", by=SYSTEM)

    deploy(session, p_bpmn=bytes(process("p").user_task("new").end()))
    newer = instances.start(session, key="p", by=SYSTEM)

    assert [each.element_id for each in instances.tokens(session, instance)] == ["old"]
    assert [each.element_id for each in instances.tokens(session, newer)] == ["new"]
    assert definitions.latest(session, "process", "p").version == 2


def test_a_refused_file_refuses_all_and_stores_nothing(session, clock_at):
    with pytest.raises(ModelRefused) as refusal:
        deploy(session, p_bpmn=with_form(), a_form=form(), bad_bpmn=b"<not-bpmn/>")

    problems = refusal.value.context["problems"]
    assert "bad.bpmn" in {each["file"] for each in problems}
    assert refusal.value.context["files"] == ["bad.bpmn"]
    assert session.query(Deployment).count() == session.query(Definition).count() == 0


def test_there_must_be_files_but_not_too_many(session):
    with pytest.raises(NothingToDeploy):
        deploy(session)
    with pytest.raises(TooManyFiles):
        deploy(session, **{f"f{number}_form": form() for number in range(51)})


def test_lanes_and_groups_without_people_are_named(session, clock_at, root):
    add_person(session, "sam", roles=["associate"], groups=["sales"], by=root)
    drawing = process("p").user_task("a", lane="sales").user_task("b", groups="=team, billing")
    drawing = drawing.user_task("c", lane="audit").end()

    [report] = deployments.validate(session, {"p.bpmn": bytes(drawing)})

    assert report.verdict == "runs"
    named = [(each.element, each.severity) for each in report.problems]
    assert named == [("b", "warning"), ("c", "warning")]
    assert "billing" in report.problems[0].message


def test_a_drawing_deploys_with_its_problems(session, clock_at):
    outcome = deploy(session, p_bpmn=with_form())

    assert outcome.definitions[0].verdict == "drawing"
    assert "todo" in {each["severity"] for each in outcome.problems}


def test_who_deploys_a_process_owns_it(session, grace, clock_at):
    deploy(session, by=grace, p_bpmn=with_form(), a_form=form())

    assert session.get(ProcessGrant, ("p", "grace")).granted_by == "grace"


def test_only_analysts_and_operators_deploy(session, ada, ivan):
    for actor in (ada, ivan):
        with pytest.raises(NotAllowed):
            deploy(session, by=actor, a_form=form())


def test_start_events_of_the_latest_version_replace_older_ones(session, clock_at):
    old = process("p").start("old", message="go").end("e").at("old")
    deploy(session, p_bpmn=bytes(old.start("nightly", timer="R/PT24H").to("e").xml()))

    outcome = deploy(session, p_bpmn=bytes(process("p").start("new", signal="go").end()))

    [subscription] = session.query(Subscription)
    assert (subscription.kind, subscription.element_id) == ("signal", "new")
    assert subscription.definition_id == outcome.definitions[0].id
    assert session.query(Timer).count() == 0


def test_a_called_process_is_fixed_at_the_start(session, clock_at):
    def inner(element):
        return bytes(process("inner").user_task(element).end())

    settings = '<work:call binding="latest"/>'
    outer = bytes(process("outer").call_activity("call", "inner", settings=settings).end())
    deploy(session, inner_bpmn=inner("old"), outer_bpmn=outer)
    before = instances.start(session, key="outer", by=SYSTEM)

    deploy(session, inner_bpmn=inner("new"))
    after = instances.start(session, key="outer", by=SYSTEM)

    assert [each.element_id for each in instances.tokens(session, before)] == ["old"]
    assert [each.element_id for each in instances.tokens(session, after)] == ["new"]
    instances.set_variables(session, before.id, {"a": 1}, by=SYSTEM)


def test_pools_of_one_file_are_processes_of_their_own(session, clock_at, ivan):
    customer = process("customer").throw("ask", message="order").end()
    supplier = process("supplier").start("ordered", message="order").user_task("deliver").end()
    both = customer.pen.together(supplier.pen)
    deploy(session, both_bpmn=bytes(both))
    instances.start(session, key="customer", by=SYSTEM)

    for _, row_id in session.info.pop("rings"):
        messages.publish_thrown(session, UUID(row_id))

    [instance] = instances.find(session, by=SYSTEM, key="supplier")
    assert [each.element_id for each in instances.tokens(session, instance)] == ["deliver"]


def test_definitions_are_listed_newest_first(session, clock_at):
    for element in ("a", "b", "c"):
        deploy(session, p_bpmn=bytes(process("p").user_task(element).end()))
    deploy(session, q_bpmn=bytes(process("q").user_task("x").end()))

    def listed(**filters):
        return [(each.key, each.version) for each in definitions.find(session, **filters)]

    assert listed() == [("q", 1), ("p", 3), ("p", 2), ("p", 1)]
    assert listed(latest=True) == [("q", 1), ("p", 3)]
    assert listed(key="p", limit=2) == [("p", 3), ("p", 2)]
    last = definitions.find(session, limit=2)[-1]
    assert listed(after=last.id) == [("p", 2), ("p", 1)]
    assert listed(kind="form") == []


def test_a_definition_that_is_not_there_is_not_found(session, clock_at):
    with pytest.raises(DefinitionNotFound):
        definitions.get(session, new_id())
    with pytest.raises(DefinitionNotFound):
        definitions.content(session, new_id())
    with pytest.raises(DefinitionNotFound):
        definitions.latest(session, "process", "nothing")


def test_processes_that_call_each_other_have_one_identity(session, clock_at):
    def package(label):
        return {
            "a_bpmn": bytes(process("a").call_activity("call", "b", name=label).end()),
            "b_bpmn": bytes(process("b").call_activity("back", "a").end()),
        }

    deploy(session, **package("one"))
    again = deploy(session, **package("one"))
    changed = deploy(session, **package("two"))

    assert not again.created
    assert versions(changed) == {"a": 2, "b": 2}


def test_a_process_can_call_itself(session, clock_at):
    drawing = (
        process("p")
        .exclusive_gateway("g")
        .when("n > 0")
        .call_activity("again", "p", ins={"n": "=n - 1"})
    )
    drawing = drawing.end().at("g").otherwise().user_task("t").end()
    deploy(session, p_bpmn=bytes(drawing))

    instance = instances.start(session, key="p", variables={"n": 2}, by=SYSTEM)

    assert [each.element_id for each in instances.tokens(session, instance)] == ["t"]
    [task] = user_tasks.find(session, by=SYSTEM)
    assert definitions.element(session, instance.definition, task.element_id).kind == "userTask"
    assert definitions.element(session, instance.definition, "nothing") is None
    assert definitions.form_of(session, instance.definition, "nothing") is None


def test_a_task_in_a_called_process_has_the_form_of_that_process(session, clock_at):
    inner = with_form()
    outer = bytes(process("outer").call_activity("call", "p").end())
    deploy(session, inner_bpmn=inner, outer_bpmn=outer, a_form=form())
    instances.start(session, key="outer", by=SYSTEM)

    [task] = user_tasks.find(session, by=SYSTEM)
    definition = definitions.get(session, task.definition_id)

    assert (task.key, definition.key) == ("outer", "p")
    assert definitions.form_of(session, definition, task.element_id).key == "address"


def test_a_version_that_is_not_there_leaves_the_latest(session, clock_at):
    outcome = deploy(session, p_bpmn=with_form("7"), a_form=form())

    assert definitions.form_of(session, outcome.definitions[0], "ask").version == 1


def test_programs_that_nobody_asked_for_lately_are_forgotten(session, clock_at, monkeypatch):
    monkeypatch.setattr(definitions, "MAX_PROGRAMS", 1)
    for key in ("a", "b", "a"):
        deploy(session, p_bpmn=bytes(process(key).user_task("t").end()))
        instances.start(session, key=key, by=SYSTEM)

    assert len(definitions._programs) == 1
