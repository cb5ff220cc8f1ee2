"""Signs of life for those who run the platform: `/health`, `/ready`, `/metrics`."""

from collections.abc import Iterable

import redis
from flask import Blueprint, Response, current_app
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from api.answers import answer
from core import clock, heartbeat
from core.db import reading
from core.model import Model
from engine.models import Incident, Message, ProcessInstance, ServiceTask, Timer, UserTask
from web.policies import policy

bp = Blueprint("health", __name__)

TIMEOUT_SECONDS = 1.0


@bp.get("/health")
@policy("public")
def get_health() -> Response:
    """Whether this process is alive."""
    return answer({"status": "alive"})


@bp.get("/ready")
@policy("public")
def get_ready() -> Response:
    """Whether all that work needs is there: the database, the carrier and the scheduler."""
    checks = {**_database(), "carrier": _carrier()}
    ready = all(state in ("ok", "not used") for state in checks.values())
    response = answer(({"ready": ready, **checks}, 200 if ready else 503))
    if not ready:
        response.headers["Retry-After"] = "2"
    return response


@bp.get("/metrics")
@policy("public")
def get_metrics() -> Response:
    """What waits, in Prometheus' text format; the same from every web process."""
    registry = CollectorRegistry()
    with reading() as session:
        registry.register(Waiting(session))
        text = generate_latest(registry)
    return Response(text, content_type=CONTENT_TYPE_LATEST)


class Waiting(Collector):
    """Numbers of open things, counted in the database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def collect(self) -> Iterable[Metric]:
        """One gauge for each kind of thing that can pile up."""
        now = clock.now()
        gauges: list[tuple[str, str, type[Model], list[ColumnElement[bool]]]] = [
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
                "Calls to be made, or being made.",
                ServiceTask,
                [ServiceTask.state == "open"],
            ),
            ("timers_late", "Timers that should have fired.", Timer, [Timer.due_at < now]),
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
        ]
        for name, words, row, conditions in gauges:
            query = select(func.count()).select_from(row).where(*conditions)
            yield GaugeMetricFamily(
                f"backoffice_{name}", words, value=self._session.scalar(query) or 0
            )


def _database() -> dict[str, str]:
    try:
        with reading() as session:
            fresh = heartbeat.is_fresh(session, "scheduler")
    except SQLAlchemyError:
        return {"database": "unavailable", "scheduler": "unknown"}
    return {"database": "ok", "scheduler": "ok" if fresh else "silent"}


def _carrier() -> str:
    url = current_app.extensions["config"].redis_url
    if not url:
        return "not used"
    connection = redis.Redis.from_url(
        url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS
    )
    try:
        connection.ping()
    except redis.RedisError:
        return "unavailable"
    finally:
        connection.close()
    return "ok"
