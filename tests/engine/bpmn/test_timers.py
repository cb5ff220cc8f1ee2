"""Timers are due when ISO 8601 or cron says so, and missed periods are not made up for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.feel import YearsMonths
from engine.bpmn.cron import is_cron
from engine.bpmn.timers import BadTimer, first_due, is_literal, next_due

AT = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "value", "due"),
    [
        ("duration", "PT1H", "2026-01-31T10:00:00+00:00"),
        ("duration", "P1M", "2026-02-28T09:00:00+00:00"),
        ("duration", "P1Y2M10DT2H30M", "2027-04-10T11:30:00+00:00"),
        ("duration", "P1W", "2026-02-07T09:00:00+00:00"),
        ("duration", "PT0.5S", "2026-01-31T09:00:00.500000+00:00"),
        ("duration", timedelta(days=2), "2026-02-02T09:00:00+00:00"),
        ("duration", YearsMonths(1), "2026-02-28T09:00:00+00:00"),
        ("date", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00+00:00"),
        ("date", "2026-03-01", "2026-03-01T00:00:00+00:00"),
        ("date", date(2026, 3, 1), "2026-03-01T00:00:00+00:00"),
        ("date", datetime(2026, 3, 1, 8), "2026-03-01T08:00:00+00:00"),  # noqa: DTZ001
        ("cycle", "R3/PT10M", "2026-01-31T09:10:00+00:00"),
        ("cycle", "R/P1D", "2026-02-01T09:00:00+00:00"),
        ("cycle", "R/2026-02-05T08:00:00Z/P1D", "2026-02-05T08:00:00+00:00"),
        ("cycle", "R2/PT1H/2026-02-05T08:00:00Z", "2026-02-05T06:00:00+00:00"),
        ("cycle", "0 8 * * MON-FRI", "2026-02-02T08:00:00+00:00"),
        ("cycle", "*/15 * * * *", "2026-01-31T09:15:00+00:00"),
        ("cycle", "30 0 12 1 * ?", "2026-02-01T12:00:30+00:00"),
        ("cycle", "@monthly", "2026-02-01T00:00:00+00:00"),
        ("cycle", "0 0 29 2 *", "2028-02-29T00:00:00+00:00"),
        ("cycle", timedelta(hours=2), "2026-01-31T11:00:00+00:00"),
    ],
)
def test_a_timer_is_due(kind: str, value: Any, due: str) -> None:
    assert first_due(kind, value, AT).at.isoformat() == due


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("duration", "1 hour"),
        ("duration", None),
        ("duration", "P"),
        ("duration", "PT"),
        ("date", "tomorrow"),
        ("date", None),
        ("cycle", "R0/PT1H"),
        ("cycle", "R/PT0S"),
        ("cycle", "R5"),
        ("cycle", 5),
        ("cycle", "0 0 31 2 *"),
        ("duration", "P99999999Y"),
    ],
)
def test_what_is_no_timer_is_refused(kind: str, value: Any) -> None:
    with pytest.raises(BadTimer):
        first_due(kind, value, AT)


def test_a_cycle_ends_after_its_last_firing() -> None:
    due = first_due("cycle", "R2/PT1H", AT)

    second = next_due(due, due.at)

    assert second is not None
    assert second.at == AT + timedelta(hours=2)
    assert next_due(second, second.at) is None
    assert next_due(first_due("duration", "PT1H", AT), AT) is None


@pytest.mark.parametrize("text", ["R/PT1H", "R/P1M", "0 * * * *"])
def test_missed_periods_are_skipped_unless_asked_for(text: str) -> None:
    due = first_due("cycle", text, AT)
    late = AT + timedelta(days=100, minutes=30)

    skipped, caught_up = next_due(due, late), next_due(due, late, catch_up=True)

    assert skipped is not None
    assert caught_up is not None
    assert late < skipped.at < late + timedelta(days=32)
    assert caught_up.at < late


@pytest.mark.parametrize(
    "text", ["PT1H", "R3/PT1H", "2026-01-05", "2026-01-05T09:00:00Z", "@daily"]
)
def test_iso_text_and_cron_are_literal(text: str) -> None:
    assert is_literal(text)


@pytest.mark.parametrize("text", ["=due", 'due + duration("P1D")', "deadline", "R"])
def test_other_text_is_an_expression(text: str) -> None:
    assert not is_literal(text)


@pytest.mark.parametrize(
    "text", ["* * * *", "60 * * * *", "a b c d e", "*/0 * * * *", "5-1 * * * *"]
)
def test_wrong_cron_lines_are_none(text: str) -> None:
    assert not is_cron(text)
