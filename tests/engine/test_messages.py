"""Messages continue, start or wait; signals reach everybody."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from core import clock
from core.ids import new_id
from core.people import SYSTEM
from core.permissions import NotAllowed
from engine import incidents, instances, kept_messages, message_sweep, messages, user_tasks
from engine.errors import CannotResolve, MessageInvalid, VariablesTooLarge
from engine.models import Message, Subscription
from tests.build import process

READING = "reading_received"


def receiver():
    receive = process("onboarding").receive_task("wait", READING, correlation="=customer")
    return receive.user_task("next").end()


def at(session, instance):
    return [each.element_id for each in instances.tokens(session, instance)]


def ring_for_messages(session):
    """What workers do with the rings of messages."""
    while rung := [row for job, row in session.info.pop("rings", {}) if "publish" in job]:
        for message_id in rung:
            messages.publish_thrown(session, UUID(message_id))


def test_a_message_continues_the_instance_with_its_key(session, start, ivan):
    mine = start(receiver(), customer="C-42")
    other = start(receiver(), customer="C-43")

    delivery = messages.publish(session, READING, "C-42", {"kwh": 812}, by=ivan)

    assert delivery.delivered == [str(mine.id)]
    assert (delivery.started, delivery.waiting) == ([], False)
    assert at(session, mine) == ["next"]
    assert at(session, other) == ["wait"]
    assert instances.variables(session, mine) == {"customer": "C-42", "kwh": 812}


def test_a_message_nobody_waits_for_is_gone_without_a_time_to_live(session, start, ivan):
    delivery = messages.publish(session, READING, "C-42", by=ivan)
    instance = start(receiver(), customer="C-42")

    assert not delivery.waiting
    assert at(session, instance) == ["wait"]
    assert session.query(Message).count() == 0


def test_a_message_waits_for_its_time_to_live(session, start, ivan, clock_at):
    delivery = messages.publish(
        session, READING, "C-42", {"kwh": 1}, time_to_live=timedelta(hours=1), by=ivan
    )
    clock_at(minutes=59)
    instance = start(receiver(), customer="C-42")
    second = start(receiver(), customer="C-42")

    assert delivery.waiting
    assert at(session, instance) == ["next"]
    assert at(session, second) == ["wait"]


def test_a_message_whose_time_is_over_is_forgotten(session, start, ivan, clock_at):
    messages.publish(session, READING, "C-42", time_to_live=timedelta(hours=1), by=ivan)
    clock_at(minutes=61)
    message_sweep.expire(session)

    instance = start(receiver(), customer="C-42")

    assert at(session, instance) == ["wait"]
    assert session.query(Message).count() == 0


def test_the_same_message_id_is_delivered_once(session, start, ivan):
    instance = start(receiver(), customer="C-42")
    first = messages.publish(session, READING, "C-42", message_id="m-1", by=ivan)
    start(receiver(), customer="C-42")

    again = messages.publish(session, READING, "C-42", message_id="m-1", by=ivan)

    assert first == again
    assert first.delivered == [str(instance.id)]


def started_by_message(**options):
    start = process("move").start(message="move_in", **options)
    return start.user_task("check").end()


def test_a_message_starts_an_instance_with_its_variables(session, deploy, ivan):
    deploy(started_by_message())

    delivery = messages.publish(session, "move_in", "C-42", {"customer": "C-42"}, by=ivan)

    [instance] = instances.find(session, by=ivan)
    assert delivery.started == [str(instance.id)]
    assert instance.started_by == "ivan"
    assert instances.variables(session, instance) == {"customer": "C-42"}


def test_only_the_latest_version_is_started_by_a_message(session, deploy, ivan):
    deploy(started_by_message())
    drawing = process("move").start(message="move_in").user_task("newer").end()
    deploy(drawing)

    messages.publish(session, "move_in", by=ivan)

    [instance] = instances.find(session, by=SYSTEM)
    assert at(session, instance) == ["newer"]


def test_a_unique_message_start_runs_one_instance_per_key(session, deploy, ivan, olga):
    unique = '<work:correlation key="=customer" unique="true"/>'
    deploy(started_by_message(settings=unique))

    first = messages.publish(session, "move_in", "C-42", by=ivan)
    second = messages.publish(session, "move_in", "C-42", by=ivan)
    other = messages.publish(session, "move_in", "C-43", by=ivan)
    for instance in instances.find(session, by=SYSTEM):
        instances.cancel(session, instance.id, "over", by=olga)
    third = messages.publish(session, "move_in", "C-42", by=ivan)

    assert [len(each.started) for each in (first, second, other, third)] == [1, 0, 1, 1]


def test_a_signal_reaches_all_and_starts(session, start, deploy, ivan):
    listener = process("listener").catch("hear", signal="price_change").user_task("next").end()
    one, two = start(listener), start(listener)
    deploy(process("review").start(signal="price_change").user_task("check").end())

    delivery = messages.broadcast(session, "price_change", {"price": 3}, by=ivan)

    assert delivery.delivered == sorted([str(one.id), str(two.id)])
    assert len(delivery.started) == 1
    assert at(session, one) == at(session, two) == ["next"]


def test_a_signal_to_very_many_is_handed_on_by_workers(session, start, ivan, monkeypatch):
    monkeypatch.setattr(messages, "AT_ONCE", 1)
    listener = process("listener").catch("hear", signal="price_change").user_task("next").end()
    one, two = start(listener), start(listener)

    messages.broadcast(session, "price_change", by=ivan)
    before = at(session, one) + at(session, two)
    for job, row_id in session.info.pop("rings"):
        assert job == "engine.jobs.deliver_kept"
        kept_messages.deliver_kept(session, UUID(row_id))

    assert before == ["next", "hear"]
    assert at(session, two) == ["next"]


def test_a_suspended_instance_applies_messages_on_resume_in_order(session, start, ivan, olga):
    drawing = process("p").receive_task("one", "m", correlation="=c")
    instance = start(drawing.receive_task("two", "m", correlation="=c").user_task("n").end(), c="x")
    instances.suspend(session, instance.id, "audit", by=olga)

    first = messages.publish(session, "m", "x", {"value": 1}, by=ivan)
    messages.publish(session, "m", "x", {"value": 2}, by=ivan)
    during = at(session, instance)
    instances.resume(session, instance.id, by=olga)

    assert first.delivered == [str(instance.id)]
    assert during == ["one"]
    assert at(session, instance) == ["n"]
    assert instances.variables(session, instance)["value"] == 2


def test_a_message_thrown_by_an_instance_reaches_another(session, start):
    waiting = start(receiver(), customer="C-42")
    drawing = process("meter").throw("tell", message=READING, correlation="=customer")
    thrower = start(drawing.end(), customer="C-42")
    before = at(session, waiting)

    ring_for_messages(session)

    assert thrower.state == "completed"
    assert before == ["wait"]
    assert at(session, waiting) == ["next"]


def test_what_was_thrown_and_not_rung_for_is_found_by_the_sweep(session, start, clock_at):
    waiting = start(receiver(), customer="C-42")
    thrower = process("meter").throw("tell", message=READING, correlation="=customer").end()
    start(thrower, customer="C-42")
    session.info.pop("rings")
    clock_at(seconds=11)

    assert message_sweep.has_due(session)
    message_sweep.ring_due(session)
    ring_for_messages(session)

    assert at(session, waiting) == ["next"]


def test_a_message_and_its_receiver_that_missed_each_other_are_brought_together(
    session, start, ivan
):
    instance = start(receiver(), customer="C-42")
    subscription = session.query(Subscription).one()
    subscription.name = "hidden"
    session.flush()
    messages.publish(session, READING, "C-42", time_to_live=timedelta(hours=1), by=ivan)
    subscription.name = READING
    session.flush()

    message_sweep.bring_together(session)
    ring_for_messages(session)

    assert at(session, instance) == ["next"]
    message_sweep.bring_together(session)
    assert session.info.get("rings", {}) == {}


@pytest.mark.parametrize("name", ["", "x" * 201])
def test_a_message_without_a_proper_name_is_refused(session, ivan, name):
    with pytest.raises(MessageInvalid):
        messages.publish(session, name, by=ivan)


def test_associates_send_no_messages(session, ada):
    with pytest.raises(NotAllowed):
        messages.publish(session, READING, by=ada)
    with pytest.raises(NotAllowed):
        messages.broadcast(session, "price_change", by=ada)


def test_a_message_continues_one_process_and_starts_others(session, start, deploy, ivan):
    drawing = process("move").start(message="move_in").receive_task("again", "move_in")
    deploy(drawing.user_task("check").end())
    deploy(process("other").start(message="move_in").user_task("look").end())
    messages.publish(session, "move_in", by=ivan)

    second = messages.publish(session, "move_in", by=ivan)

    assert (len(second.delivered), len(second.started)) == (1, 1)


def test_what_was_published_already_is_not_published_again(session, ivan):
    assert messages.publish_thrown(session, new_id()) is None
    messages.give_up(session, new_id())
    assert not message_sweep.has_expired(session)


def test_messages_kept_for_an_instance_that_ended_are_dropped(session, start, ivan, olga):
    instance = start(receiver(), customer="C-42")
    instances.suspend(session, instance.id, "audit", by=olga)
    messages.publish(session, READING, "C-42", by=ivan)
    kept_messages.deliver_kept(session, instance.id)
    assert session.query(Message).one().state == "kept"
    instances.cancel(session, instance.id, "over", by=olga)

    kept_messages.deliver_kept(session, instance.id)

    assert session.query(Message).one().state == "done"


def test_of_kept_messages_those_after_the_end_are_dropped(session, start, ivan, olga):
    instance = start(process("p").receive_task("wait", "m", correlation="=c").end(), c="x")
    instances.suspend(session, instance.id, "audit", by=olga)
    for _ in range(2):
        messages.publish(session, "m", "x", by=ivan)

    instances.resume(session, instance.id, by=olga)

    assert instance.state == "completed"
    assert {each.state for each in session.query(Message)} == {"done"}


def test_a_subscription_that_is_behind_the_instance_does_no_harm(session, start, ivan):
    instance = start(receiver(), customer="C-42")
    stale = Subscription(
        kind="message",
        name="old",
        instance_id=instance.id,
        element_id="wait",
        token="gone",
        created_at=instance.started_at,
    )
    session.add(stale)
    session.flush()

    assert messages.publish(session, "old", by=ivan).delivered == []


def test_a_signal_is_not_thrown_back_at_its_thrower(session, start):
    drawing = process("p").parallel_gateway("fork").throw("shout", signal="s").end()
    drawing = drawing.at("fork").catch("hear", signal="s").catch("hear_again", signal="s").end()
    instance = start(drawing)
    before = at(session, instance)

    ring_for_messages(session)

    assert at(session, instance) == before


def test_a_message_begins_what_receives_and_instantiates(session, deploy, root):
    receive = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
      <message id="m1" name="claim"/><message id="m2" name="photo"/>
      <process id="claims" isExecutable="true">
        <eventBasedGateway id="g" instantiate="true" eventGatewayType="Parallel"/>
        <intermediateCatchEvent id="c1"><messageEventDefinition messageRef="m1"/></intermediateCatchEvent>
        <intermediateCatchEvent id="c2"><messageEventDefinition messageRef="m2"/></intermediateCatchEvent>
        <userTask id="a"/><userTask id="b"/>
        <sequenceFlow sourceRef="g" targetRef="c1"/><sequenceFlow sourceRef="g" targetRef="c2"/>
        <sequenceFlow sourceRef="c1" targetRef="a"/><sequenceFlow sourceRef="c2" targetRef="b"/>
      </process></definitions>"""  # noqa: E501
    deploy(receive)

    delivery = messages.publish(session, "photo", by=root)

    [instance] = instances.find(session, by=root, key="claims")
    assert delivery.started == [str(instance.id)]
    assert [each.element_id for each in instances.tokens(session, instance)] == ["c1", "b"]


