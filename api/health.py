"""Signs of life for those who run the platform: `/health`, `/ready`, `/metrics`."""

import redis
from flask import Blueprint, Response, current_app
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from api.answers import answer
from api.figures import Happened, Waiting
from core import heartbeat
from core.db import reading
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
    """What waits and what happened, in Prometheus' text format; the same from every process."""
    registry = CollectorRegistry()
    with reading() as session:
        registry.register(Waiting(session))
        registry.register(Happened(session))
        text = generate_latest(registry)
    return Response(text, content_type=CONTENT_TYPE_LATEST)


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
