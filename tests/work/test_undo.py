"""Undo at the desk: what was typed, files, notifications, service levels; and everybody at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from core import clock
from core.db import db, transaction
from core.errors import BackOfficeError
from core.people import SYSTEM, Actor, Role
from engine import deployments, instances, log, service_tasks, user_tasks
from engine.errors import NothingToUndo, UserTaskNotFound
from engine.models import ServiceTask, UserTask
from forms.errors import FormInvalid
from tests.build import process
from tests.forms.build import source, text
from tests.work.sla import claims
from work import completion, drafts, notifications, paths, undo
from work.attachments import Upload, hold
from work.models import SlaCase
from work.models.sla import SlaClock
from work.replay import recorded

LANE = "customer_service"
FORM = source(
    text("comment", validate={"required": True}),
    {"type": "filepicker", "key": "proof", "label": "proof", "multiple": True},
    id="approval",
)


@pytest.fixture
def approve(session, grace, root, clock_at) -> UserTask:
    """A task with a form, and one after it."""
    drawing = process("p").user_task("approve", lane=LANE, form="approval")
    files = {"p.bpmn": drawing.user_task("book", lane=LANE).end(), "a.form": FORM}
    deployments.deploy(session, files, by=grace)
    instance = instances.start(session, key="p", business_key="K-7", by=root)
    [task] = user_tasks.find(session, by=root, instance_id=instance.id)
    return task


def test_what_was_typed_is_a_draft_again(session, approve, ada):
    completion.complete(session, approve.id, {"comment": "too fast"}, by=ada)
    drafts.drop(session, approve.id, by=ada)

    undo.undo(session, approve.id, by=ada)

    draft = drafts.of(session, approve.id, by=ada)
    assert draft is not None
    assert (draft.answers, draft.revision) == ({"comment": "too fast"}, 1)
    completion.complete(session, approve.id, {"comment": "right"}, by=ada)
    assert instances.variables(session, approve.instance)["comment"] == "right"
    undo.undo(session, approve.id, by=ada)
    session.refresh(draft)
    assert (draft.answers, draft.revision) == ({"comment": "right"}, 2)


def test_files_are_held_by_their_person_again_and_can_be_sent_once_more(session, approve, ada):
    upload = Upload("proof.txt", "text/plain", 3, "a" * 64, False)
    proof = hold(session, upload, by=ada)
    given = {"comment": "see", "proof": [{"id": str(proof.id)}]}
    completion.complete(session, approve.id, given, by=ada)
    assert proof.instance_id == approve.instance_id

    undo.undo(session, approve.id, by=ada)

    assert (proof.instance_id, proof.task_id) == (None, None)
    completion.complete(session, approve.id, given, by=ada)
    assert proof.instance_id == approve.instance_id


def test_a_leader_who_undoes_tells_the_person(session, approve, ada, lea):
    completion.complete(session, approve.id, {"comment": "no"}, by=ada)

    undo.undo(session, approve.id, by=lea)

    [told] = notifications.of(session, "ada")
    assert (told.kind, told.by, told.details) == (
        "undone",
        "lea",
        {"task": "approve", "case": "K-7"},
    )
    assert notifications.of(session, "lea") == []
    assert drafts.of(session, approve.id, by=ada) is not None


def test_what_the_platform_completed_or_is_switched_off_is_not_kept(
    session, approve, ada, root, monkeypatch
):
    completion.complete(session, approve.id, {"comment": "x"}, by=SYSTEM)
    with pytest.raises(NothingToUndo):
        undo.undo(session, approve.id, by=root)

    [book] = user_tasks.find(session, by=ada, element_id="book")
    monkeypatch.setattr(completion, "undo_seconds", lambda: 0)
    completion.complete(session, book.id, {}, by=ada)
    assert undo.left(session, book, by=ada) is None
    with pytest.raises(NothingToUndo):
        undo.undo(session, book.id, by=ada)


def test_a_task_without_a_form_leaves_no_draft_and_strangers_see_nothing(session, approve, ada):
    completion.complete(session, approve.id, {"comment": "x"}, by=ada)
    [book] = user_tasks.find(session, by=ada, element_id="book")
    completion.complete(session, book.id, {"n": 1}, by=ada)
    stranger = Actor("eve", frozenset({Role.ASSOCIATE}), frozenset({"other"}))

    with pytest.raises(UserTaskNotFound):
        undo.undo(session, book.id, by=stranger)
    undo.undo(session, book.id, by=ada)

    assert drafts.of(session, book.id, by=ada) is None


def test_a_refused_form_keeps_nothing(session, approve, ada):
    with pytest.raises(FormInvalid):
        completion.complete(session, approve.id, {}, by=ada)
    with pytest.raises(NothingToUndo):
        undo.undo(session, approve.id, by=ada)


def _clock(each: SlaClock) -> tuple[Any, ...]:
    runs = [tuple(run) for run in each.runs]
    return (each.name, each.state, runs, each.paused_at, each.stopped_at, each.due_at, each.next_at)


SLAS = (
    claims.sla(name="All", target="P2D"),
    claims.sla(name="Settling", target="P1D", since="papers"),
)
OF_TASK = claims.sla(name="Check", target="PT4H")


def _with_clocks(session, clock_at) -> tuple[Any, UserTask]:
    drawing = process("claims").with_settings("".join(SLAS))
    drawing = drawing.user_task("check", lane="claims", settings=OF_TASK)
    customer = '<work:waitsFor party="customer"/>'
    drawing = drawing.receive_task("papers", "papers", correlation="=no", settings=customer)
    claims.deploy(session, drawing.user_task("settle", lane="claims").end())
    case = claims.start(session)
    [task] = user_tasks.find(session, by=SYSTEM, instance_id=case.id)
    return case, task


@pytest.mark.parametrize("is_followed", [True, False])
def test_clocks_of_service_levels_run_as_if_nobody_had_completed(
    session, root, clock_at, is_followed: bool
):
    case, task = _with_clocks(session, clock_at)
    claims.turn(session)
    before = sorted(map(_clock, claims.clocks(session, case).values()))
    standing = session.get_one(SlaCase, case.id).standing

    clock_at(hours=2)
    completion.complete(session, task.id, {}, by=root)
    if is_followed:
        claims.turn(session)
        states = {name: each.state for name, each in claims.clocks(session, case).items()}
        assert states == {"All": "paused", "Check": "met", "Settling": "paused"}
    clock_at(hours=2, seconds=30)
    undo.undo(session, task.id, by=root)
    claims.turn(session)

    after = claims.clocks(session, case)
    assert sorted(_clock(each) for each in after.values() if each.name != "Settling") == before
    assert ("Settling" in after) == is_followed
    if is_followed:
        assert after["Settling"].state == "cancelled"
    assert session.get_one(SlaCase, case.id).standing == standing

    clock_at(hours=3)
    completion.complete(session, task.id, {}, by=root)
    claims.turn(session)
    assert claims.clocks(session, case)["Check"].state == "met"
    assert claims.clocks(session, case)["All"].state == "paused"


def test_what_was_undone_is_nothing_to_learn_from_or_to_play_again(session, approve, ada, root):
    instance = approve.instance
    completion.complete(session, approve.id, {"comment": "wrong"}, by=ada)
    undo.undo(session, approve.id, by=ada)
    completion.complete(session, approve.id, {"comment": "right"}, by=ada)
    [book] = user_tasks.find(session, by=ada, element_id="book")
    completion.complete(session, book.id, {}, by=ada)

    told = recorded.read(session, instance)
    entries = paths._entries(session, instance.id)

    assert [each.variables["comment"] for each in told.answers if each.element_id == "approve"] == [
        "right"
    ]
    assert list(told.entered).count("book") == 1
    ends = [e.element_id for e in entries if (e.kind, e.lifecycle) == ("userTask", "complete")]
    assert ends == ["approve", "book"]
    assert log.rebuild(session, instance, clock.now()).ended


ROUNDS = 12


@pytest.mark.timeout(120)
@pytest.mark.parametrize("other", ["take", "undo", "cancel", "complete"])
def test_whoever_comes_first_wins_and_nothing_happens_twice(app: Any, other: str) -> None:
    ada = Actor("ada", frozenset({Role.ADMINISTRATOR}))
    drawing = process("p").user_task("t", lane=LANE).parallel_gateway("split")
    drawing = drawing.service_task("call", connector="http").end("e1")
    with transaction() as session:
        files = {"p.bpmn": drawing.at("split").user_task("u", lane=LANE).end("e2")}
        deployments.deploy(session, files, by=SYSTEM)
    won = []
    for _ in range(ROUNDS):
        with transaction() as session:
            case = instances.start(session, key="p", by=SYSTEM)
            [task] = user_tasks.find(session, by=ada, instance_id=case.id)
            completion.complete(session, task.id, {}, by=ada)
            ids = task.id, case.id
        outcomes = _race(app, ids, ada, other)
        with transaction() as session:
            won.append(_checked(session, ids, outcomes, other))
    assert set(won) <= {"undone", "went on"}


def _race(app: Any, ids: tuple[UUID, UUID], ada: Actor, other: str) -> list[str]:
    start = Barrier(2)

    def act(which: str) -> str:
        with app.app_context():
            start.wait()
            try:
                with transaction() as session:
                    return _act(session, which, ids, ada)
            except BackOfficeError as error:
                return type(error).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(act, ["undo", other]))


def _act(session: Any, which: str, ids: tuple[UUID, UUID], ada: Actor) -> str:
    task_id, case_id = ids
    if which == "undo":
        undo.undo(session, task_id, by=ada)
        return "done"
    if which == "cancel":
        instances.cancel(session, case_id, "gone", by=ada)
        return "done"
    if which == "take":
        query = select(ServiceTask.id).where(ServiceTask.instance_id == case_id)
        taken = service_tasks.take(session, session.scalars(query).one())
        return "done" if taken else "nothing"
    query = select(UserTask.id).where(UserTask.instance_id == case_id, UserTask.element_id == "u")
    completion.complete(session, session.scalars(query).one(), {}, by=ada)
    return "done"


def _checked(session: Any, ids: tuple[UUID, UUID], outcomes: list[str], other: str) -> str:
    """Who won; both never did, unless one after the other makes sense."""
    task = session.get_one(UserTask, ids[0], populate_existing=True)
    undone, others = outcomes
    entries = log.entries(session, ids[1], limit=200)
    undos = [each for each in entries if each.lifecycle == "undo"]
    if other == "undo":
        assert sorted(outcomes) == ["NothingToUndo", "done"]
        assert (task.state, len(undos)) == ("open", 1)
        return "undone"
    if undone == "done":
        assert len(undos) == 1
        assert others in ("nothing", "UserTaskClosed") or other == "cancel"
        [call] = session.scalars(select(ServiceTask).where(ServiceTask.instance_id == ids[1]))
        assert (call.state, call.attempts) == ("cancelled", 0)
        assert task.state == ("cancelled" if other == "cancel" else "open")
        return "undone"
    assert (others, undos) == ("done", [])
    assert task.state == "completed"
    return "went on"
