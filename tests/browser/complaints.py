"""Cases of the library's complaint handling, for tests that play real cases again."""

from sqlalchemy.orm import Session

from core.people import SYSTEM
from engine import instances, user_tasks


def complain_three_times(session: Session) -> None:
    """Three complaints that somebody looked at; the first was not justified."""
    for number in range(3):
        case = instances.start(
            session,
            key="complaint_handling",
            business_key=f"C-{number}",
            variables={"name": "Anna", "email": "a@mail.example", "topic": "bill"},
            by=SYSTEM,
        )
        [task] = user_tasks.find(session, by=SYSTEM, instance_id=case.id)
        said = {"justified": "yes" if number else "no", "refundAsked": "yes"}
        said["answer"] = "We looked at it."
        user_tasks.complete(session, task.id, said, by=SYSTEM)
