"""Calls over HTTP: JSON out, JSON in, within limits of time, size and place.

inputs    url (or `partner:/path`), method, headers, query, body, timeout (ISO 8601 or seconds)
response  {status, headers, body}
"""

import ssl
import time
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urljoin

import httpx
import orjson

from core import tracing
from core.config import Config
from engine.bpmn.timers import Span
from engine.connectors.addresses import Target, target_of
from engine.connectors.errors import (
    AnswerTooLarge,
    PartnerBusy,
    PartnerFailed,
    PartnerRefused,
    PartnerSilent,
    PartnerUnreachable,
    RequestInvalid,
)
from engine.connectors.stopping import require_going

METHODS = frozenset(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
DEFAULT_TIMEOUT_SECONDS = 15.0
MAX_TIMEOUT_SECONDS = 300.0
CONNECT_TIMEOUT_SECONDS = 5.0
MAX_ANSWER_BYTES = 1_000_000
MAX_REDIRECTS = 5
#: Answers that say "later": the call is tried again.
PASSING = frozenset({408, 425, 429})
#: Headers that the connection itself sets.
RESERVED = frozenset(["host", "content-length", "transfer-encoding", "connection"])


def call_http(request: Mapping[str, Any], *, key: str, config: Config) -> dict[str, Any]:
    """Do one call; 2xx and 3xx are responses, other answers raise with the response in context."""
    method = str(request.get("method") or ("POST" if "body" in request else "GET")).upper()
    if method not in METHODS:
        raise RequestInvalid(reason=f"{method} is no method")
    headers = {"accept": "application/json", **_headers(request), "idempotency-key": key}
    trace = tracing.traceparent()
    if trace is not None:
        headers.setdefault(tracing.HEADER, trace)
    content = _content(request.get("body"), headers)
    url = _with_query(str(request.get("url") or ""), request.get("query"))
    deadline = time.monotonic() + _timeout(request.get("timeout"))
    with httpx.Client(verify=_tls(), trust_env=False, follow_redirects=False) as client:
        target = target_of(url, config)
        for _ in range(MAX_REDIRECTS + 1):
            response = _send(client, target, method, headers, content, deadline)
            location = response["headers"].get("location")
            if not 300 <= response["status"] < 400 or location is None:
                return _judged(target, response)
            following = target_of(urljoin(target.url, location), config)
            if response["status"] in (301, 302, 303) and method != "HEAD":
                method, content = "GET", None
            if (following.host, following.port) != (target.host, target.port):
                # What was meant for one host is not told to another.
                headers = {"accept": headers["accept"]}
            target = following
    raise PartnerRefused(host=target.host, status="one redirect after the other")


@cache
def _tls() -> ssl.SSLContext:
    """Reading all the certificates takes longer than a call: once per process is enough."""
    return ssl.create_default_context()


def _send(
    client: httpx.Client,
    target: Target,
    method: str,
    headers: Mapping[str, str],
    content: bytes | None,
    deadline: float,
) -> dict[str, Any]:
    require_going()
    left = deadline - time.monotonic()
    if left <= 0:
        raise PartnerSilent(host=target.host, reason="it took too long")
    timeout = httpx.Timeout(left, connect=min(left, CONNECT_TIMEOUT_SECONDS))
    try:
        with client.stream(
            method,
            target.connect_url,
            headers={**headers, "host": target.host_header},
            content=content,
            timeout=timeout,
            extensions={"sni_hostname": target.host},
        ) as answer:
            body = _read(answer, target, deadline)
            return {
                "status": answer.status_code,
                "headers": dict(answer.headers),
                "body": _parsed(body, answer),
            }
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        reason = str(error) or type(error).__name__
        raise PartnerUnreachable(host=target.host, reason=reason) from None
    except httpx.TimeoutException:
        raise PartnerSilent(host=target.host, reason="it took too long") from None
    except (httpx.LocalProtocolError, httpx.InvalidURL, ValueError) as error:
        raise RequestInvalid(reason=str(error)) from None
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
        raise PartnerSilent(host=target.host, reason=reason) from None


def _read(answer: httpx.Response, target: Target, deadline: float) -> bytes:
    body = bytearray()
    for chunk in answer.iter_bytes():
        require_going()
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise AnswerTooLarge(host=target.host, limit=MAX_ANSWER_BYTES)
        if time.monotonic() > deadline:
            raise PartnerSilent(host=target.host, reason="it took too long")
    return bytes(body)


def _parsed(body: bytes, answer: httpx.Response) -> Any:
    if not body:
        return None
    if "json" in answer.headers.get("content-type", ""):
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError:
            pass  # Not what it says it is: text then.
    return body.decode(answer.encoding or "utf-8", errors="replace")


def _judged(target: Target, response: dict[str, Any]) -> dict[str, Any]:
    status = response["status"]
    if status in PASSING:
        raise PartnerBusy(host=target.host, status=status, response=response)
    if status >= 500:
        raise PartnerFailed(host=target.host, status=status, response=response)
    if status >= 400:
        raise PartnerRefused(host=target.host, status=status, response=response)
    return response


def _headers(request: Mapping[str, Any]) -> dict[str, str]:
    given = request.get("headers") or {}
    if not isinstance(given, Mapping):
        raise RequestInvalid(reason="headers must be a context of names and values")
    headers = {str(name).lower(): str(value) for name, value in given.items() if value is not None}
    for name, value in headers.items():
        if name in RESERVED or any(each in name + value for each in "\r\n\0"):
            raise RequestInvalid(reason=f"the header {name!r} cannot be set")
    return headers


def _content(body: Any, headers: dict[str, str]) -> bytes | None:
    if body is None:
        return None
    if isinstance(body, str) and "content-type" in headers:
        return body.encode()
    headers.setdefault("content-type", "application/json")
    return orjson.dumps(body)


def _with_query(url: str, query: Any) -> str:
    if not query:
        return url
    if not isinstance(query, Mapping):
        raise RequestInvalid(reason="query must be a context of names and values")
    pairs = {str(name): value for name, value in query.items() if value is not None}
    return f"{url}{'&' if '?' in url else '?'}{httpx.QueryParams(pairs)}"


def _timeout(given: Any) -> float:
    if given is None:
        return DEFAULT_TIMEOUT_SECONDS
    try:
        seconds = (
            float(given)
            if isinstance(given, int | float)
            else Span.of(str(given)).rest.total_seconds()
        )
    except ValueError:
        raise RequestInvalid(reason=f"{given!r} is no duration") from None
    if not 0 < seconds <= MAX_TIMEOUT_SECONDS:
        raise RequestInvalid(reason=f"a timeout is at most {MAX_TIMEOUT_SECONDS:.0f} seconds")
    return seconds
