"""The settings of one installation, read once from the environment and passed in."""

import contextlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from core import failpoints
from core.errors import Invalid
from core.failpoints import Failpoint

#: How SQLAlchemy names PostgreSQL with the driver that comes with the product.
DRIVER = "postgresql+psycopg"


class SettingInvalid(Invalid):
    """The setting {name} cannot be used: {reason}."""


@dataclass(frozen=True)
class Retries:
    """How often and how soon a failed call is tried again where the model does not say."""

    attempts: int = 3
    delay_seconds: int = 10
    #: Each wait is so many times as long as the one before, up to `max_seconds`.
    backoff: int = 3
    max_seconds: int = 600


@dataclass(frozen=True, kw_only=True)
class Config:
    """What differs from one installation to the next; docs/guides/settings.md lists all."""

    #: Folder of the database, secrets, sockets and mails; only its owner may read it.
    data_dir: Path
    #: SQLAlchemy URL: SQLite in the data folder, or `postgresql+psycopg://…`.
    database_url: str
    #: `unix:///…/valkey.sock` or `redis://…`; empty: nobody is woken, the sweep finds all work.
    redis_url: str = ""
    #: Signs cookies and CSRF tokens. Made at first start, kept in the data folder.
    secret_key: str = field(repr=False)
    #: The demo: sign-in links on the first page, partner systems, caught mails.
    demo: bool = False
    #: Hosts this installation answers for; empty: any name of this machine on loopback.
    trusted_hosts: tuple[str, ...] = ()
    #: Address that links in mails begin with.
    public_url: str = "http://127.0.0.1:8000"
    #: Where mails go: `smtp://user:password@host:port` or `smtps://…`; empty: mail is unavailable.
    smtp_url: str = field(default="", repr=False)
    mail_from: str = "back-office@localhost"
    #: Names that connectors may write instead of an address: `partner:/accounts`.
    partners: Mapping[str, str] = field(default_factory=dict)
    #: Hosts that connectors may call; empty: every public one.
    connector_hosts: tuple[str, ...] = ()
    #: `host:port` of private addresses that connectors may call all the same.
    private_hosts: tuple[str, ...] = ()
    #: Requests a minute that one API token may make.
    rate_limit_per_minute: int = 60_000
    #: Largest request body in bytes.
    max_body_bytes: int = 10_000_000
    #: Cookies only over HTTPS (browsers count http://127.0.0.1 as safe).
    secure_cookies: bool = True
    #: Database connections each process keeps.
    pool_size: int = 20
    #: How long the call of a worker that was killed waits for another; the living extend theirs.
    lease_seconds: int = 20
    #: What a model does not say about trying again.
    retries: Retries = Retries()
    #: Where processes die on purpose; for tests only.
    failpoints: tuple[Failpoint, ...] = ()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read the `BACKOFFICE_…` settings. Raises SettingInvalid naming the wrong one."""
        data_dir = Path(environ.get("BACKOFFICE_DATA", "var")).absolute()
        return cls(
            data_dir=data_dir,
            database_url=_database_url(environ, data_dir),
            redis_url=environ.get("BACKOFFICE_REDIS_URL", ""),
            secret_key=environ.get("BACKOFFICE_SECRET_KEY") or secret_key_in(data_dir),
            demo=_switch(environ, "BACKOFFICE_DEMO", False),
            trusted_hosts=_words(environ, "BACKOFFICE_TRUSTED_HOSTS"),
            public_url=environ.get("BACKOFFICE_PUBLIC_URL", cls.public_url).rstrip("/"),
            smtp_url=environ.get("BACKOFFICE_SMTP_URL", ""),
            mail_from=environ.get("BACKOFFICE_MAIL_FROM", cls.mail_from),
            partners=_pairs(environ, "BACKOFFICE_PARTNERS"),
            connector_hosts=_words(environ, "BACKOFFICE_CONNECTOR_HOSTS"),
            private_hosts=_words(environ, "BACKOFFICE_PRIVATE_HOSTS"),
            rate_limit_per_minute=_number(
                environ, "BACKOFFICE_RATE_LIMIT", cls.rate_limit_per_minute
            ),
            max_body_bytes=_number(environ, "BACKOFFICE_MAX_BODY", cls.max_body_bytes),
            secure_cookies=_switch(environ, "BACKOFFICE_SECURE_COOKIES", True),
            pool_size=_number(environ, "BACKOFFICE_POOL_SIZE", cls.pool_size),
            lease_seconds=_number(environ, "BACKOFFICE_LEASE", cls.lease_seconds),
            retries=_retries(environ),
            failpoints=_failpoints(environ, "BACKOFFICE_FAILPOINT"),
        )

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def secret_key_in(data_dir: Path) -> str:
    """The key kept in the data folder, made on first use, readable by the owner only."""
    path = data_dir / "secret_key"
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        # Where another process made one between the question and here, theirs counts.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()


def _database_url(environ: Mapping[str, str], data_dir: Path) -> str:
    url = environ.get("BACKOFFICE_DATABASE_URL") or f"sqlite:///{data_dir / 'backoffice.db'}"
    kind, separator, rest = url.partition("://")
    if kind in ("postgres", "postgresql"):
        kind = DRIVER
    if not separator or kind not in (DRIVER, "sqlite"):
        raise SettingInvalid(
            name="BACKOFFICE_DATABASE_URL",
            reason="it begins with postgresql:// or sqlite:///",
        )
    return f"{kind}://{rest}"


def _retries(environ: Mapping[str, str]) -> Retries:
    usual = Retries()
    return Retries(
        attempts=_number(environ, "BACKOFFICE_RETRY_ATTEMPTS", usual.attempts),
        delay_seconds=_number(environ, "BACKOFFICE_RETRY_DELAY", usual.delay_seconds),
        backoff=_number(environ, "BACKOFFICE_RETRY_BACKOFF", usual.backoff),
        max_seconds=_number(environ, "BACKOFFICE_RETRY_MAX", usual.max_seconds),
    )


def _words(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in environ.get(name, "").split(",") if word.strip())


def _pairs(environ: Mapping[str, str], name: str) -> dict[str, str]:
    pairs = {}
    for word in _words(environ, name):
        key, separator, value = word.partition("=")
        if not separator or not key or not value:
            raise SettingInvalid(name=name, reason="write name=address, separated by commas")
        pairs[key] = value.rstrip("/")
    return pairs


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or int(text) == 0:
        raise SettingInvalid(name=name, reason=f"{text!r} is not a whole number above zero")
    return int(text)


def _failpoints(environ: Mapping[str, str], name: str) -> tuple[Failpoint, ...]:
    try:
        return failpoints.read(environ.get(name, ""))
    except ValueError as error:
        raise SettingInvalid(name=name, reason=str(error)) from None


def _switch(environ: Mapping[str, str], name: str, default: bool) -> bool:
    text = environ.get(name, "").lower()
    if text in ("", "1", "0", "true", "false", "yes", "no"):
        return default if not text else text in ("1", "true", "yes")
    raise SettingInvalid(name=name, reason="say yes or no")
