from datetime import UTC, date, datetime

import pytest

from core import dates
from core.dates import DateOutOfReach, DayMissing


def test_a_day_is_read_as_forms_send_it(clock_at):
    assert dates.day(" 2026-01-31 ") == date(2026, 1, 31)
    for wrong in ("", "soon", "2026-02-30", "31.01.2026"):
        with pytest.raises(DayMissing, match="Choose a day"):
            dates.day(wrong)


@pytest.mark.parametrize("text", ["2016-01-01", "2036-12-31"])
def test_ten_years_back_and_ahead_are_near(clock_at, text):
    assert dates.day(text).isoformat() == text


@pytest.mark.parametrize("text", ["0001-01-01", "2015-12-31", "2037-01-01", "9999-12-31"])
def test_what_lies_farther_is_refused_with_the_limits(clock_at, text):
    with pytest.raises(DateOutOfReach) as refused:
        dates.day(text)

    sentence = f"{text} is out of reach: a date lies between 2016-01-01 and 2036-12-31."
    assert str(refused.value) == sentence


def test_moments_have_the_same_limits(clock_at):
    dates.require_near(datetime(2036, 12, 31, 23, tzinfo=UTC))
    with pytest.raises(DateOutOfReach):
        dates.require_near(datetime(9999, 12, 31, tzinfo=UTC))
    assert [dates.is_known(date(year, 1, 1)) for year in (1969, 1970, 2199, 2200)] == [
        False,
        True,
        True,
        False,
    ]
