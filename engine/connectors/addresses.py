"""Which addresses a connector may call, and the checked address to connect to.

A host name is resolved once and the connection goes to the address that was checked, so that a
name that changes its mind in between gains nothing.
"""

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from core.config import Config
from engine.connectors.errors import AddressRefused, PartnerUnreachable, RequestInvalid

_PARTNER = re.compile(r"([A-Za-z][A-Za-z0-9_-]*):(/(?!/).*)?")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Target:
    """A URL whose host was checked."""

    url: str
    host: str
    port: int
    #: The URL with the checked address in place of the host.
    connect_url: str

    @property
    def host_header(self) -> str:
        """What the Host header says."""
        return urlsplit(self.url).netloc.rpartition("@")[2]


def target_of(text: str, config: Config) -> Target:
    """Resolve `https://…`, or `partner:/path` by the partners of the settings, and check it.

    Raises RequestInvalid, AddressRefused or PartnerUnreachable.
    """
    url, is_partner = _with_base(text.strip(), config)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise RequestInvalid(reason=f"{text!r} is no address") from None
    if parts.scheme not in _PORTS or not host:
        raise RequestInvalid(reason=f"{text!r} is no http or https address")
    if parts.username or parts.password:
        raise RequestInvalid(reason="an address must not hold a password")
    if not is_partner:
        _require_listed(host, config)
    address = _resolve(host, port)
    if not is_partner and f"{host}:{port}" not in config.private_hosts:
        _require_public(host, address)
    netloc = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    return Target(url, host, port, urlunsplit(parts._replace(netloc=netloc)))


def _with_base(text: str, config: Config) -> tuple[str, bool]:
    """The whole URL, and whether it lies at a partner named in the settings."""
    match = _PARTNER.fullmatch(text)
    if match is not None:
        base = config.partners.get(match[1])
        if base is None:
            raise RequestInvalid(reason=f"no partner is called {match[1]} (BACKOFFICE_PARTNERS)")
        return base + (match[2] or ""), True
    return text, any(_is_below(text, base) for base in config.partners.values())


def _is_below(url: str, base: str) -> bool:
    return url == base or url.startswith((f"{base}/", f"{base}?"))


def _require_listed(host: str, config: Config) -> None:
    hosts = config.connector_hosts
    if hosts and not any(host == each or host.endswith(f".{each}") for each in hosts):
        raise AddressRefused(host=host, reason="it is not in BACKOFFICE_CONNECTOR_HOSTS")


def _resolve(host: str, port: int) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise PartnerUnreachable(host=host, reason=str(error)) from None
    # IPv4 first: many machines have no way out over IPv6.
    found.sort(key=lambda each: each[0] != socket.AF_INET)
    return str(found[0][4][0])


def _require_public(host: str, address: str) -> None:
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None) or ip
    if not mapped.is_global or mapped.is_multicast:
        raise AddressRefused(host=host, reason="it is a private address (BACKOFFICE_PRIVATE_HOSTS)")
