"""Log lines: readable, or JSON objects; with the ids of what is being done at the moment.

with logs.about(instance_id=…, service_task_id=…, attempt=2):
    log.warning("the partner is slow")      # carries the three ids
"""

import logging
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import orjson

from core.config import Config

_about: ContextVar[Mapping[str, Any]] = ContextVar("about", default=MappingProxyType({}))
#: What every record has; the rest was given as `extra`.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "ids"}


@contextmanager
def about(**ids: Any) -> Iterator[None]:
    """Add ids to every line that is logged meanwhile by this thread."""
    token = _about.set({**_about.get(), **ids})
    try:
        yield
    finally:
        _about.reset(token)


def ids() -> Mapping[str, Any]:
    """The ids of what is being done at the moment."""
    return _about.get()


def set_up(config: Config) -> None:
    """Let this process write its log to standard error as the settings say; again is fine."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _Ours)]:
        root.removeHandler(handler)
    handler = _Ours(sys.stderr)
    handler.setFormatter(JsonLines() if config.log_json else Lines())
    root.addHandler(handler)
    root.setLevel(config.log_level)


def warn_of(sentences: Iterable[str]) -> None:
    """Log each sentence as a warning."""
    for sentence in sentences:
        logging.getLogger(__name__).warning("%s", sentence)


class JsonLines(logging.Formatter):
    """`{"at", "level", "logger", "message", ids and extras…, "trace"}`, one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
            **_about.get(),
            **_extras(record),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


class Lines(logging.Formatter):
    """One readable line, with ids and extras behind it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        more = {**_about.get(), **_extras(record)}
        words = "".join(f" {name}={value}" for name, value in more.items())
        return super().formatMessage(record) + words.replace("\n", " ")


class _Ours(logging.StreamHandler[Any]):
    """Tells our handler from those that others put there."""


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in _USUAL}
