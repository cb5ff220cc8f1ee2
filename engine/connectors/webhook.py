"""One signed call to a webhook: the same guard of addresses as other calls, and no redirects."""

import ssl
import time
from collections.abc import Mapping
from functools import cache

import httpx

from core.config import Config
from engine.connectors.addresses import Target, target_of
from engine.connectors.errors import PartnerUnreachable, RequestInvalid

#: A receiver stores what it is told and answers; its work comes after.
TIMEOUT_SECONDS = 10.0
CONNECT_TIMEOUT_SECONDS = 5.0
#: What is read of an answer: nobody looks at it.
MAX_ANSWER_BYTES = 65_536


def post_once(url: str, headers: Mapping[str, str], body: bytes, config: Config) -> int:
    """The status that the receiver answered.

    Raises RequestInvalid, AddressRefused or PartnerUnreachable.
    """
    target = target_of(url, config)
    sent = {
        "content-type": "application/json",
        "user-agent": "Back-Office",
        **headers,
        "host": target.host_header,
    }
    timeout = httpx.Timeout(TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS)
    try:
        with httpx.Client(verify=_tls(), trust_env=False, timeout=timeout) as client:
            return _status(client, target, sent, body)
    except httpx.TimeoutException:
        raise PartnerUnreachable(host=target.host, reason="it took too long") from None
    except (httpx.LocalProtocolError, httpx.InvalidURL, ValueError) as error:
        raise RequestInvalid(reason=str(error)) from None
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
        raise PartnerUnreachable(host=target.host, reason=reason) from None


def _status(client: httpx.Client, target: Target, headers: dict[str, str], body: bytes) -> int:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    with client.stream(
        "POST",
        target.connect_url,
        headers=headers,
        content=body,
        follow_redirects=False,
        extensions={"sni_hostname": target.host},
    ) as answer:
        read = 0
        for chunk in answer.iter_raw():
            read += len(chunk)
            if read > MAX_ANSWER_BYTES:
                break
            if time.monotonic() > deadline:
                raise PartnerUnreachable(host=target.host, reason="it took too long")
        return answer.status_code


@cache
def _tls() -> ssl.SSLContext:
    """Reading all the certificates takes longer than a call: once per process is enough."""
    return ssl.create_default_context()
