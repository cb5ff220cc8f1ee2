"""A worker that is killed in the middle of a call: the step happens once, the case goes on."""

import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from core.db import reading, transaction
from core.people import SYSTEM
from engine import deployments, instances, jobs, log
from tests.build import process

ROOT = Path(__file__).parent.parent.parent
#: What one worker does with one ring, in a process of its own.
WORKER = """
import sys
from pathlib import Path
from flask import Flask
from core import db
from core.config import Config
from core.model import Model
from migrations.metadata import import_models
from engine import jobs

url, partner, data_dir, service_task_id = sys.argv[1:]
import_models()
config = Config(
    data_dir=Path(data_dir), database_url=url, secret_key="test", partners={"partner": partner}
)
app = Flask("worker")
app.extensions["config"] = config
db.init_app(app, config)
with app.app_context():
    jobs.run_service_task(service_task_id)
"""


class Partner(ThreadingHTTPServer):
    """Keeps the first caller waiting for ever, and answers the others at once."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.is_asked, self.released = Event(), Event()
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        partner = self.server
        partner.keys.append(self.headers["Idempotency-Key"])
        if len(partner.keys) == 1:
            partner.is_asked.set()
            partner.released.wait(30)
            return
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def partner(config):
    server = Partner()
    Thread(target=server.serve_forever, daemon=True).start()
    object.__setattr__(config, "partners", {"partner": server.url})
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()


def test_the_step_happens_once_and_the_case_goes_on(edge, config, bell, clock_at, partner):
    call = {"connector": "http", "inputs": {"url": "partner:/check"}}
    drawing = process("p").service_task("check", **call).user_task("next").end()
    with transaction() as session:
        deployments.deploy(session, {"p.bpmn": bytes(drawing)}, by=SYSTEM)
        instance_id = instances.start(session, key="p", by=SYSTEM).id
    [service_task_id] = bell.rung("run_service_task")
    arguments = (config.database_url, partner.url, str(config.data_dir), service_task_id)
    worker = subprocess.Popen([sys.executable, "-c", WORKER, *arguments], cwd=ROOT)
    assert partner.is_asked.wait(60)

    worker.kill()
    worker.wait()
    bell.rings.clear()
    # The worker took its lease by the real clock, long after the one that is stopped here.
    clock_at(days=365 * 5)
    jobs.sweep()
    for rung in bell.rung("run_service_task"):
        jobs.run_service_task(rung)

    assert partner.keys == [service_task_id] * 2
    with reading() as session:
        instance = instances.get(session, instance_id, by=SYSTEM)
        assert [each.element_id for each in instances.tokens(session, instance)] == ["next"]
        steps = [
            (each.element_id, each.lifecycle)
            for each in log.entries(session, instance_id, limit=99)
        ]
    assert steps.count(("check", "complete")) == 1