# --- messages that an instance cannot take in

BIG = {"blob": "x" * 700_000}


def two_news():
    drawing = process("p").receive_task("one", "m", correlation="=c")
    return drawing.receive_task("two", "m", correlation="=c").user_task("n").end()


def test_an_oversized_kept_message_fails_alone_and_the_others_count(session, start, ivan, olga):
    instance = start(two_news(), c="x", big="y" * 600_000)
    instances.suspend(session, instance.id, "audit", by=olga)
    for values in ({"value": 1}, BIG, {"value": 2}):
        messages.publish(session, "m", "x", values, by=ivan)

    instances.resume(session, instance.id, by=olga)

    assert at(session, instance) == ["n"]
    assert instances.variables(session, instance)["value"] == 2
    [incident] = incidents.find(session, by=olga)
    assert (incident.kind, incident.name, instance.incidents) == ("message", "m", 1)
    assert "too large" in incident.message or "bytes" in incident.message


def test_a_message_that_failed_is_retried_once_there_is_room(session, start, ivan, olga):
    instance = start(two_news(), c="x", big="y" * 600_000)
    instances.suspend(session, instance.id, "audit", by=olga)
    messages.publish(session, "m", "x", BIG, by=ivan)
    instances.resume(session, instance.id, by=olga)
    [incident] = incidents.find(session, by=olga)
    assert at(session, instance) == ["one"]

    instances.set_variables(session, instance.id, {"big": None}, by=olga)
    incidents.retry(session, incident.id, by=olga, reason="made room")

    assert at(session, instance) == ["two"]
    assert instances.variables(session, instance)["blob"] == BIG["blob"]
    assert incidents.find(session, by=olga) == []


