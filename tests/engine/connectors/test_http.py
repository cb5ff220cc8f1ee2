"""HTTP calls: to real little servers, within limits of time, size and place."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from core.config import Config
from core.errors import Invalid, Unavailable
from engine.connectors import addresses, http
from engine.connectors.errors import (
    AddressRefused,
    AnswerTooLarge,
    PartnerFailed,
    PartnerRefused,
    PartnerSilent,
    PartnerUnreachable,
    RequestInvalid,
)
from engine.connectors.http import call_http


class Partner(BaseHTTPRequestHandler):
    """Answers by path, and remembers what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        self.server.asked.append(
            SimpleNamespace(
                method=self.command, path=self.path, headers=dict(self.headers.items()), body=body
            )
        )
        answer = self.server.answers.get(self.path.partition("?")[0])
        if callable(answer):
            answer(self)
            return
        status, content, headers = answer or (404, b'{"error": "NotFound"}', {})
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_PUT = do_DELETE = do_PATCH = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Callable[..., Any]]:
    """Starts a server that gives `answers` by path: (status, body, headers) or a function."""
    servers = []

    def serve(answers: dict[str, Any]) -> Any:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Partner)
        server.daemon_threads = True
        server.block_on_close = False
        server.asked, server.answers = [], answers
        server.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def settings(tmp_path) -> Config:
    return Config(data_dir=tmp_path, database_url="sqlite://", secret_key="test")


def call(settings, server, path="/", **request):
    settings = replace(settings, partners={"partner": server.url})
    return call_http({"url": f"partner:{path}", **request}, key="key-1", config=settings)


def test_json_goes_out_and_comes_back(serve, settings):
    server = serve({"/accounts": (201, b'{"id": 7}', {"X-Trace": "t"})})

    response = call(settings, server, "/accounts", body={"name": "Ada"}, query={"dry": "no"})

    assert (response["status"], response["body"]) == (201, {"id": 7})
    assert response["headers"]["x-trace"] == "t"
    [asked] = server.asked
    assert (asked.method, asked.path, json.loads(asked.body)) == (
        "POST",
        "/accounts?dry=no",
        {"name": "Ada"},
    )
    assert asked.headers["idempotency-key"] == "key-1"
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["host"] == server.url.removeprefix("http://")


def test_method_headers_and_text_are_sent_as_given(serve, settings):
    server = serve({"/note": (200, b"thank you", {"Content-Type": "text/plain"})})

    response = call(
        settings,
        server,
        "/note",
        method="put",
        headers={"Content-Type": "text/plain", "X-Api-Key": "secret", "X-None": None},
        body="hello",
    )

    assert response["body"] == "thank you"
    [asked] = server.asked
    assert (asked.method, asked.body, asked.headers["x-api-key"]) == ("PUT", b"hello", "secret")


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, PartnerRefused), (400, PartnerRefused), (503, PartnerFailed), (429, PartnerFailed)],
)
def test_answers_that_are_no_success_raise_with_the_response(serve, settings, status, error):
    server = serve({"/": (status, b'{"why": "because"}', {})})

    with pytest.raises(error) as raised:
        call(settings, server)

    response = raised.value.context["response"]
    assert (response["status"], response["body"]) == (status, {"why": "because"})
    assert isinstance(raised.value, Unavailable if status in (429, 503) else Invalid)


