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


def customers(count: int, first: int = 1) -> Iterator[dict[str, Any]]:
    """Start variables of that many sign-ups, numbered on from `first`."""
    for number in range(first, first + count):
        postcode, street = PLACES[number * 5 % len(PLACES)]
        name = NAMES[number * 7 % len(NAMES)]
        yield {
            "caseNumber": f"SU-{10_000 + number}",
            "customer": f"C-{20_000 + number}",
            "name": name,
            "email": f"{name.lower().replace(' ', '.')}@mail.example",
            "dateOfBirth": (date(1958, 3, 14) + timedelta(days=number * 487 % 16_000)).isoformat(),
            "postcode": postcode,
            "street": street,
            "houseNumber": str(1 + number * 3 % 90),
            "requestedDate": (date.today() + timedelta(days=14 + number % 10)).isoformat(),  # noqa: DTZ011
        }
