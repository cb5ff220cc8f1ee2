"""What was completed is undone in reverse order, and a cancelled transaction leaves its own way."""

from tests.build import Process, each, process
from tests.engine.bpmn.driving import Drive


def _undoable(drawing: Process, task: str, **options: object) -> Process:
    """A user task with a compensation handler `undo_<task>`; the pen stays at the task."""
    drawing.user_task(task, **options)
    drawing.boundary(f"b_{task}", compensate=True)
    drawing.add("userTask", f"undo_{task}", isForCompensation=True)
    drawing.extend(
        f'<bpmn:association id="a_{task}" sourceRef="b_{task}" targetRef="undo_{task}"/>'
    )
    return drawing.at(task)


def test_completed_activities_are_undone_last_first() -> None:
    drawing = _undoable(_undoable(process(), "book"), "pay").user_task("ship")
    run = Drive(drawing.throw("undo", compensate=True).end("done"))

    run.complete("book").complete("pay").complete("ship")
    assert run.open == ["undo_pay"]
    run.complete("undo_pay")
    assert run.open == ["undo_book"]
    run.complete("undo_book")

    assert run.ended
    assert run.visited[-4:] == ["undo", "undo_pay", "undo_book", "done"]


def test_one_activity_is_undone_by_name_and_only_once() -> None:
    drawing = _undoable(_undoable(process(), "book"), "pay").throw("undo", compensate="book")
    run = Drive(drawing.throw("again", compensate="book").end("done"))

    run.complete("book").complete("pay")
    assert run.open == ["undo_book"]
    run.complete("undo_book")

    assert run.ended


def test_what_was_not_completed_is_not_undone() -> None:
    drawing = _undoable(process().parallel_gateway("split"), "book").end("e1")
    drawing = drawing.at("split").user_task("fail").end("undone", compensate=True)
    run = Drive(drawing)

    run.complete("fail")

    assert run.open == ["book"]


def test_a_completed_sub_process_undoes_what_is_inside() -> None:
    inner = _undoable(_undoable(process("in"), "book"), "pay")
    drawing = process().sub_process("trip", inner).user_task("doubt")
    run = Drive(drawing.throw("undo", compensate="trip").end("done"))

    run.complete("book").complete("pay").complete("doubt")
    assert run.wait("undo_pay").path == ("trip",)
    run.complete("undo_pay").complete("undo_book")

    assert run.ended
    assert run.visited.count("trip") == 1


def test_a_compensation_event_sub_process_undoes_its_sub_process() -> None:
    handler = process("h").start("cs", compensate=True).user_task("refund").end("refunded")
    inner = process("in").event_sub_process("undoing", handler).user_task("pay")
    run = Drive(process().sub_process("trip", inner).throw("undo", compensate=True).end("done"))

    run.complete("pay")
    assert run.open == ["refund"]
    run.complete("refund")

    assert run.ended


def test_every_item_of_a_multi_instance_is_undone_with_its_own_variables() -> None:
    drawing = _undoable(process(), "book", loop=each("items", "it"))
    run = Drive(drawing.throw("undo", compensate=True).end("done"), {"items": ["a", "b"]})

    run.complete("book", index=1).complete("book")
    seen = []
    while not run.ended:
        seen.append(run.runtime.token_variables(run.wait("undo_book").token)["it"])
        run.complete("undo_book")

    assert seen == ["a", "b"]


def test_a_cancelled_transaction_compensates_and_leaves_by_its_cancel_event() -> None:
    inner = _undoable(process("in"), "book").parallel_gateway("split").user_task("wait").end("w")
    inner = inner.at("split").user_task("doubt").end("cancelled", cancel=True)
    drawing = process().sub_process("trip", inner, kind="transaction").end("done")
    drawing = drawing.at("trip").boundary("off", cancel=True).user_task("tell").end("told")
    run = Drive(drawing)

    run.complete("book").complete("doubt")
    assert run.open == ["undo_book"]
    run.complete("undo_book")
    assert run.open == ["tell"]
    run.complete("tell")

    assert run.ended
    assert "done" not in run.visited


def test_a_transaction_that_is_not_cancelled_goes_on() -> None:
    run = Drive(process().sub_process("t", process("in").user_task("a"), kind="transaction").end())

    assert run.complete("a").ended
