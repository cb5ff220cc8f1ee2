"""What happens, counted: in memory by each process, added to the database every few seconds.

So any process can tell the figures of all of them, on all hosts (docs/adr/0014).

    metrics.count("retries")
    metrics.observe("timer_lateness_seconds", 0.4)
"""

import atexit
import logging
import os
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Engine, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.model import Model

log = logging.getLogger(__name__)

FLUSH_SECONDS = 15.0
#: Different labels that one process keeps; what comes after is dropped.
MAX_SERIES = 5_000
INFINITY = "+Inf"
_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_LATE = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 3_600.0)


@dataclass(frozen=True)
class Family:
    """One figure: what it means, its labels, and for histograms the upper bounds."""

    words: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()


#: Everything that is counted; `/metrics` shows it with `backoffice_` before the name.
FAMILIES: Mapping[str, Family] = {
    "steps": Family("Elements of processes that were completed.", ("key",)),
    "calls": Family("Calls to partners that ended.", ("connector", "result")),
    "call_seconds": Family("How long calls to partners took.", ("connector",), _FAST),
    "timer_lateness_seconds": Family("From due to fired.", (), _LATE),
    "sla_lateness_seconds": Family("From the moment of an SLA clock to its point.", (), _LATE),
    "sla_points": Family("Points of SLA clocks that have come.", ("key", "kind")),
    "retries": Family("Calls that failed and are made again later.", ("key",)),
    "incidents": Family("Failures that a person must look at.", ("key", "kind")),
    "leases_lost": Family("Leases that ran out, and answers that came after theirs.", ("why",)),
    "webhook_calls": Family("Calls to webhooks that ended.", ("result",)),
    "database_seconds": Family("How long statements took.", (), _FAST),
    "request_seconds": Family("How long requests took.", ("method", "route", "status"), _FAST),
}


class MetricValue(Model):
    """One figure of all processes together; only ever added to."""

    __tablename__ = "metric_value"

    name: Mapped[str] = mapped_column(primary_key=True)
    #: A JSON list: the values of the family's labels, then the part of a histogram.
    labels: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[float]


_lock = threading.Lock()
_counted: dict[tuple[str, tuple[str, ...]], float] = {}
_observed: dict[tuple[str, tuple[str, ...]], list[float]] = {}


def count(name: str, amount: float = 1.0, **labels: object) -> None:
    """Add to a counter."""
    key = name, _values(name, labels)
    with _lock:
        if key in _counted or len(_counted) < MAX_SERIES:
            _counted[key] = _counted.get(key, 0.0) + amount


def observe(name: str, value: float, **labels: object) -> None:
    """Note one value of a histogram: how many fell under each bound, and their sum."""
    family = FAMILIES[name]
    key = name, _values(name, labels)
    with _lock:
        parts = _observed.get(key)
        if parts is None:
            if len(_observed) >= MAX_SERIES:
                return
            # One part for each bound, one for what is beyond, and the sum.
            parts = _observed[key] = [0.0] * (len(family.bounds) + 2)
        parts[bisect_left(family.bounds, value)] += 1
        parts[-1] += value


def flush(session: Session) -> int:
    """Add to the database what was counted since the last time; how many figures that were."""
    rows = _take()
    if not rows:
        return 0
    insert: Any = (
        postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    )
    statement = insert(MetricValue)
    statement = statement.on_conflict_do_update(
        index_elements=[MetricValue.name, MetricValue.labels],
        set_={"value": MetricValue.value + statement.excluded.value},
    )
    # In one order for all, so that no two processes wait for each other in a circle.
    session.connection().execute(
        statement, sorted(rows, key=lambda row: (row["name"], row["labels"]))
    )
    return len(rows)


def totals(session: Session) -> dict[str, dict[tuple[str, ...], float]]:
    """Every figure of all processes: name → labels → value."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for row in session.execute(select(MetricValue.name, MetricValue.labels, MetricValue.value)):
        found.setdefault(row.name, {})[tuple(orjson.loads(row.labels))] = row.value
    return found


def watch(engine: Engine) -> None:
    """Observe how long each statement takes."""

    def begin(connection: Any, *_: Any) -> None:
        connection.info["statement_began"] = time.perf_counter()

    def end(connection: Any, *_: Any) -> None:
        observe("database_seconds", time.perf_counter() - connection.info["statement_began"])

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)


class Flusher:
    """Calls `flush` again and again in a thread of its own, and once more at the end.

    A process that was forked begins with nothing counted, and with a thread of its own.
    """

    def __init__(self, store: Callable[[], object], every_seconds: float = FLUSH_SECONDS) -> None:
        self._store, self._every = store, every_seconds
        self._process = 0
        self._stop = threading.Event()

    def start(self) -> None:
        """Begin, unless this process has begun already."""
        if self._process == os.getpid():
            return
        self._process = os.getpid()
        self._stop = threading.Event()
        threading.Thread(target=self._run, name="metrics", daemon=True).start()
        atexit.register(self.end)

    def end(self) -> None:
        """Store what is left."""
        if self._process == os.getpid() and not self._stop.is_set():
            self._stop.set()
            self._once()

    def _run(self) -> None:
        stop = self._stop
        while not stop.wait(self._every):
            self._once()

    def _once(self) -> None:
        try:
            self._store()
        except Exception:  # Figures are no reason to fail for: the next time may work.
            log.warning("figures could not be stored", exc_info=True)


def _values(name: str, labels: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(str(labels[label]) for label in FAMILIES[name].labels)


def _take() -> list[dict[str, Any]]:
    global _counted, _observed
    with _lock:
        counted, _counted = _counted, {}
        observed, _observed = _observed, {}
    rows = [_row(name, labels, value) for (name, labels), value in counted.items()]
    for (name, labels), parts in observed.items():
        bounds = [*map(str, FAMILIES[name].bounds), INFINITY, "sum"]
        rows += [
            _row(name, (*labels, bound), value)
            for bound, value in zip(bounds, parts, strict=True)
            if value
        ]
    return rows


def _row(name: str, labels: Iterable[str], value: float) -> dict[str, Any]:
    return {"name": name, "labels": orjson.dumps(list(labels)).decode(), "value": value}


def _forget_in_child() -> None:
    """What the parent counted is stored by the parent; its lock may have been held."""
    global _lock
    _lock = threading.Lock()
    _counted.clear()
    _observed.clear()


os.register_at_fork(after_in_child=_forget_in_child)
