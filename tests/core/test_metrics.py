"""Figures: counted by each process, added up in the database, told by any of them."""

import os
import threading

import pytest
from sqlalchemy.orm import Session

from core import metrics
from core.metrics import Flusher
from tests.engine.conftest import own_session


@pytest.fixture(autouse=True)
def nothing_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_counted", {})
    monkeypatch.setattr(metrics, "_observed", {})


def test_what_several_processes_count_adds_up(session: Session, config) -> None:
    metrics.count("retries", key="p")
    metrics.count("retries", 2, key="q")
    metrics.flush(session)
    session.commit()
    metrics.count("retries", key="p")
    with own_session(config) as other:
        metrics.flush(other)
        other.commit()

    assert metrics.totals(session)["retries"] == {("p",): 2, ("q",): 2}
    assert metrics.flush(session) == 0


def test_a_histogram_keeps_how_many_fell_under_each_bound_and_the_sum(session: Session) -> None:
    for seconds in (0.05, 0.2, 0.2, 99_999):
        metrics.observe("timer_lateness_seconds", seconds)
    metrics.flush(session)

    parts = metrics.totals(session)["timer_lateness_seconds"]
    assert parts[("0.05",)] == 1  # A value at a bound is under it.
    assert parts[("0.25",)] == 2
    assert parts[(metrics.INFINITY,)] == 1
    assert parts[("sum",)] == pytest.approx(99_999.45)


def test_an_unknown_figure_or_label_is_a_mistake(session: Session) -> None:
    with pytest.raises(KeyError):
        metrics.count("nonsense")
    with pytest.raises(KeyError):
        metrics.count("retries")


def test_labels_cannot_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "MAX_SERIES", 2)
    for number in range(5):
        metrics.count("retries", key=number)
        metrics.observe("request_seconds", 1, method="GET", route=number, status=200)

    assert len(metrics._counted) == len(metrics._observed) == 2


def test_the_flusher_stores_again_and_again_and_once_more_at_the_end() -> None:
    stored = threading.Semaphore(0)
    flusher = Flusher(stored.release, every_seconds=0.01)

    flusher.start()
    flusher.start()
    assert stored.acquire(timeout=5)
    assert stored.acquire(timeout=5)
    flusher.end()
    while stored.acquire(blocking=False):
        pass
    flusher.end()

    assert not stored.acquire(timeout=0.05)


def test_a_flush_that_fails_is_tried_again_the_next_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail() -> None:
        raise OSError("gone")

    flusher = Flusher(fail, every_seconds=60)
    flusher.start()
    flusher.end()

    assert "figures could not be stored" in caplog.text


def test_a_forked_process_begins_with_nothing_counted() -> None:
    metrics.count("retries", key="p")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, b"%d" % len(metrics._counted))
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(reading, 10) == b"0"
    assert len(metrics._counted) == 1
    os.close(reading)
    os.close(writing)
