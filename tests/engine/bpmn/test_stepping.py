"""A play that stops between two elements comes to the same end, and to the same place again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.bpmn.play import CannotPlay, Play
from engine.bpmn.stepping import Pace, SteppedPlay

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
LIBRARY = Path(__file__).parents[3] / "processes"
COMPLAINT = {"complaint.bpmn": (LIBRARY / "complaint_handling" / "complaint.bpmn").read_bytes()}
ASKED = {"name": "Anna", "email": "a@mail.example", "topic": "bill", "complaint": "I paid twice"}
JUSTIFIED = {"justified": "yes", "refundAsked": "yes", "answer": "You are right."}


def begun(play: Play) -> Play:
    play.start({"variables": ASKED})
    return play


def told(play: Play) -> list[tuple[str, str, datetime]]:
    return [(each.element_id, each.lifecycle, each.at) for each in play.entries]


def test_step_by_step_it_does_what_it_does_in_one_go():
    stepped = SteppedPlay(COMPLAINT, at=MONDAY)
    stepped.pace = Pace(by_element=True)
    begun(stepped)
    assert stepped.entering() == ["understand_complaint"]
    assert stepped.is_halted

    while stepped.is_halted:
        stepped.pace = Pace(by_element=True)
        stepped.go_on()

    assert told(stepped) == told(begun(Play(COMPLAINT, at=MONDAY)))


def test_it_stops_before_an_element_with_a_breakpoint_and_goes_on_from_there():
    play = SteppedPlay(COMPLAINT, at=MONDAY)
    begun(play)
    play.pace = Pace(breakpoints=frozenset({"decide_refund"}))

    play.complete("understand_complaint", JUSTIFIED)

    assert (play.stopped_at, play.is_halted) == ("decide_refund", True)
    assert play.entering() == ["decide_refund"]
    play.set_variables({"refund": 1})
    play.pace = Pace(breakpoints=frozenset({"decide_refund"}))
    play.go_on()
    assert not play.is_halted
    assert [wait.element_id for wait in play.waits() if wait.kind == "user_task"] == [
        "decide_refund"
    ]


def test_so_many_steps_lead_to_the_same_place_again():
    first = begun(SteppedPlay(COMPLAINT, at=MONDAY))
    first.pace = Pace(breakpoints=frozenset({"decide_refund"}))
    first.complete("understand_complaint", JUSTIFIED)

    again = begun(SteppedPlay(COMPLAINT, at=MONDAY))
    again.pace = Pace(steps=first.ran)
    again.complete("understand_complaint", JUSTIFIED)

    assert told(again) == told(first)
    assert again.entering() == first.entering() == ["decide_refund"]


def test_time_stands_still_where_a_breakpoint_stops_it():
    play = begun(SteppedPlay(COMPLAINT, at=MONDAY))
    play.pace = Pace(breakpoints=frozenset({"remind_team"}))

    play.move_clock(MONDAY + timedelta(days=30))

    assert play.stopped_at == "remind_team"
    assert play.stage.now == MONDAY + timedelta(days=3)


def test_it_gives_up_at_its_deadline():
    play = SteppedPlay(COMPLAINT, at=MONDAY, deadline=0.0)

    with pytest.raises(CannotPlay, match="too long"):
        begun(play)
