"""What the scheduler does for the API: forget answers that need not be repeated any more."""

from sqlalchemy import delete, select, tuple_

from api.models import KEPT_FOR, StoredAnswer
from core import clock
from core.db import transaction

#: Answers that one transaction forgets, and transactions of one run.
BATCH = 1_000
BATCHES = 50


def forget_answers() -> None:
    """Delete answers older than a day, oldest first, a few at a time: nobody waits long."""
    for _ in range(BATCHES):
        if _forget_some() < BATCH:
            return


def _forget_some() -> int:
    key = (StoredAnswer.owner, StoredAnswer.key)
    old = select(*key).where(StoredAnswer.created_at < clock.now() - KEPT_FOR)
    old = old.order_by(StoredAnswer.created_at).limit(BATCH)
    with transaction() as session:
        gone = session.execute(
            delete(StoredAnswer)
            .where(tuple_(*key).in_(old))
            .returning(StoredAnswer.key)
            .execution_options(synchronize_session=False)
        )
        return len(gone.all())
