"""Values at the borders."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest

from core.values import (
    MAX_BYTES,
    NotJson,
    ValueTooDeep,
    ValueTooLarge,
    duration_to_iso,
    from_json,
    merge_patch,
    to_json,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("3.00"), 3),
        (Decimal("0.1"), 0.1),
        (datetime(2026, 1, 5, 9, tzinfo=UTC), "2026-01-05T09:00:00Z"),
        (date(2026, 1, 5), "2026-01-05"),
        (time(9, 30), "09:30:00"),
        (timedelta(days=2, hours=3), "P2DT3H"),
        ({"a": (1, None, True)}, {"a": [1, None, True]}),
    ],
)
def test_values_leave_as_plain_json(value: Any, expected: Any) -> None:
    result = to_json(value)

    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(0), "PT0S"),
        (timedelta(seconds=-90), "-PT1M30S"),
        (timedelta(days=1, milliseconds=500), "P1DT0.5S"),
        (timedelta(hours=36), "P1DT12H"),
    ],
)
def test_durations_are_iso_8601(duration: timedelta, text: str) -> None:
    assert duration_to_iso(duration) == text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("1e3"), 1000),
        (Decimal("0.10"), 0.1),
        (2**63 - 1, 2**63 - 1),
        (Decimal("1e30"), 1e30),
        (-(2**70), -(2.0**70)),
        (Decimal("1e400"), "1E+400"),
        (10**400, str(10**400)),
    ],
)
def test_numbers_fit_into_what_readers_of_json_share(value: Any, written: Any) -> None:
    assert to_json(value) == written
    assert orjson.loads(orjson.dumps(to_json(value))) == written


def test_binary_data_is_refused() -> None:
    with pytest.raises(NotJson):
        to_json({"file": b"x"})


def test_text_that_is_not_json_is_refused() -> None:
    with pytest.raises(NotJson):
        from_json('{"a": }')


def test_a_large_text_is_refused_before_it_is_read() -> None:
    with pytest.raises(ValueTooLarge):
        from_json(b" " * (MAX_BYTES + 1))


def test_a_deep_text_is_refused() -> None:
    assert from_json("[" * 60 + "]" * 60) is not None
    with pytest.raises(ValueTooDeep):
        from_json("[" * 100 + "]" * 100)


# The examples of RFC 7396, appendix A.
@pytest.mark.parametrize(
    ("value", "patch", "expected"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_merge_patch_changes_what_it_names(value: Any, patch: Any, expected: Any) -> None:
    assert merge_patch(value, patch) == expected
