"""The partner systems of the energy supplier: what they answer, how late, and how wrongly.

`answer` decides and does no I/O. The same question always gets the same answer, so that a call that
is repeated with its idempotency key changes nothing; only lateness and failure differ by attempt.
"""

import hashlib
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Rates:
    """How often, between 0 and 1, the partners behave badly. All zero: they are perfect."""

    slow: float = 0.10
    broken: float = 0.05
    silent: float = 0.01
    no_match: float = 0.15
    borderline: float = 0.15
    rejected: float = 0.05
    unconfirmed: float = 0.08
    unread: float = 0.25
    wrong_bill: float = 0.10
    #: Shortest and longest wait of an answer by message, in seconds.
    callback_seconds: tuple[float, float] = (2.0, 25.0)


#: Never in trouble, every answer at once.
PERFECT = Rates(0, 0, 0, 0, 0, 0, 0, 0, 0, (0.0, 0.2))
#: Never in trouble, but with customers who need a person.
STEADY = replace(PERFECT, no_match=0.15, borderline=0.2, wrong_bill=0.15)
#: What `BACKOFFICE_DEMO_RATES` may say.
MOODS = {"moody": Rates(), "steady": STEADY, "perfect": PERFECT}


@dataclass(frozen=True)
class Callback:
    """A message that a partner sends to the API later."""

    name: str
    correlation_key: str
    variables: Json
    after_seconds: float


@dataclass(frozen=True)
class Answer:
    """What a partner says to one call. `after_seconds` is how long it thinks."""

    status: int
    body: Json
    after_seconds: float = 0.0
    callback: Callback | None = None


def answer(
    path: str, body: Json, rates: Rates, chance: random.Random, today: date | None = None
) -> Answer:
    """The answer to `POST path` with `body`. 404 for an unknown path, 400 for a bad question."""
    service = SERVICES.get(path)
    if service is None:
        return Answer(404, {"error": f"there is nothing at {path}"})
    if chance.random() < rates.silent:
        return Answer(504, {"error": "no answer"}, after_seconds=30.0)
    if chance.random() < rates.broken:
        return Answer(503, {"error": "the system is down for maintenance"})
    slow = chance.uniform(1.0, 3.0) if chance.random() < rates.slow else chance.uniform(0.0, 0.1)
    try:
        said = service(body, rates, today or date.today())  # noqa: DTZ011 - a local date
    except KeyError as error:
        return Answer(400, {"error": f"{error.args[0]} is missing"})
    return Answer(said.status, said.body, slow if rates.slow else 0.0, said.callback)


def _match_address(body: Json, rates: Rates, _today: date) -> Answer:
    place = f"{body['postcode']} {body['street']} {body['houseNumber']}"
    if _share(place, "match") < rates.no_match:
        return Answer(200, {"match": False, "meterPoint": None, "supplyType": None})
    kind = "gas" if _share(place, "kind") < 0.3 else "electricity"
    return Answer(
        200, {"match": True, "meterPoint": f"DE00{_number(place, 9)}", "supplyType": kind}
    )


def _check_credit(body: Json, rates: Rates, _today: date) -> Answer:
    share = _share(str(body["customer"]), "credit")
    if share < rates.rejected:
        return Answer(200, {"score": 310, "band": "poor"})
    if share < rates.rejected + rates.borderline:
        return Answer(200, {"score": 520, "band": "borderline"})
    return Answer(200, {"score": 600 + int(share * 250), "band": "good"})


def _start_supply(body: Json, rates: Rates, today: date) -> Answer:
    key, wanted = str(body["callbackKey"]), str(body["requestedDate"])
    reference = f"REG-{_number(key, 6)}"
    callback = Callback(
        "supply_start_confirmed",
        key,
        {
            "supplyStart": _not_past(wanted, today),
            "registryStatus": "confirmed",
            "reference": reference,
        },
        _between(rates.callback_seconds, key),
    )
    never = _share(key, "confirm") < rates.unconfirmed
    return Answer(202, {"reference": reference}, callback=None if never else callback)


def _request_reading(body: Json, rates: Rates, today: date) -> Answer:
    key = str(body["callbackKey"])
    reading = 1_000 + int(_share(str(body["meterPoint"]), "reading") * 40_000)
    callback = Callback(
        "meter_reading_received",
        key,
        {"reading": reading, "readAt": today.isoformat()},
        _between(rates.callback_seconds, key),
    )
    never = _share(key, "reading") < rates.unread
    return Answer(202, {}, callback=None if never else callback)


def _open_account(body: Json, _rates: Rates, _today: date) -> Answer:
    return Answer(201, {"accountNumber": f"8{_number(str(body['customer']), 8)}"})


def _make_bill(body: Json, rates: Rates, _today: date) -> Answer:
    account = str(body["accountNumber"])
    amount = round(40 + _share(account, "amount") * 160, 2)
    right = _share(f"{account} {body.get('attempt', 1)}", "bill") >= rates.wrong_bill
    return Answer(201, {"billNumber": f"B-{_number(account, 7)}", "amount": amount, "right": right})


SERVICES: Mapping[str, Callable[[Json, Rates, date], Answer]] = {
    "/address-matches": _match_address,
    "/credit-checks": _check_credit,
    "/supply-starts": _start_supply,
    "/reading-requests": _request_reading,
    "/accounts": _open_account,
    "/bills": _make_bill,
}


def _share(text: str, salt: str) -> float:
    """A number from 0 to 1 that depends on the text alone."""
    digest = hashlib.sha256(f"{salt} {text}".encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48


def _number(text: str, digits: int) -> str:
    return f"{int(_share(text, 'number') * 10**digits):0{digits}d}"


def _between(limits: tuple[float, float], text: str) -> float:
    shortest, longest = limits
    return shortest + _share(text, "wait") * (longest - shortest)


def _not_past(wanted: str, today: date) -> str:
    """The agreed day: the wanted one, or tomorrow where that has passed."""
    tomorrow = today + timedelta(days=1)
    try:
        return max(date.fromisoformat(wanted), tomorrow).isoformat()
    except ValueError:
        return tomorrow.isoformat()


def parse(raw: bytes) -> Json | None:
    """The JSON object of a request body; None when it is none."""
    try:
        body = json.loads(raw or b"{}")
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
