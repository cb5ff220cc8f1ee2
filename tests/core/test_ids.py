"""Ids sort by the time of their making."""

import threading

from core.ids import new_id


def test_ids_made_one_after_the_other_are_in_order() -> None:
    ids = [new_id() for _ in range(10_000)]

    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert {made.version for made in ids} == {7}


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
