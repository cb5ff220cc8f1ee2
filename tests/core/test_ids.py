"""Ids sort by the time of their making."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from core import ids
from core.ids import new_id


def test_ids_made_one_after_the_other_are_in_order() -> None:
    ids = [new_id() for _ in range(10_000)]

    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert {made.version for made in ids} == {7}


def test_what_follows_an_id_is_later_whatever_the_clock_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = new_id()
    monkeypatch.setattr(ids, "_last", 0)
    monkeypatch.setattr(ids.time, "time_ns", lambda: 1_700_000_000_000_000_000)

    assert new_id() < made
    ids.follow(made)
    later = new_id()

    assert made < later < new_id()
    assert later.version == 7
    ids.follow(UUID(int=0))
    assert new_id() > later


def test_what_is_told_afterwards_sorts_where_it_happened() -> None:
    before, then = new_id(), datetime(2026, 1, 5, 9, tzinfo=UTC)

    with ids.told_at(then):
        told = [new_id(), new_id()]

    assert ids.first_id(then) < told[0] < told[1] < ids.first_id(then + timedelta(seconds=1))
    assert told[1] < before < new_id()


def test_threads_never_make_the_same_id() -> None:
    made: list[list[object]] = [[] for _ in range(4)]

    threads = [
        threading.Thread(target=lambda mine=mine: mine.extend(new_id() for _ in range(2_000)))
        for mine in made
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set().union(*made)) == 8_000