def test_a_partner_that_is_not_there_may_be_there_later(settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"

    with pytest.raises(PartnerUnreachable):
        call(settings, SimpleNamespace(url=url))


def test_a_slow_partner_is_given_up(serve, settings):
    server = serve({"/": lambda _: time.sleep(2)})
    began = time.monotonic()

    with pytest.raises(PartnerSilent, match="too long"):
        call(settings, server, timeout="PT0.3S")

    assert time.monotonic() - began < 1.5


def drip(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(40):
        handler.wfile.write(b".")
        handler.wfile.flush()
        time.sleep(0.05)


def test_a_partner_that_drips_is_given_up_too(serve, settings):
    server = serve({"/": drip})
    began = time.monotonic()

    with pytest.raises(PartnerSilent, match="too long"):
        call(settings, server, timeout=0.4)

    assert time.monotonic() - began < 1.5


def test_an_answer_has_a_largest_size(serve, settings):
    server = serve({"/": (200, b"x" * (http.MAX_ANSWER_BYTES + 1), {})})

    with pytest.raises(AnswerTooLarge):
        call(settings, server)


def test_a_broken_answer_may_be_whole_later(serve, settings):
    def half(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"half")
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)

    with pytest.raises(PartnerSilent):
        call(settings, serve({"/": half}))


def test_what_says_json_and_is_not_is_text(serve, settings):
    server = serve({"/": (200, b"{oops", {})})

    assert call(settings, server)["body"] == "{oops"


def test_an_empty_answer_is_null(serve, settings):
    assert call(settings, serve({"/": (204, b"", {})}))["body"] is None


# --- redirects


def test_redirects_are_followed_and_a_post_becomes_a_get(serve, settings):
    server = serve({"/a": (303, b"", {"Location": "/b"}), "/b": (200, b"1", {})})

    assert call(settings, server, "/a", body={"x": 1})["body"] == 1
    assert [(each.method, each.path) for each in server.asked] == [("POST", "/a"), ("GET", "/b")]


def test_a_redirect_that_keeps_the_method_keeps_the_body(serve, settings):
    server = serve({"/a": (307, b"", {"Location": "/b"}), "/b": (200, b"1", {})})

    call(settings, server, "/a", body={"x": 1})

    assert server.asked[1].method == "POST"
    assert server.asked[1].body == b'{"x":1}'


def test_a_redirect_to_a_private_address_is_refused(serve, settings):
    secret = serve({"/": (200, b"secret", {})})
    server = serve({"/a": (302, b"", {"Location": secret.url})})

    with pytest.raises(AddressRefused):
        call(settings, server, "/a")
    assert secret.asked == []


def test_what_was_meant_for_one_host_is_not_told_to_another(serve, settings):
    other = serve({"/": (200, b"1", {})})
    server = serve({"/a": (302, b"", {"Location": other.url})})
    allowed = replace(settings, private_hosts=(other.url.removeprefix("http://"),))

    call(allowed, server, "/a", headers={"Authorization": "Bearer secret"})

    assert "authorization" not in {name.lower() for name in other.asked[0].headers}


def test_redirects_end(serve, settings):
    server = serve({"/a": (302, b"", {"Location": "/a"})})

    with pytest.raises(PartnerRefused, match="redirect"):
        call(settings, server, "/a")
    assert len(server.asked) == http.MAX_REDIRECTS + 1


# --- where calls may go


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/",
        "http://localhost:9/",
        "http://[::1]:9/",
        "http://0.0.0.0:9/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:127.0.0.1]:9/",
        "http://2130706433:9/",
        "http://0x7f.1:9/",
        "http://[fd00::1]/",
        "http://100.64.0.1/",
    ],
)
def test_private_addresses_are_refused(settings, url):
    with pytest.raises(AddressRefused):
        call_http({"url": url}, key="k", config=settings)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "/accounts",
        "nobody:/accounts",
        "http://",
        "http://user:password@example.org/",
        "http://example.org:99999/",
    ],
)
def test_what_is_no_address_is_refused(settings, url):
    with pytest.raises(RequestInvalid):
        call_http({"url": url}, key="k", config=settings)


def test_a_private_address_is_called_when_the_settings_say_so(serve, settings):
    server = serve({"/": (200, b"1", {})})
    allowed = replace(settings, private_hosts=(server.url.removeprefix("http://"),))

    assert call_http({"url": server.url + "/"}, key="k", config=allowed)["body"] == 1


def test_a_partner_is_known_by_its_whole_address_only(serve, settings):
    partner, other = serve({"/x": (200, b"1", {})}), serve({})
    known = replace(settings, partners={"partner": partner.url})

    assert call_http({"url": f"{partner.url}/x"}, key="k", config=known)["body"] == 1
    for url in (other.url, f"{partner.url}@127.0.0.1:9/", f"{partner.url}9/"):
        with pytest.raises(Invalid):
            call_http({"url": url}, key="k", config=known)


def test_only_listed_hosts_are_called_when_there_is_a_list(settings):
    listed = replace(settings, connector_hosts=("example.org",))

    with pytest.raises(AddressRefused, match="CONNECTOR_HOSTS"):
        addresses.target_of("https://example.com/", listed)
    with pytest.raises(AddressRefused, match="CONNECTOR_HOSTS"):
        addresses.target_of("https://badexample.org/", listed)


def test_the_connection_goes_to_the_address_that_was_checked(settings, monkeypatch):
    answers = iter(["93.184.216.34", "127.0.0.1"])

    def resolve(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    target = addresses.target_of("https://rebind.example:8443/a?b=c", settings)

    assert target.connect_url == "https://93.184.216.34:8443/a?b=c"
    assert (target.host, target.host_header) == ("rebind.example", "rebind.example:8443")
    with pytest.raises(AddressRefused):
        addresses.target_of("https://rebind.example:8443/a", settings)


# --- requests that make no sense


@pytest.mark.parametrize(
    "request_",
    [
        {"method": "BREW"},
        {"headers": "x"},
        {"headers": {"Host": "evil"}},
        {"headers": {"X": "a\r\nY: b"}},
        {"headers": {"Content-Length": "1"}},
        {"query": "x"},
        {"timeout": "soon"},
        {"timeout": 3600},
        {"timeout": -1},
    ],
)
def test_requests_that_make_no_sense_are_refused(serve, settings, request_):
    server = serve({"/": (200, b"1", {})})

    with pytest.raises(RequestInvalid):
        call(settings, server, "/", **request_)
    assert server.asked == []


def test_a_call_that_has_no_time_left_is_given_up(serve, settings, monkeypatch):
    server = serve({"/a": (302, b"", {"Location": "/a"})})
    moments = iter([0.0, 0.0, 0.0, 100.0])
    monkeypatch.setattr(http.time, "monotonic", lambda: next(moments, 100.0))

    with pytest.raises(PartnerSilent, match="too long"):
        call(settings, server, "/a")


def test_a_name_that_is_not_known_may_be_known_later(settings):
    with pytest.raises(PartnerUnreachable):
        addresses.target_of("https://no-such-host.invalid/", settings)
