"""A variable written on both sides of an open fork is noted; the later write wins."""

from engine.bpmn.forks import MAX_FORKS, joined, on_two_sides, side
from tests.build import each, process, times
from tests.engine.bpmn.driving import Drive


def _contested(run: Drive) -> list[tuple[str, tuple[str, ...]]]:
    return [(entry.element_id, entry.contested) for entry in run.entries if entry.contested]


def test_a_write_on_a_second_side_is_noted_and_wins() -> None:
    drawing = process().parallel_gateway("split").user_task("a").parallel_gateway("join")
    drawing.user_task("z").end("done")
    run = Drive(drawing.at("split").user_task("b").to("join").xml(), {"x": 0})

    run.complete("a", x=1, only_a=1).complete("b", x=2, only_b=1)
    run.complete("z", x=3)

    assert _contested(run) == [("b", ("x",))]
    assert run.variables == {"x": 3, "only_a": 1, "only_b": 1}


def test_writes_after_the_join_and_in_a_sub_process_of_one_side_are_not_noted() -> None:
    inner = process("in").script_task("s", "2", result="x")
    drawing = process().parallel_gateway("split").user_task("a").sub_process("sub", inner)
    drawing.parallel_gateway("join").script_task("after", "x + 1", result="x").end("done")
    run = Drive(drawing.at("split").user_task("b").to("join").xml())

    run.complete("a", x=1).complete("b")

    assert run.ended
    assert _contested(run) == []


def test_items_that_run_at_once_are_sides_and_items_in_turn_are_not() -> None:
    def run(*, sequential: bool) -> Drive:
        loop = times(2, sequential=sequential)
        drawing = process().script_task("s", "loopCounter", result="x", loop=loop).end()
        return Drive(drawing)

    assert _contested(run(sequential=False)) == [("s", ("x",))]
    assert _contested(run(sequential=True)) == []


def test_what_an_operator_or_an_item_of_its_own_writes_is_not_noted() -> None:
    loop = each("items", "it", result="r", into="out")
    run = Drive(process().user_task("a", loop=loop).end(), {"items": [1, 2]})

    run.runtime.set_variables({"x": 1}, at=run.at)
    run.complete("a", r=1).complete("a", r=2)

    assert _contested(run) == []


def test_branches_are_compared_fork_by_fork() -> None:
    left, right = side((), "7", 0), side((), "7", 1)

    assert on_two_sides(left, right)
    assert on_two_sides(side(left, "9", 0), right)
    assert not on_two_sides(left, side(left, "9", 1))
    assert not on_two_sides((), right)
    assert not on_two_sides(side((), "1", 0), side((), "2", 1))
    assert joined([side(left, "9", 0), side(left, "9", 1)]) == left
    assert joined([left, right]) == ()


def test_a_loop_that_never_joins_forgets_its_oldest_forks() -> None:
    branch: tuple[str, ...] = ()
    for number in range(MAX_FORKS + 5):
        branch = side(branch, str(number), 0)

    assert len(branch) == MAX_FORKS
    assert branch[-1] == f"{MAX_FORKS + 4}.0"
