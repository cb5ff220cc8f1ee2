"""The outside world over HTTP: starts cases, does the people's tasks, sends messages, mends.

Each POST carries an Idempotency-Key and is sent until it is answered, whatever breaks meanwhile.
"""

import http.client
import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock, Thread, local
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from tests.chaos.ledger import Ledger
from tests.chaos.model import KEY, MESSAGE

Json = dict[str, Any]

THREADS = 8
TIMEOUT_SECONDS = 40.0
POLL_SECONDS = 0.7
#: Answers that say "later" rather than "no".
PASSING = frozenset([429, 500, 502, 503, 504])
#: Conflicts that say so too.
LOST_RACES = frozenset(["TwinAtWork", "ChangedMeanwhile", "InstanceChanged"])


class NotStarted(Exception):
    """The driver was stopped before this call was answered."""


@dataclass
class Case:
    """What the outside knows of one case."""

    name: str
    instance_id: str = ""
    confirmed: bool = False
    #: The task that was answered, once the answer was acknowledged.
    task_id: str = ""
    #: Calls that the operator had made again.
    retried: int = 0


@dataclass
class Driver:
    """Drives `instances` cases, at most `per_second` new ones a second."""

    url: str
    token: str
    ledger: Ledger
    instances: int
    per_second: float
    cases: dict[str, Case] = field(default_factory=dict)
    #: Statuses and errors that were met and outlived.
    troubles: dict[str, int] = field(default_factory=dict)

    #: When a call was answered at its first try, and how long that took, in seconds.
    latencies: list[tuple[float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stopped = Event()
        self._lock = Lock()
        self._local = local()
        self._connections: list[http.client.HTTPConnection] = []
        self._pool = ThreadPoolExecutor(THREADS)
        self._seen: set[str] = set()
        self._by_instance: dict[str, Case] = {}
        self._pending: list[Future[None]] = []

    def start(self) -> None:
        """Begin, in threads of its own."""
        for loop in (self._start_cases, self._do_tasks, self._mend):
            Thread(target=self._guarded, args=(loop,), daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()
        self._pool.shutdown(cancel_futures=True)
        with self._lock:
            for connection in self._connections:
                connection.close()

    @property
    def started(self) -> int:
        return len(self._by_instance)

    def open_cases(self) -> int:
        """How many cases have not ended, by the API; raises when it cannot tell."""
        status, page = self._ask("GET", f"/process-instances?{urlencode(ACTIVE)}")
        if status != 200:
            raise ConnectionError(status)
        return len(page["items"])

    def _start_cases(self) -> None:
        began = time.monotonic()
        for number in range(self.instances):
            case = self.cases[f"case-{number}"] = Case(f"case-{number}")
            due = began + number / self.per_second
            if self._stopped.wait(max(0.0, due - time.monotonic())):
                return
            self._pending.append(self._pool.submit(self._start_case, case))

    def _start_case(self, case: Case) -> None:
        variables = {"case": case.name, "counted": 0}
        body = {"key": KEY, "businessKey": case.name, "variables": variables}
        answer = self._insist("/process-instances", body, f"start {case.name}")
        case.instance_id = answer["id"]
        with self._lock:
            self._by_instance[case.instance_id] = case
        # Sometimes before the case waits for it: it must not be lost then either.
        if random.random() < 0.5:
            time.sleep(random.uniform(0, 0.5))
        message = {
            "name": MESSAGE,
            "correlationKey": case.name,
            "timeToLive": "PT1H",
            "variables": {"word": f"word of {case.name}"},
        }
        self._insist("/messages", message, f"confirm {case.name}")
        case.confirmed = True

    def _do_tasks(self) -> None:
        while not self._stopped.wait(POLL_SECONDS):
            for task in self._list("/user-tasks", {"key": KEY, "state": "open"}):
                if task["id"] not in self._seen:
                    self._seen.add(task["id"])
                    self._pending.append(self._pool.submit(self._do_task, task))

    def _do_task(self, task: Json) -> None:
        case = task["businessKey"]
        answers = {"variables": {"papers": f"papers of {case}"}}
        path = f"/user-tasks/{task['id']}/completion"
        self._insist(path, answers, f"complete {task['id']}")
        self.cases[case].task_id = task["id"]

    def _mend(self) -> None:
        """Be the operator: ask the partner whether an unsure call happened, then skip or retry."""
        while not self._stopped.wait(2 * POLL_SECONDS):
            for incident in self._list("/incidents", {"key": KEY}):
                if incident["resolvedAt"] is not None or incident["id"] in self._seen:
                    continue
                case = self._by_instance.get(incident["instanceId"])
                if case is None:
                    continue
                self._seen.add(incident["id"])
                self._pending.append(self._pool.submit(self._resolve, incident, case))

    def _resolve(self, incident: Json, case: Case) -> None:
        step, name = incident["elementId"], f"incidents/{incident['id']}"
        receipts = self.ledger.receipts(case.name, step)
        if receipts:
            body = {
                "variables": {f"{step}_receipt": receipts[0]},
                "reason": "The partner says that it happened.",
            }
            self._insist(f"/{name}/resolution", body, f"skip {name}", gone_is_fine=True)
        else:
            body = {"reason": "The partner knows nothing of it."}
            case.retried += 1
            self._insist(f"/{name}/retries", body, f"retry {name}", gone_is_fine=True)

    def _list(self, path: str, query: dict[str, str]) -> list[Json]:
        """All pages, or what could be had of them."""
        found: list[Json] = []
        after = None
        while True:
            asked = {**query, "limit": "200", **({"after": after} if after else {})}
            try:
                status, page = self._ask("GET", f"{path}?{urlencode(asked)}")
            except (OSError, http.client.HTTPException, ValueError) as error:
                self._trouble(type(error).__name__)
                return found
            if status != 200:
                self._trouble(str(status))
                return found
            found += page["items"]
            after = page["next"]
            if after is None:
                return found

    def _insist(self, path: str, body: Json, key: str, *, gone_is_fine: bool = False) -> Json:
        """Send until it is answered. Raises AssertionError for an answer that says no."""
        pause, began, tries = 0.1, time.monotonic(), 0
        while not self._stopped.is_set():
            tries += 1
            try:
                status, answer = self._ask("POST", path, body, key)
            except (OSError, http.client.HTTPException, ValueError) as error:
                self._trouble(type(error).__name__)
            else:
                if status < 300:
                    if tries == 1:
                        now = time.monotonic()
                        self.latencies.append((now, now - began))
                    return answer
                self._trouble(f"{status} {answer.get('error')}")
                if gone_is_fine and status in (404, 409):
                    return answer
                may_pass = status in PASSING or answer.get("error") in LOST_RACES
                assert may_pass, f"{path}: {status} {answer}"
            time.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, 2.0)
        raise NotStarted(key)

    def _ask(self, method: str, path: str, body: Json | None = None, key: str = "") -> Any:
        connection = self._connection()
        headers = {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": key}
        try:
            payload = None if body is None else orjson.dumps(body)
            connection.request(method, f"/api/v1{path}", payload, headers)
            response = connection.getresponse()
            return response.status, orjson.loads(response.read() or b"{}")
        except BaseException:
            connection.close()
            raise

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self._local, "connection"):
            address = urlsplit(self.url)
            assert address.hostname is not None
            self._local.connection = http.client.HTTPConnection(
                address.hostname, address.port, timeout=TIMEOUT_SECONDS
            )
            with self._lock:
                self._connections.append(self._local.connection)
        kept: http.client.HTTPConnection = self._local.connection
        return kept

    def _trouble(self, what: str) -> None:
        with self._lock:
            self.troubles[what] = self.troubles.get(what, 0) + 1

    def _guarded(self, loop: Callable[[], None]) -> None:
        try:
            loop()
        except RuntimeError:
            if not self._stopped.is_set():  # The pool takes nothing more once it is stopped.
                raise

    def failures(self) -> list[str]:
        """Calls that were answered with no."""
        done = [each for each in self._pending if each.done() and not each.cancelled()]
        errors = [each.exception() for each in done]
        return [repr(each) for each in errors if each and not isinstance(each, NotStarted)]


ACTIVE = {"key": KEY, "state": "active", "limit": "1"}
