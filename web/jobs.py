"""What the scheduler does for signing in: forget what counts no more."""

from sqlalchemy import delete

from core import clock
from core.db import transaction
from core.people import SignInAttempt, SignInLink
from web import session as sessions
from web.signing_in import REMEMBERED


def forget() -> None:
    """Delete sessions that are over, links out of date, and failed attempts of long ago."""
    now = clock.now()
    with transaction() as session:
        sessions.forget_over(session, now)
        session.execute(delete(SignInLink).where(SignInLink.expires_at < now))
        session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - REMEMBERED))
