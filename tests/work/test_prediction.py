from datetime import UTC, datetime
from random import Random

import pytest
from sqlalchemy import select

from core.people import SYSTEM
from engine import instances
from tests.build import process
from tests.work.sla.claims import complete, deploy, only, send, sla, start, turn
from work import paths, prediction, sorting
from work.models import LearnedPath


def drawing():
    """A claim is checked; three of ten go on to an expert, who takes long."""
    customer = '<work:waitsFor party="customer"/>'
    made = (
        process("claims")
        .with_settings(sla(name="Settle", target="PT4H"))
        .user_task("check")
        .receive_task("papers", "papers", correlation="=no", settings=customer)
        .exclusive_gateway("hard")
        .when("expert")
        .user_task("ask")
        .user_task("settle")
        .end()
    )
    return made.at("hard").otherwise().to("settle").xml()


@pytest.fixture
def history(session, clock_at):
    """Thirty ended cases: half an hour for the check, then three hours or, with an expert, five."""
    deploy(session, drawing())
    for number in range(30):
        clock_at()
        case = start(session, expert=number % 10 < 3)
        clock_at(minutes=30)
        complete(session, case, "check")
        clock_at(hours=26)
        send(session)
        if number % 10 < 3:
            clock_at(hours=29)
            complete(session, case, "ask")
        clock_at(hours=29, minutes=30)
        complete(session, case, "settle")
        turn(session)
    clock_at(days=7)
    found = paths.learned(session, "claims")
    paths.store(session, "claims", found)
    prediction.refresh(session)


def test_stays_and_ways_are_learned_as_the_clock_would_show_them(session, history):
    rows = {row.element_id: row for row in session.scalars(select(LearnedPath))}

    assert set(rows) == {"check", "papers", "ask", "settle"}
    assert set(rows["check"].stays) == {1800}
    # The wait for the customer does not count, nor the night in between.
    assert set(rows["papers"].stays) == {0}
    assert set(rows["papers"].after) == {3 * 3600 + 1800}
    assert rows["papers"].following == [["settle", 0.7], ["ask", 0.3]]
    assert rows["settle"].count == 30
    assert paths.keys(session) == ["claims"]


def test_a_case_that_stands_longer_than_the_others_is_likely_to_be_late(session, history, clock_at):
    case = start(session, expert=False)
    prediction.refresh(session)
    clock_at(days=7, minutes=10)
    prediction.refresh(session)
    early = only(session, case)
    assert early.late_probability is not None
    assert early.late_probability < prediction.LIKELY
    # Twenty minutes of the check are left, then three and a half hours.
    assert early.expected_at == datetime(2026, 1, 12, 13, tzinfo=UTC)

    clock_at(days=7, hours=3)
    prediction.refresh(session)
    session.refresh(early)

    assert early.late_probability > prediction.LIKELY


def test_what_is_late_is_certain_and_what_is_over_has_no_prediction(session, history, clock_at):
    case = start(session, expert=False)
    clock_at(days=7, hours=6)
    turn(session)
    prediction.refresh(session)
    late = only(session, case)
    session.refresh(late)
    assert late.late_probability == 1

    instances.cancel(session, case.id, "withdrawn", by=SYSTEM)
    turn(session)
    assert prediction.outlook(late) is None


def test_too_few_past_cases_teach_nothing(session, clock_at):
    deploy(session, drawing())
    case = start(session, expert=False)
    paths.store(session, "claims", paths.learned(session, "claims"))

    assert prediction.has_old(session)
    prediction.refresh(session)
    assert not prediction.has_old(session)

    assert only(session, case).late_probability is None


def test_the_queue_ahead_counts_where_it_is_longer_than_the_stays_of_the_past(
    session, history, clock_at
):
    cases = [start(session, expert=False) for _ in range(40)]
    sorting.take_in(session)
    prediction.refresh(session, limit=100)
    session.expire_all()

    first, last = (only(session, case) for case in (cases[0], cases[-1]))
    assert first.late_probability < prediction.LIKELY
    # Thirty-nine items of a quarter of an hour are ahead.
    assert last.late_probability > prediction.LIKELY


def test_stays_that_went_beyond_all_others_go_on_in_proportion():
    assert prediction.left_of([10, 20, 30], 15) == [5, 15]
    assert prediction.left_of([10, 20, 30], 100) == [10, 50, 100]


def test_a_prediction_is_a_plain_sentence():
    assert prediction.sentence(0.71, None, 5400) == (
        "Likely to be late: of ten cases like this about 7 were; 1 h 30 min of working time are"
        " left."
    )
    assert prediction.sentence(0.04, None, 0).startswith("Likely in time: of ten cases")


def test_chances_are_near_the_share_that_turns_out_late(session, clock_at):
    """Calibration: of cases said to be late with a chance of about p, about p are."""
    random, target = Random(7), 4 * 3600
    stays = [random.lognormvariate(8.5, 0.5) for _ in range(4_000)]
    after = [random.lognormvariate(8.7, 0.5) for _ in range(4_000)]
    known, tried = slice(0, 300), slice(300, 4_000)
    first, then = paths.quantiles(stays[known]), paths.quantiles(after[known])
    groups: dict[int, list[tuple[float, bool]]] = {}
    for stay, rest in zip(stays[tried], after[tried], strict=True):
        stood = random.random() * stay
        ends = [left + way for left in prediction.left_of(first, int(stood)) for way in then]
        chance = sum(stood + end > target for end in ends) / len(ends)
        groups.setdefault(int(chance * 5), []).append((chance, stay + rest > target))

    for pairs in groups.values():
        said = sum(chance for chance, _ in pairs) / len(pairs)
        was = sum(is_late for _, is_late in pairs) / len(pairs)
        assert abs(said - was) < 0.1 or len(pairs) < 100
