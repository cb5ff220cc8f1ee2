"""`backoffice worker`: answers the bell and does what the database says is due.

A worker outlives its Redis: when the connection breaks, or says nothing for too long, it begins
anew on another one. While the database is away it waits with the job in hand, else it would throw
all that was rung for away, one by one. Told to stop, it finishes the call it is in.
"""

import logging
import os
import time
from importlib import import_module
from types import FrameType

from flask import Flask
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer

from backoffice.bell import QUEUE, connect
from core.db import db
from core.ids import new_id
from core.outages import outage_of

log = logging.getLogger(__name__)

#: What is rung for most, loaded before the first ring: it is not kept waiting.
JOBS = ("engine.jobs", "engine.webhooks.jobs", "work.mails.jobs")
#: A worker whose bell is silent for about so long asks whether its Redis is still there.
TIME_TO_LIVE_SECONDS = 30
#: Between the end of one connection to Redis, or a failure of the database, and the next try.
AGAIN_SECONDS = 1.0
#: How long a job waits for the database; the sweep rings again for what it was to do.
PATIENCE_SECONDS = 60.0


class PatientJob(Job):
    """A job that is done again once the database is back; all of ours may run twice."""

    def perform(self) -> object:
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return super().perform()
            except Exception as error:
                outage = outage_of(error)
                if outage is None or time.monotonic() > until:
                    raise
            log.warning("waiting with %s: %s", self.func_name, outage)
            db.session.remove()
            time.sleep(AGAIN_SECONDS)


class Worker(SimpleWorker):
    """RQ's worker, with an application around each job and a fresh database session."""

    application: Flask
    told_to_stop = False

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        with self.application.app_context():
            try:
                return bool(super().perform_job(job, queue, execution))
            finally:
                db.session.remove()

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.told_to_stop = True
        super().request_stop(signum, frame)

    def set_shutdown_requested_date(self) -> None:
        """Tell nobody: this comes in the middle of a call, which must not fail for Redis."""


def run(application: Flask, redis_url: str) -> None:
    """Work until told to stop. One queue, JSON, no retry of RQ's own: the database knows better."""
    for name in JOBS:
        import_module(name)
    while True:
        worker = _worker(application, redis_url)
        try:
            _work(worker)
            if worker.told_to_stop:
                return
            log.warning("the connection to Redis broke; beginning anew")
            time.sleep(AGAIN_SECONDS)
        except StopRequested:
            return


def _work(worker: Worker) -> None:
    try:
        worker.work(logging_level="WARNING")
    except RedisError as error:
        log.warning("Redis cannot be reached", extra={"error": error})


def _worker(application: Flask, redis_url: str) -> Worker:
    # A worker waits at the bell longer than callers may wait for it.
    connection = connect(redis_url, socket_timeout=None)
    worker = Worker(
        [Queue(QUEUE, connection=connection, serializer=JSONSerializer, job_class=PatientJob)],
        # Another one each time: Redis may still know the last.
        name=f"backoffice-{os.uname().nodename}-{os.getpid()}-{new_id().hex[-8:]}",
        connection=connection,
        serializer=JSONSerializer,
        job_class=PatientJob,
        log_job_description=False,
        default_result_ttl=0,
        worker_ttl=TIME_TO_LIVE_SECONDS,
    )
    worker.application = application
    return worker
