"""Open desks are told what changes: one thread a process looks, streams only wait.

    desk ──subscribe──▶ stream waits ◀──tell── broadcaster ──looks twice a second──▶ database

A stream holds a thread of the server but no database session. There is a limit on streams, so that
threads are left for everything else; who gets none asks again now and then instead.
"""

import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask

from core.config import Config
from core.db import glancing
from core.errors import TooMany
from core.ids import first_id
from core.people import Actor
from work import changes
from work.changes import Change

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
#: A silent stream says something, so that one whose browser has left is noticed.
HEARTBEAT_SECONDS = 10.0
#: Then the browser opens another one, and is asked again who it is.
STREAM_SECONDS = 300.0
#: Streams of one person in one process; one more ends the oldest, which a reload has left behind.
STREAMS_A_PERSON = 6
RECONNECT_MS = 2_000
#: A page may have missed what was committed just before it was made.
SLACK = timedelta(seconds=2)
#: Tasks that one message names; after more it only says that much has changed.
MAX_TASKS = 50


class DesksFull(TooMany):
    """Too many desks are open for live updates; this one asks now and then instead."""


class Subscription:
    """One open desk: what it has not been told yet."""

    def __init__(self, actor: Actor, since: UUID) -> None:
        self.actor = actor
        self.is_closed = False
        self._since = since
        self._pending: list[Change] = []
        self._woken = threading.Condition()

    def tell(self, found: Iterable[Change]) -> None:
        """Hand over what concerns this person; wakes the stream when there is any."""
        concerning = [each for each in found if each.id > self._since and each.concerns(self.actor)]
        if concerning:
            with self._woken:
                self._pending += concerning
                self._woken.notify()

    def close(self) -> None:
        """Let the stream end."""
        with self._woken:
            self.is_closed = True
            self._woken.notify()

    def wait(self, seconds: float) -> list[Change]:
        """What has changed, as soon as something has; nothing after that time."""
        with self._woken:
            if not self._pending and not self.is_closed:
                self._woken.wait(seconds)
            taken, self._pending = self._pending, []
            return taken


class Broadcaster:
    """Looks for changes while any desk of this process is open, and tells each what concerns it."""

    def __init__(self, look: Callable[[], list[Change]], limit: int) -> None:
        self._look, self._limit = look, limit
        self._lock = threading.Lock()
        self._open: dict[Subscription, None] = {}
        self._process = 0
        self._recent: dict[UUID, Change] = {}

    def subscribe(self, actor: Actor, since: datetime) -> Subscription:
        """A desk opens that shows how things were at that moment. Raises DesksFull."""
        made = Subscription(actor, first_id(since - SLACK))
        with self._lock:
            if self._process != os.getpid():
                # A process that was forked has neither the thread nor the desks of the other.
                self._process, self._open = os.getpid(), {}
            theirs = [each for each in self._open if each.actor.name == actor.name]
            if len(theirs) >= STREAMS_A_PERSON:
                theirs[0].close()
                del self._open[theirs[0]]
            if len(self._open) >= self._limit:
                raise DesksFull(retry_after=30)
            is_first = not self._open
            self._open[made] = None
            if is_first:
                self._recent = {}
                threading.Thread(target=self._run, name="live", daemon=True).start()
        made.tell(list(self._recent.values()))
        return made

    def unsubscribe(self, subscription: Subscription) -> None:
        """A desk has closed."""
        with self._lock:
            self._open.pop(subscription, None)

    def close(self) -> None:
        """End all streams: the process is asked to stop."""
        for each in list(self._open):
            each.close()

    @property
    def open_desks(self) -> int:
        return len(self._open)

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._open:
                    return
            fresh = self._fresh()
            for desk in list(self._open) if fresh else ():
                desk.tell(fresh)
            time.sleep(LOOK_SECONDS)

    def _fresh(self) -> list[Change]:
        """What was not there at the look before."""
        try:
            found = self._look()
        except Exception:  # The database is away for a moment: desks stay open and learn it later.
            log.warning("changes cannot be looked for", exc_info=True)
            return []
        fresh = [each for each in found if each.id not in self._recent]
        self._recent = {each.id: each for each in found}
        return fresh


def stream(broadcaster: Broadcaster, subscription: Subscription) -> Iterator[str]:
    """Server-sent events for one desk."""
    until = time.monotonic() + STREAM_SECONDS
    try:
        yield f"retry: {RECONNECT_MS}\n\n"
        while time.monotonic() < until and not subscription.is_closed:
            found = subscription.wait(HEARTBEAT_SECONDS)
            yield message(found) if found else ": still here\n\n"
    finally:
        broadcaster.unsubscribe(subscription)


def message(found: list[Change]) -> str:
    """One event: which tasks and cases changed, and whether there is a new notification."""
    tasks = {str(each.task_id) for each in found if each.task_id}
    body = {
        "tasks": sorted(tasks) if len(tasks) <= MAX_TASKS else [],
        "cases": sorted({str(each.instance_id) for each in found if each.instance_id})[:MAX_TASKS],
        "many": len(tasks) > MAX_TASKS,
        "list": any(not each.is_notice for each in found),
        "notice": any(each.is_notice for each in found),
    }
    return f"event: change\ndata: {json.dumps(body)}\n\n"


def init_app(app: Flask, config: Config) -> None:
    """Give the application its broadcaster, at rest until a desk opens."""

    def look() -> list[Change]:
        with app.app_context(), glancing() as session:
            return changes.lately(session)

    app.extensions["live"] = Broadcaster(look, config.streams)
