"""Large variables lie in rows of their own, and only who reads them loads them."""

import pytest
from sqlalchemy import delete, event, select

from core.people import SYSTEM
from engine import instances, user_tasks
from engine.bpmn.codec import UnreadableState
from engine.errors import VariablesTooLarge
from engine.models import InstanceVariable, LargeValue
from tests.build import process

ROWS = [{"id": number, "name": f"customer {number}"} for number in range(2_000)]


@pytest.fixture
def instance(start):
    drawing = process("p").user_task("a").user_task("b").script_task("s", "count(rows)", result="n")
    return start(drawing.user_task("c").end(), rows=ROWS, amount=3)


@pytest.fixture
def loads(session) -> list[str]:
    """Statements that load a large value."""
    found: list[str] = []

    def note(connection, cursor, statement, *_):
        if statement.startswith("SELECT large_value.content"):
            found.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    return found


def kept(session):
    return list(session.scalars(select(LargeValue.ref)))


def complete(session, instance, given):
    [task] = user_tasks.find(session, by=SYSTEM, instance_id=instance.id)
    user_tasks.complete(session, task.id, given, by=SYSTEM)
    session.expire_all()


def test_a_large_variable_is_loaded_only_by_who_reads_it(session, instance, loads):
    refs = kept(session)

    complete(session, instance, {"amount": 4})

    assert len(refs) == 1
    assert loads == []
    assert len(instance.runtime_state) < 500
    complete(session, instance, {})
    assert len(loads) == 1
    assert kept(session) == refs
    assert instances.variables(session, instance) == {"rows": ROWS, "amount": 4, "n": 2_000}


def test_a_step_that_changes_no_searchable_variable_loads_none(session, start, loads):
    drawing = process("p")
    drawing.settings = '<work:label variable="text"/><work:label variable="amount"/>'
    instance = start(drawing.user_task("a").user_task("b").end(), text="x" * 40_000, amount=3)
    named = select(InstanceVariable.name).where(InstanceVariable.instance_id == instance.id)

    complete(session, instance, {"other": 1})

    assert loads == []
    assert set(session.scalars(named)) == {"amount", "text"}
    instances.set_variables(session, instance.id, {"text": None}, by=SYSTEM)
    assert set(session.scalars(named)) == {"amount"}


def test_a_replaced_value_leaves_nothing_behind(session, instance):
    before = kept(session)

    complete(session, instance, {"rows": ROWS[1:]})
    replaced = kept(session)
    instances.set_variables(session, instance.id, {"rows": None}, by=SYSTEM)

    assert len(replaced) == 1
    assert replaced != before
    assert kept(session) == []
    assert instances.variables(session, instance) == {"amount": 3}


def test_a_value_that_is_lost_is_told(session, instance):
    session.execute(delete(LargeValue))

    with pytest.raises(UnreadableState, match="is lost"):
        instances.variables(session, instance)


def test_a_cancelled_instance_still_shows_its_large_values(session, instance):
    instances.cancel(session, instance.id, "not wanted", by=SYSTEM)
    session.expire_all()

    assert instances.variables(session, instance)["rows"] == ROWS


def test_all_data_of_an_instance_together_have_a_limit(session, start):
    text = "x" * 400_000
    instance = start(process("p").user_task("a").end(), one=text, two=text)

    with pytest.raises(VariablesTooLarge, match=r"may take 1000000 bytes; these take 1\d{6}"):
        instances.set_variables(session, instance.id, {"three": text}, by=SYSTEM)
