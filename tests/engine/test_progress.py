"""The execution log, and locking and saving of one instance."""

import pytest

from core.ids import new_id
from core.people import SYSTEM
from engine import instances, log, progress, user_tasks
from engine.errors import InstanceChanged, InstanceNotFound
from engine.models import ProcessInstance
from tests.build import process


def test_the_log_is_read_in_pages_oldest_first(session, start, ada):
    instance = start(process("p").user_task("t").end(), amount=3)
    [task] = user_tasks.find(session, by=ada)
    user_tasks.complete(session, task.id, {"ok": True}, by=ada)

    pages, after = [], None
    while page := log.entries(session, instance.id, after, limit=3):
        pages += page
        after = page[-1].id

    steps = [(each.element_id, each.lifecycle) for each in pages]
    assert steps[0] == ("p", "start")
    assert steps[-1] == ("p", "complete")
    assert steps.index(("t", "complete")) < steps.index(("auto_p_end2", "start"))
    assert pages[0].variables == {"amount": 3}
    assert {each.process_key for each in pages} == {"p"}
    assert len(pages) == len({each.id for each in pages})


def test_an_instance_that_is_not_there_cannot_be_locked(session):
    with pytest.raises(InstanceNotFound):
        progress.get_for_update(session, new_id())


def test_a_step_that_somebody_else_was_faster_with_is_refused(session, start):
    instance = start(process("p").user_task("t").end())
    table = ProcessInstance.__table__
    session.connection().execute(table.update().values(revision=table.c.revision + 1))
    instance.reason = "late"

    with pytest.raises(InstanceChanged):
        progress.save(session)


def test_a_task_sees_the_variables_of_its_case(session, start, ada):
    instance = start(process("p").user_task("t", scope={"local": "=amount * 2"}).end(), amount=3)
    [task] = user_tasks.find(session, by=ada)
    assert user_tasks.variables(session, task) == {"amount": 3, "local": 6}

    user_tasks.complete(session, task.id, {"ok": True}, by=ada)

    assert user_tasks.variables(session, task) == {"amount": 3, "ok": True}
    assert instances.variables(session, instance) == {"amount": 3, "ok": True}
    assert instances.find(session, by=SYSTEM, state="completed") == [instance]
