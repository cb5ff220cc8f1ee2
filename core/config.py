"""The settings of one installation, read once from the environment and passed in."""

import contextlib
import difflib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from core import failpoints
from core.errors import Invalid
from core.failpoints import Failpoint
from core.languages import NAMES, SOURCE

#: How SQLAlchemy names PostgreSQL with the driver that comes with the product.
DRIVER = "postgresql+psycopg"
WEB = ("http", "https")
LEVELS = ("debug", "info", "warning", "error")
#: Shorter secret keys can be guessed.
MIN_KEY_LENGTH = 32
#: Settings that other parts read themselves.
ELSEWHERE = frozenset(
    f"BACKOFFICE_{name}"
    for name in ("DEMO_RATES", "DEMO_DAYS", "DEMO_PARTNER_PORT", "DEMO_MAIL_PORT", "PICTURES")
)
#: Every setting that this module reads.
KNOWN = frozenset(
    f"BACKOFFICE_{name}"
    for name in (
        *("DATA", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEMO", "TRUSTED_HOSTS"),
        *("PUBLIC_URL", "SMTP_URL", "MAIL_FROM", "PARTNERS", "CONNECTOR_HOSTS"),
        *("PRIVATE_HOSTS", "RATE_LIMIT", "MAX_BODY", "SECURE_COOKIES", "POOL_SIZE", "LEASE"),
        *("RETRY_ATTEMPTS", "RETRY_DELAY", "RETRY_BACKOFF", "RETRY_MAX", "TRUSTED_PROXIES"),
        *("LOG_FORMAT", "LOG_LEVEL", "OTLP_URL", "RETENTION", "HISTORY_DIR", "FAILPOINT"),
        *("FILES_DIR", "MAX_FILE", "SCANNER", "STREAMS", "UNDO", "LANGUAGE"),
    )
)


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
    #: Proxies in front whose word about the caller's address and scheme is taken; 0: nobody's.
    trusted_proxies: int = 0
    #: Log lines as JSON objects, one a line.
    log_json: bool = False
    log_level: str = "WARNING"
    #: Where traces go: the base of an OTLP/HTTP receiver; empty: nowhere.
    otlp_url: str = ""
    #: How long ended cases are kept, in days: by key of the process, "" for all others.
    retention_days: Mapping[str, int] = field(default_factory=dict)
    #: Where the history that is removed is written; None: `history` in the data folder.
    history_dir: Path | None = None
    #: Where uploaded files are kept; None: `attachments` in the data folder.
    files_dir: Path | None = None
    #: Largest uploaded file in bytes; a request holds it whole, so `max_body_bytes` bounds it too.
    max_file_bytes: int = 9_000_000
    #: What looks at uploaded files: a command, or an http(s) address; empty: nobody.
    scanner: str = ""
    #: Open desks that one web process keeps informed; each holds a thread. 0: none, desks poll.
    streams: int = 96
    #: How long a completed task may be taken back, while nothing followed outside. 0: never.
    undo_seconds: int = 60
    #: Of mails and pages for those who have chosen none: a key of `core.languages.NAMES`.
    language: str = SOURCE
    #: Where processes die on purpose; for tests only.
    failpoints: tuple[Failpoint, ...] = ()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read the `BACKOFFICE_…` settings. Raises SettingInvalid naming the wrong one."""
        data_dir = Path(environ.get("BACKOFFICE_DATA", "var")).absolute()
        return cls(
            data_dir=data_dir,
            database_url=_database_url(environ, data_dir),
            redis_url=_address(environ, "BACKOFFICE_REDIS_URL", ("redis", "rediss", "unix")),
            secret_key=_secret_key(environ, data_dir),
            demo=_switch(environ, "BACKOFFICE_DEMO", False),
            trusted_hosts=_words(environ, "BACKOFFICE_TRUSTED_HOSTS"),
            public_url=_address(environ, "BACKOFFICE_PUBLIC_URL", WEB, cls.public_url).rstrip("/"),
            smtp_url=_address(environ, "BACKOFFICE_SMTP_URL", ("smtp", "smtps")),
            mail_from=_mail_address(environ, "BACKOFFICE_MAIL_FROM", cls.mail_from),
            partners=_partners(environ, "BACKOFFICE_PARTNERS"),
            connector_hosts=_words(environ, "BACKOFFICE_CONNECTOR_HOSTS"),
            private_hosts=_hosts_with_ports(environ, "BACKOFFICE_PRIVATE_HOSTS"),
            rate_limit_per_minute=_number(
                environ, "BACKOFFICE_RATE_LIMIT", cls.rate_limit_per_minute
            ),
            max_body_bytes=_number(environ, "BACKOFFICE_MAX_BODY", cls.max_body_bytes),
            secure_cookies=_switch(environ, "BACKOFFICE_SECURE_COOKIES", True),
            pool_size=_number(environ, "BACKOFFICE_POOL_SIZE", cls.pool_size),
            lease_seconds=_number(environ, "BACKOFFICE_LEASE", cls.lease_seconds),
            retries=_retries(environ),
            trusted_proxies=_count(environ, "BACKOFFICE_TRUSTED_PROXIES", 0),
            log_json=_choice(environ, "BACKOFFICE_LOG_FORMAT", ("text", "json")) == "json",
            log_level=_choice(environ, "BACKOFFICE_LOG_LEVEL", LEVELS, cls.log_level).upper(),
            otlp_url=_address(environ, "BACKOFFICE_OTLP_URL", WEB).rstrip("/"),
            retention_days=_retention(environ, "BACKOFFICE_RETENTION"),
            history_dir=_folder(environ, "BACKOFFICE_HISTORY_DIR"),
            files_dir=_folder(environ, "BACKOFFICE_FILES_DIR"),
            max_file_bytes=_number(environ, "BACKOFFICE_MAX_FILE", cls.max_file_bytes),
            scanner=environ.get("BACKOFFICE_SCANNER", "").strip(),
            streams=_count(environ, "BACKOFFICE_STREAMS", cls.streams),
            undo_seconds=_count(environ, "BACKOFFICE_UNDO", cls.undo_seconds),
            language=_choice(environ, "BACKOFFICE_LANGUAGE", tuple(NAMES)),
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


def unknown_settings(environ: Mapping[str, str]) -> list[str]:
    """A sentence for each `BACKOFFICE_…` name that means nothing, with the one that was meant."""
    names = KNOWN | ELSEWHERE
    sentences = []
    for name in sorted(environ):
        if name.startswith("BACKOFFICE_") and name not in names:
            short = name.removeprefix("BACKOFFICE_")
            shorts = [each.removeprefix("BACKOFFICE_") for each in names]
            close = difflib.get_close_matches(short, shorts, n=1)
            meant = f" Did you mean BACKOFFICE_{close[0]}?" if close else ""
            sentences.append(f"The setting {name} is unknown and changes nothing.{meant}")
    return sentences


def _secret_key(environ: Mapping[str, str], data_dir: Path) -> str:
    key = environ.get("BACKOFFICE_SECRET_KEY", "")
    if key and len(key) < MIN_KEY_LENGTH:
        reason = f"it has fewer than {MIN_KEY_LENGTH} characters"
        raise SettingInvalid(name="BACKOFFICE_SECRET_KEY", reason=reason)
    return key or secret_key_in(data_dir)


def _address(
    environ: Mapping[str, str], name: str, schemes: tuple[str, ...], default: str = ""
) -> str:
    text = environ.get(name, "").strip() or default
    if not text:
        return ""
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in schemes or not rest:
        begins = " or ".join(f"{each}://" for each in schemes)
        raise SettingInvalid(name=name, reason=f"it begins with {begins} and names a host")
    try:
        if urlsplit(text).port == 0:
            raise ValueError
    except ValueError:
        raise SettingInvalid(name=name, reason="its port is not between 1 and 65535") from None
    return text


def _mail_address(environ: Mapping[str, str], name: str, default: str) -> str:
    text = environ.get(name, "").strip() or default
    if "@" not in parseaddr(text)[1] or "\n" in text:
        raise SettingInvalid(name=name, reason=f"{text!r} is no mail address")
    return text


def _partners(environ: Mapping[str, str], name: str) -> dict[str, str]:
    pairs = _pairs(environ, name)
    for address in pairs.values():
        _address({name: address}, name, WEB)
    return pairs


def _hosts_with_ports(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    words = _words(environ, name)
    for word in words:
        host, _, port = word.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
            raise SettingInvalid(name=name, reason=f"write host:port instead of {word!r}")
    return words


def _choice(
    environ: Mapping[str, str], name: str, choices: tuple[str, ...], default: str = ""
) -> str:
    text = environ.get(name, "").strip().lower() or default.lower() or choices[0]
    if text not in choices:
        raise SettingInvalid(name=name, reason=f"say one of {', '.join(choices)}")
    return text


def _retention(environ: Mapping[str, str], name: str) -> dict[str, int]:
    """`730` for all processes, `order=365` for one; days, separated by commas."""
    days = {}
    for word in _words(environ, name):
        key, _, number = word.rpartition("=")
        if not number.strip().isdecimal() or int(number) == 0:
            raise SettingInvalid(name=name, reason="write days, or key=days, separated by commas")
        days[key.strip()] = int(number)
    return days


def _folder(environ: Mapping[str, str], name: str) -> Path | None:
    text = environ.get(name, "").strip()
    return Path(text).absolute() if text else None


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


def _count(environ: Mapping[str, str], name: str, default: int) -> int:
    """As `_number`, and zero is one too."""
    return 0 if environ.get(name, "").strip() == "0" else _number(environ, name, default)


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
