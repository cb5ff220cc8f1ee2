"""One trace from the request through engine and worker to the partner, at a real OTLP receiver."""

import gzip
import logging
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from sqlalchemy import select

from core import tracing
from core.config import SettingInvalid
from core.db import db, reading
from engine import jobs
from engine.models import ServiceTask
from tests.build import process

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Receiver:
    """Takes traces as a collector does, and calls as a partner does."""

    def __init__(self) -> None:
        receiver = self
        self.spans: list[Any] = []
        self.traceparents: list[str | None] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.headers["content-encoding"] == "gzip":
                    body = gzip.decompress(body)
                assert self.path == "/v1/traces"
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    for scope in resource.scope_spans:
                        receiver.spans += scope.spans
                self._answer()

            def do_GET(self) -> None:
                receiver.traceparents.append(self.headers["traceparent"])
                self._answer()

            def _answer(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    tracing.end()
    receiver.close()


@pytest.fixture
def config(config: Any, receiver: Receiver) -> Any:
    host = receiver.url.removeprefix("http://")
    return replace(config, otlp_url=receiver.url, private_hosts=(host,))


def test_a_trace_goes_from_the_caller_to_the_partner_and_on_to_the_next_step(
    app: Any, config: Any, administrator: Any, receiver: Receiver
) -> None:
    call = {"connector": "http", "inputs": {"url": receiver.url + "/check"}}
    administrator.deploy(p_bpmn=process("p").service_task("a", **call).user_task("b").end())
    tracing.set_up(config, "test")
    tracing.set_up(config, "test")

    started = administrator.send(
        "POST", "/process-instances", json={"key": "p"}, headers={"traceparent": CALLER}
    )
    assert started.status_code == 201
    with reading() as session:
        service_task_id = session.scalar(select(ServiceTask.id))
    db.session.remove()
    jobs.run_service_task(str(service_task_id))
    tracing.end()

    trace = CALLER.split("-")[1]
    spans = {(span.name, span.trace_id.hex()): span for span in receiver.spans}
    request = spans["POST /api/v1/process-instances", trace]
    worker = spans["service task", trace]
    partner = spans["call http", trace]
    assert request.parent_span_id.hex() == CALLER.split("-")[2]
    assert partner.parent_span_id == worker.span_id
    assert receiver.traceparents == [f"00-{trace}-{partner.span_id.hex()}-01"]
    advances = [span for span in receiver.spans if span.name == "advance"]
    assert [span.trace_id.hex() for span in advances] == [trace, trace]
    assert worker.parent_span_id == advances[0].span_id
    attributes = {each.key for each in request.attributes}
    assert {"http.route", "http.response.status_code", "request_id"} <= attributes


def test_without_a_receiver_nothing_is_traced(
    app: Any, config: Any, administrator: Any, receiver: Receiver
) -> None:
    tracing.set_up(replace(config, otlp_url=""), "test")

    administrator.get("/incidents")

    assert tracing.traceparent() is None
    assert receiver.spans == []


def test_a_receiver_that_is_away_harms_nobody(
    app: Any,
    config: Any,
    administrator: Any,
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.CRITICAL + 1, logger="opentelemetry")
    tracing.set_up(replace(config, otlp_url="http://127.0.0.1:9"), "test")

    assert administrator.get("/incidents").status_code == 200


def test_traces_that_cannot_be_sent_are_refused_at_the_start(
    config: Any, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "find_spec", lambda _: None)

    with pytest.raises(SettingInvalid, match="make operations"):
        tracing.set_up(config, "test")
