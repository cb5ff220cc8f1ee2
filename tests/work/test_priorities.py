import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from work.priorities import (
    AGEING_SECONDS,
    GUARD_SECONDS,
    Head,
    choose,
    cost_of_waiting,
    sentence,
    span,
)

HOUR = 3600.0
#: The machine may be busy: no deadline for one example.
few = settings(max_examples=50, deadline=None)
times = st.floats(-400 * HOUR, 400 * HOUR)
heads = st.builds(
    Head,
    st.floats(0.1, 100),
    st.floats(60, 8 * HOUR),
    times,
    st.just(4 * HOUR),
    st.none(),
    st.just(False),
)


def test_what_can_still_be_late_goes_before_what_has_time():
    assert choose([Head(1, 600, 30 * HOUR), Head(1, 600, HOUR)]).index == 1


def test_short_work_goes_before_long_when_both_are_urgent():
    assert choose([Head(1, 2 * HOUR, 0), Head(1, 600, 0)]).index == 1


def test_the_first_of_equals_is_chosen():
    choice = choose([Head(1, 600, 0)] * 3)

    assert (choice.index, choice.others) == (0, 2)


@few
@given(heads, st.floats(0, 400 * HOUR))
def test_waiting_never_makes_an_item_less_urgent(head, later):
    waited = head._replace(left_seconds=head.left_seconds - later)

    assert cost_of_waiting(waited) >= cost_of_waiting(head)


@few
@given(heads, heads)
def test_no_item_is_starved_for_ever(one, other):
    """However light and long: late enough, it goes before whatever has just come to be late."""
    fresh, old = other._replace(left_seconds=0.0), one
    ratio = cost_of_waiting(fresh) / (one.weight / one.handle_seconds)
    bound = AGEING_SECONDS * max(0.0, ratio**0.5 - 1) + 1

    assert choose([fresh, old._replace(left_seconds=-bound)]).index == 1


@few
@given(heads, st.lists(heads, max_size=5), st.floats(0, 40 * HOUR), st.booleans())
def test_what_is_late_beyond_the_guard_comes_first_the_latest_first(one, others, more, recovers):
    late = -GUARD_SECONDS - more
    found = [each._replace(guard_seconds=GUARD_SECONDS, recovery=recovers) for each in others]
    starved = one._replace(left_seconds=late, guard_seconds=GUARD_SECONDS, recovery=recovers)

    chosen = [*found, starved][choose([*found, starved]).index]

    assert chosen.left_seconds <= late


@few
@given(st.lists(heads, min_size=1), st.floats(0.1, 10))
def test_recovery_serves_what_can_be_in_time_before_what_is_late(found, weight):
    late = Head(weight, 600, -HOUR, guard_seconds=GUARD_SECONDS, recovery=True)
    in_time = [head._replace(left_seconds=min(abs(head.left_seconds), 8 * HOUR)) for head in found]

    assert choose([late, *in_time]).index != 0
    waited = late._replace(left_seconds=-GUARD_SECONDS)
    assert choose([*in_time, waited]).index == len(in_time)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (
            {"left_seconds": 4_800, "handle_seconds": 720, "weight": 3, "others": 4},
            "Due in 1 h 20 min of working time, about 12 min of work, weight 3: "
            "more urgent than 4 other kinds of work that wait for you.",
        ),
        (
            {"left_seconds": -90_000, "handle_seconds": 60, "weight": 1, "others": 0},
            "Late by 25 h of working time, about 1 min of work: "
            "the only kind of work that waits for you.",
        ),
        (
            {
                "left_seconds": 0,
                "handle_seconds": 900,
                "weight": 1,
                "others": 1,
                "knows_the_case": True,
                "recovery": True,
            },
            "Due now, about 15 min of work, and you know this case: more urgent than 1 other "
            "kind of work that waits for you, late work coming last for now.",
        ),
    ],
)
def test_the_reason_is_told_in_one_sentence(reason, words):
    assert sentence(reason) == words


def test_business_time_is_told_in_hours_and_minutes():
    assert [span(seconds) for seconds in (1, 90, 3_600, 5_400, 40_000)] == [
        "1 min",
        "2 min",
        "1 h",
        "1 h 30 min",
        "11 h",
    ]
