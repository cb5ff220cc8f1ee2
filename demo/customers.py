"""New customers of the supplier: made from a few lists, the same ones in every demo."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

NAMES = (
    "Anna Becker", "Jonas Weber", "Mia Hoffmann", "Paul Schulz", "Emma Wagner", "Ben Koch",
    "Sofia Richter", "Leon Klein", "Hanna Wolf", "Elias Neumann", "Lina Schwarz", "Noah Braun",
    "Clara Hofmann", "Finn Zimmermann", "Marie Krause", "Luca Lehmann", "Ida Maier", "Felix Huber",
)  # fmt: skip
PLACES = (
    ("50667", "Domkloster"), ("10115", "Invalidenstraße"), ("20095", "Spitalerstraße"),
    ("80331", "Sendlinger Straße"), ("60311", "Berliner Straße"), ("04109", "Katharinenstraße"),
    ("70173", "Königstraße"), ("28195", "Obernstraße"),
)  # fmt: skip

COMPLAINTS = (
    ("bill", "The bill names a reading that I never gave you, and it is far too high."),
    ("service", "I have called three times and each time I was promised to be called back."),
    ("supply", "My supply began a week later than we had agreed on."),
    ("bill", "I paid twice this month. Please return one of the payments."),
    ("other", "Your letters are hard to read: what do I have to do, and until when?"),
    ("bill", "The advance payment went up although we use less than last year."),
    ("service", "Your website did not take my reading, and now it was estimated."),
)


def customers(count: int, first: int = 1) -> Iterator[dict[str, Any]]:
    """Start variables of that many sign-ups, numbered on from `first`."""
    for number in range(first, first + count):
        yield sign_up(number, date.today())  # noqa: DTZ011 - a local date


def sign_up(number: int, day: date) -> dict[str, Any]:
    """Start variables of one sign-up on a day."""
    postcode, street = PLACES[number * 5 % len(PLACES)]
    return {
        "caseNumber": f"SU-{10_000 + number}",
        "customer": f"C-{20_000 + number}",
        **person(number),
        "dateOfBirth": (date(1958, 3, 14) + timedelta(days=number * 487 % 16_000)).isoformat(),
        "postcode": postcode,
        "street": street,
        "houseNumber": str(1 + number * 3 % 90),
        "requestedDate": (day + timedelta(days=14 + number % 10)).isoformat(),
    }


def complaint(number: int) -> dict[str, Any]:
    """Start variables of one complaint."""
    topic, words = COMPLAINTS[number * 3 % len(COMPLAINTS)]
    return {
        **person(number * 5),
        "accountNumber": account(number * 5),
        "topic": topic,
        "complaint": words,
    }


def moving(number: int, day: date) -> dict[str, Any]:
    """Start variables of one move that is reported on a day."""
    postcode, street = PLACES[number * 3 % len(PLACES)]
    return {
        **person(number * 11),
        "accountNumber": account(number * 11),
        "address": f"{street} {1 + number * 7 % 90}, {postcode}",
        "movingDate": (day + timedelta(days=5 + number % 12)).isoformat(),
    }


def account(number: int) -> str:
    """The account number of the customer that `person` names."""
    return f"8{10_000_000 + number * 7919 % 89_999_999}"


def person(number: int) -> dict[str, Any]:
    """Name and address of a customer."""
    count = len(NAMES)
    given = NAMES[number * 7 % count].split()[0]
    family = NAMES[(number * 7 + number // count) % count].split()[1]
    name = f"{given} {family}"
    return {"name": name, "email": f"{name.lower().replace(' ', '.')}@mail.example"}