def test_a_message_that_failed_is_dropped_by_hand_with_what_it_should_have_told(
    session, start, ivan, olga
):
    instance = start(two_news(), c="x", big="y" * 600_000)
    instances.suspend(session, instance.id, "audit", by=olga)
    messages.publish(session, "m", "x", BIG, by=ivan)
    instances.resume(session, instance.id, by=olga)
    [incident] = incidents.find(session, by=olga)

    with pytest.raises(CannotResolve):
        incidents.resolve(session, incident.id, error_code="E", reason="no", by=olga)
    incidents.resolve(session, incident.id, variables={"value": 9}, reason="by phone", by=olga)

    assert at(session, instance) == ["one"]
    assert instances.variables(session, instance)["value"] == 9
    message_sweep.expire(session)


def test_an_oversized_message_is_refused_at_entry_when_its_sender_waits(session, start, ivan):
    instance = start(two_news(), c="x", big="y" * 600_000)

    with pytest.raises(VariablesTooLarge):
        messages.publish(session, "m", "x", BIG, by=ivan)

    assert at(session, instance) == ["one"]


def test_an_oversized_message_that_waited_does_not_stop_the_step_that_meets_it(
    session, start, ivan, ada, olga
):
    messages.publish(session, "m", "x", BIG, timedelta(days=1), by=ivan)
    messages.publish(session, "m", "x", {"value": 2}, timedelta(days=1), by=ivan)
    drawing = process("p").user_task("do").receive_task("one", "m", correlation="=c")
    instance = start(drawing.user_task("n").end(), c="x", big="y" * 600_000)
    [task] = user_tasks.find(session, by=ada)

    user_tasks.complete(session, task.id, {}, by=ada)

    assert at(session, instance) == ["n"]
    assert instances.variables(session, instance)["value"] == 2
    assert [each.kind for each in incidents.find(session, by=olga)] == ["message"]


