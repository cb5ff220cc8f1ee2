"""What the people of the demo answer in the forms of past cases."""

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

Values = Mapping[str, Any]
Answers = dict[str, Any]

REASONS = ("Pays by direct debit", "Good with their last supplier", "Moved lately, long employed")
DOUBTS = ("Two entries in the register", "Did not pay their last supplier")
SORRY = (
    "We are sorry, and have put it right. You will get a new bill within the week.",
    "You are right. Our letter was late; we have noted it and called you.",
    "We have looked at it again: the bill follows the reading of your meter.",
)


def _clarify(values: Values, chance: random.Random, _day: date) -> Answers:
    # Some addresses are found nowhere, however often one asks.
    tried = int(values.get("tries") or 0)
    outcome = "unknown" if tried > 2 or chance.random() < 0.15 else "corrected"
    return {
        "addressOutcome": outcome,
        "street": values.get("street", ""),
        "houseNumber": str(chance.randrange(1, 120)),
        "postcode": values.get("postcode", ""),
    }


def _credit(_values: Values, chance: random.Random, _day: date) -> Answers:
    if chance.random() < 0.8:
        return {"creditDecision": "accept", "creditReason": chance.choice(REASONS)}
    return {"creditDecision": "decline", "creditReason": chance.choice(DOUBTS)}


def _supply(_values: Values, chance: random.Random, day: date) -> Answers:
    agreed = (day + timedelta(days=7 + chance.randrange(10))).isoformat()
    return {"supplyOutcome": "agreed", "supplyStart": agreed, "supplyNote": "Agreed by telephone"}


def _estimate(_values: Values, chance: random.Random, day: date) -> Answers:
    basis = "As in the same month of last year"
    return {**_read(_values, chance, day), "readingBasis": basis}


def _correct(_values: Values, chance: random.Random, day: date) -> Answers:
    return {**_read(_values, chance, day), "correctionNote": "Two digits were swapped"}


def _understand(_values: Values, chance: random.Random, _day: date) -> Answers:
    justified = chance.random() < 0.6
    asked = "yes" if justified and chance.random() < 0.5 else "no"
    words = chance.choice(SORRY)
    return {"justified": "yes" if justified else "no", "refundAsked": asked, "answer": words}


def _refund(_values: Values, chance: random.Random, _day: date) -> Answers:
    return {"refund": chance.randrange(5, 90), "refundReason": "The bill was wrong"}


def _read(_values: Values, chance: random.Random, day: date) -> Answers:
    return {"reading": chance.randrange(2_000, 60_000), "readAt": day.isoformat()}


def _check(values: Values, _chance: random.Random, _day: date) -> Answers:
    return {"reading": values.get("reading") or 0}


def _bill(_values: Values, chance: random.Random, _day: date) -> Answers:
    return {"finalAmount": chance.randrange(-60, 240)}


ANSWERS: Mapping[str, Callable[[Values, random.Random, date], Answers]] = {
    "clarify_address": _clarify,
    "decide_credit": _credit,
    "settle_supply_start": _supply,
    "estimate_reading": _estimate,
    "correct_bill": _correct,
    "understand_complaint": _understand,
    "decide_refund": _refund,
    "note_reading": _read,
    "check_reading": _check,
    "final_bill": _bill,
}
#: How long people need for a task, in minutes; how long it lies before, in hours.
MINUTES = {
    "clarify_address": 14,
    "decide_credit": 22,
    "settle_supply_start": 25,
    "estimate_reading": 12,
    "correct_bill": 16,
    "understand_complaint": 18,
    "decide_refund": 9,
    "note_reading": 6,
    "check_reading": 8,
    "final_bill": 20,
}
HOURS = {
    "clarify_address": 9.0,
    "decide_credit": 4.0,
    "understand_complaint": 14.0,
    "note_reading": 30.0,
    "final_bill": 8.0,
}
USUAL_HOURS = 5.0
#: Some things are left lying: how many, in parts of all, and how many times as long.
LEFT, TIMES = 0.12, 8.0
#: Nothing lies for longer than a week before somebody looks.
MOST_HOURS = 170.0
