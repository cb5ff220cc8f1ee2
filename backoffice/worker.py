"""`backoffice worker`: answers the bell and does what the database says is due."""

import logging
import os

from flask import Flask
from rq import Queue, SimpleWorker
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer

from backoffice.bell import QUEUE, connect
from core.db import db

log = logging.getLogger(__name__)


class Worker(SimpleWorker):
    """RQ's worker, with an application around each job and a fresh database session."""

    application: Flask

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        with self.application.app_context():
            try:
                return bool(super().perform_job(job, queue, execution))
            finally:
                db.session.remove()


def run(application: Flask, redis_url: str) -> None:
    """Work until told to stop. One queue, JSON, no retry of RQ's own: the database knows better."""
    # A worker waits at the bell longer than callers may wait for it.
    connection = connect(redis_url, socket_timeout=None)
    worker = Worker(
        [Queue(QUEUE, connection=connection, serializer=JSONSerializer)],
        name=f"backoffice-{os.uname().nodename}-{os.getpid()}",
        connection=connection,
        serializer=JSONSerializer,
        log_job_description=False,
        default_result_ttl=0,
    )
    worker.application = application
    worker.work(logging_level="WARNING")
