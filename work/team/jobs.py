"""What the scheduler does for teams, again and again. Each is safe to run twice."""

from core.db import reading, transaction
from work.team import covers, lending, offers

#: Batches that one turn works off; the next turn goes on.
ROUNDS = 10


def offer() -> None:
    """Pass on offers that found no answer, and make new ones."""
    with reading() as session:
        if not offers.has_work(session):
            return
    with transaction() as session:
        offers.pass_on(session)
    with transaction() as session:
        offers.sort_in(session)
        offers.make(session)


def follow() -> None:
    """Begin and end lendings, and hand over the work of people who are away."""
    with reading() as session:
        lends, covered = lending.has_due(session), covers.has_due(session)
    if lends:
        with transaction() as session:
            lending.follow(session)
    if covered:
        for _ in range(ROUNDS):
            with transaction() as session:
                if not covers.follow(session):
                    return
