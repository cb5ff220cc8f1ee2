from sqlalchemy import func, select

from core import db as database
from core import people
from core.people import SignInAttempt, SignInLink, SignInSession
from tests.browsing import Browser, add_person, signed_in
from web import jobs


def counts() -> tuple[int, ...]:
    """How many sessions, links and failed attempts are kept."""
    with database.reading() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(row)) or 0
            for row in (SignInSession, SignInLink, SignInAttempt)
        )


def test_what_counts_no_more_is_forgotten(app, clock_at):
    signed_in(app, "ada", "associate")
    Browser(app).post("/sign-in", name="ada", password="wrong")
    assert counts() == (1, 1, 1)

    clock_at(days=4)
    jobs.forget()

    assert counts() == (0, 0, 0)


def test_what_still_counts_is_kept(app, clock_at):
    signed_in(app, "ada", "associate")
    add_person("bob", "associate")
    with database.transaction() as session:
        people.make_sign_in_link(session, people.get_person(session, "bob"))
    Browser(app).post("/sign-in", name="ada", password="wrong")

    clock_at(minutes=30)
    jobs.forget()
    jobs.forget()

    assert counts() == (1, 2, 1)
