"""The figures that Prometheus reads: what waits, asked of the database; what happened, counted."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, func, or_, select, text
from sqlalchemy.orm import Session

from core import clock, metrics
from core.model import Model
from engine.models import (
    Incident,
    Message,
    ProcessInstance,
    RadarRound,
    ServiceTask,
    Stall,
    Timer,
    UserTask,
    Webhook,
    WebhookDelivery,
)
from engine.models.service_task import IS_LEASED, WAITS_BY_TOPIC, WAITS_FOR_WORKER

#: Topics that are told apart.
MAX_TOPICS = 100


class Waiting(Collector):
    """Numbers of open things, counted in the database, and how long the oldest wait."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def collect(self) -> Iterable[Metric]:
        """One gauge for each kind of thing that can pile up."""
        now = clock.now()
        for name, words, row, conditions in _gauges(now):
            query = select(func.count()).select_from(row).where(*conditions)
            yield _gauge(name, words, self._session.scalar(query) or 0)
        for name, words, column, conditions in _ages(now):
            oldest = self._session.scalar(select(func.min(column)).where(*conditions))
            age = 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
            yield _gauge(name, words, age)
        yield _topics(self._session, now)
        words = "How long the stall radar last took to look at all open cases once."
        took = self._session.scalar(select(RadarRound.took_seconds))
        yield _gauge("stall_round_seconds", words, took or 0.0)


class Happened(Collector):
    """Counters and histograms of all processes together."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def collect(self) -> Iterable[Metric]:
        """Every family, also those that nothing has happened to yet."""
        totals = metrics.totals(self._session)
        for name, family in metrics.FAMILIES.items():
            values = totals.get(name, {})
            yield (
                _histogram(name, family, values)
                if family.bounds
                else _counter(name, family, values)
            )


def _topics(session: Session, now: datetime) -> Metric:
    """How long the oldest task of each topic waits for a worker over the API."""
    words = "How long the oldest task of a topic has waited for a worker to lease it."
    gauge = GaugeMetricFamily("backoffice_topic_queue_age_seconds", words, labels=["topic"])
    oldest = func.min(ServiceTask.not_before)
    query = select(ServiceTask.topic, oldest).where(
        text(WAITS_BY_TOPIC), ServiceTask.not_before <= now
    )
    # Those that wait longest, should there be more topics than anybody reads.
    query = query.group_by(ServiceTask.topic).order_by(oldest).limit(MAX_TOPICS)
    for topic, since in session.execute(query):
        gauge.add_metric([topic], max(0.0, (now - since).total_seconds()))
    return gauge


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"backoffice_{name}", words, value=value)


def _counter(name: str, family: metrics.Family, values: dict[tuple[str, ...], float]) -> Metric:
    counter = CounterMetricFamily(f"backoffice_{name}", family.words, labels=family.labels)
    for labels, value in sorted(values.items()):
        counter.add_metric(labels, value)
    return counter


def _histogram(name: str, family: metrics.Family, values: dict[tuple[str, ...], float]) -> Metric:
    histogram = HistogramMetricFamily(f"backoffice_{name}", family.words, labels=family.labels)
    bounds = [*map(str, family.bounds), metrics.INFINITY]
    for labels in sorted({each[:-1] for each in values} or ({()} if not family.labels else set())):
        buckets, total = [], 0.0
        for bound in bounds:
            total += values.get((*labels, bound), 0.0)
            buckets.append((bound, total))
        histogram.add_metric(labels, buckets, values.get((*labels, "sum"), 0.0))
    return histogram


def _gauges(now: datetime) -> list[tuple[str, str, type[Model], list[ColumnElement[bool]]]]:
    """Name, meaning, rows, and which of them."""
    return [
        (
            "process_instances_open",
            "Process instances that have not ended.",
            ProcessInstance,
            [ProcessInstance.ended_at.is_(None)],
        ),
        (
            "process_instances_yielding",
            "Process instances that had more to do than one step may, and go on soon.",
            ProcessInstance,
            [ProcessInstance.continue_at.is_not(None)],
        ),
        ("user_tasks_open", "User tasks to be done.", UserTask, [UserTask.state == "open"]),
        (
            "user_tasks_late",
            "Open user tasks after their due date.",
            UserTask,
            [UserTask.state == "open", UserTask.due_at < now],
        ),
        (
            "service_tasks_open",
            "Calls to be made, or being made; without those of suspended cases.",
            ServiceTask,
            # Each of these has an index; all that ever were called have none.
            [or_(text(WAITS_FOR_WORKER), text(WAITS_BY_TOPIC), text(IS_LEASED))],
        ),
        ("timers_late", "Timers that should have fired.", Timer, [~Timer.held, Timer.due_at < now]),
        (
            "messages_waiting",
            "Messages that nobody waited for yet.",
            Message,
            [Message.state == "waiting"],
        ),
        (
            "incidents_open",
            "Failures that a person must look at.",
            Incident,
            [Incident.resolved_at.is_(None)],
        ),
        ("stalls", "Tokens that rest longer than expected.", Stall, []),
        (
            "webhooks_suspended",
            "Webhooks that are not called.",
            Webhook,
            [Webhook.state == "suspended"],
        ),
        (
            "webhook_deliveries_due",
            "Events that should have been told by now.",
            WebhookDelivery,
            [WebhookDelivery.ring_at < now],
        ),
    ]


def _ages(now: datetime) -> list[tuple[str, str, Any, list[ColumnElement[bool]]]]:
    """Name, meaning, the moment from which it waits, and which rows."""
    return [
        (
            "queue_age_seconds",
            "How long the oldest call that is due and not leased has waited.",
            ServiceTask.not_before,
            [ServiceTask.ring_at.is_not(None), ServiceTask.not_before <= now],
        ),
        (
            "timer_queue_age_seconds",
            "How long the oldest timer that is due has waited.",
            Timer.due_at,
            [~Timer.held, Timer.due_at <= now],
        ),
    ]