def test_receivers_are_found_by_index(session, start, database_url):
    start(two_news(), c="x")
    session.commit()
    message = Message(kind="message", name="m", correlation_key="x")
    statements = []
    connection = session.connection()

    def note(_conn, _cursor, statement, parameters, *_):
        statements.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    messages._waiting_instances(session, message)
    event.remove(connection, "before_cursor_execute", note)
    [(statement, parameters)] = statements
    if database_url.startswith("sqlite"):
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    else:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).all()

    # Down to the key: of ten thousand who wait for the same name, one is looked at.
    key = "correlation_key=?" if database_url.startswith("sqlite") else "correlation_key)::text = "
    assert "ix_subscription_name" in str(plan)
    assert key in str(plan)


def test_a_waiting_message_is_not_held_back_by_the_running_case_of_another_key(
    session, deploy, ivan
):
    deploy(started_by_message(settings='<work:correlation key="=customer" unique="true"/>'))
    hour, now = timedelta(hours=1), clock.now()
    for _ in range(2):
        held = messages.publish(session, "move_in", "A", {"customer": "A"}, hour, by=ivan)
    before = message_sweep.has_missed(session)
    missed = Message(
        kind="message",
        name="move_in",
        correlation_key="B",
        variables={},
        state="waiting",
        expires_at=now + hour,
        created_at=now,
        created_by="ivan",
    )
    session.add(missed)
    session.flush()

    assert held.waiting
    assert (before, message_sweep.has_missed(session)) == (False, True)
