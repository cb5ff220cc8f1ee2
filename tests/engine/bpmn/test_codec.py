"""State is type-true and safe with anything a user can name or write."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.feel import YearsMonths
from engine.bpmn import codec

_ZONES = st.sampled_from(
    [None, UTC, ZoneInfo("Europe/Berlin"), timezone(timedelta(hours=-3, minutes=-30))]
)
_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=2**62, max_value=2**80),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text('~"\\', max_size=4),
    st.decimals(allow_nan=False),
    st.dates(),
    st.times(timezones=st.sampled_from([None, UTC])),
    st.datetimes(timezones=_ZONES),
    st.timedeltas(),
    st.builds(YearsMonths, st.integers(-10_000, 10_000)),
    st.binary(max_size=20),
)
#: Keys that other formats reserve, and that look like ours.
_RESERVED = ["typename", "data", "__class__", "__type__", "py/object", "$ref", "~", "~~", "version"]
_KEYS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text('~"', max_size=3),
    st.sampled_from(_RESERVED),
)
_VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner) | st.dictionaries(_KEYS, inner), max_leaves=20
)


@given(_VALUES)
@settings(max_examples=300, deadline=None)
def test_every_value_comes_back_as_it_was(value: Any) -> None:
    found = codec.load(codec.dump(value))

    assert found == value
    assert _types(found) == _types(value)


@pytest.mark.parametrize(
    "value",
    [
        {"~": ["D", "1"]},
        {"a": Decimal("1.50"), "~": ["D", "2"], "~~": '"~"', "b": 'x"~'},
        {"": None},
        {"typename": "timedelta", "data": {"__class__": "Decimal", "~": ["P", 1, 0, 0]}},
        [2**70, -(2**70), Decimal("NaN").copy_abs() if False else Decimal("Infinity")],
    ],
)
def test_what_looks_like_a_marker_is_only_data(value: Any) -> None:
    assert codec.load(codec.dump(value)) == value


def test_integers_of_any_size_are_stored_beside_tuples() -> None:
    document = {"n": 2**70, "branch": ("1.0", "2.1")}

    assert codec.load(codec.dump(document)) == {"n": 2**70, "branch": ["1.0", "2.1"]}


def test_zones_and_folds_of_times_are_kept() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    value = [
        datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=1),
        time(9, 30, tzinfo=timezone(timedelta(hours=2))),
        date(2026, 1, 5),
    ]

    found = codec.load(codec.dump(value))

    assert found == value
    assert (found[0].tzinfo.key, found[0].fold) == ("Europe/Berlin", 1)
    assert found[1].utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize("value", [object(), {1: 2}, {"a": {None: 1}}, [{1, 2}], Path("x")])
def test_what_is_no_process_value_is_refused(value: Any) -> None:
    with pytest.raises(codec.UnstorableValue):
        codec.dump(value)


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x63\x01abc", b"\x01\x01not zstd"])
def test_bytes_that_are_no_state_are_refused(data: bytes) -> None:
    with pytest.raises(codec.UnreadableState):
        codec.load(data)


def test_the_first_version_is_read_for_ever() -> None:
    fixture = Path(__file__).with_name("states") / "version_1.bin"

    found = codec.load(fixture.read_bytes())

    assert found == {
        "amount": Decimal("12.50"),
        "at": datetime(2026, 1, 5, 9, tzinfo=UTC),
        "wait": timedelta(days=2),
        "~": "a text of a user",
    }


def _types(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _types(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_types(item) for item in value]
    return type(value)
