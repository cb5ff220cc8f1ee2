"""What the scheduler does for SLA clocks, again and again. Each is safe to run twice."""

import logging
import time
from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from core.db import glancing, reading, transaction
from core.outbox import ring
from work import prediction
from work.sla import calendars, firing, following

log = logging.getLogger(__name__)

#: Batches that one turn works off; the next turn goes on.
ROUNDS = 20
#: The scheduler predicts for so long at a time: timers wait for it.
SECONDS = 0.2


def keep() -> None:
    """Follow what cases did, then do what points say whose moment has come."""
    _work_off(following.marked, following.follow, _leave_behind)
    _work_off(firing.due, firing.fire, _hold)


def follow_calendars() -> None:
    """Compute open clocks anew whose calendar has changed."""
    with reading() as session:
        if not calendars.has_stale(session):
            return
    for _ in range(ROUNDS):
        with transaction() as session:
            if not calendars.follow(session):
                return


def learn_paths() -> None:
    """Ring for each process with clocks: workers learn, for others wait for the scheduler."""
    with transaction() as session:
        for key in prediction.keys(session):
            ring(session, "work.sla.jobs.learn_path", key)


def learn_path(key: str) -> None:
    """Learn from ended cases of a process how long it is from each step to what clocks wait for."""
    with reading() as session:
        found = prediction.learned(session, key)
    with transaction() as session:
        prediction.store(session, key, found)


def predict() -> None:
    """Say anew of the clocks that were looked at longest ago whether they will be late."""
    with reading() as session:
        if not prediction.has_old(session):
            return
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with transaction() as session:
            if not prediction.refresh(session):
                return


def _work_off(
    find: Callable[[Session], Sequence[UUID]],
    step: Callable[..., None],
    give_up: Callable[[UUID, Exception], None],
) -> None:
    """Some in one transaction, for a commit waits for the disk; one by one where one fails.

    A step takes the session and any number of ids.
    """
    before: Sequence[UUID] = ()
    for _ in range(ROUNDS):
        with glancing() as session:
            found = find(session)
        if not found or found == before:
            # The rest is held by others.
            return
        before = found
        try:
            with transaction() as session:
                step(session, *found)
        except Exception:
            log.info("clocks are kept one by one, for one of them fails", exc_info=True)
            for each in found:
                _alone(each, step, give_up)
        if len(found) < following.BATCH:
            return


def _alone(
    row_id: UUID,
    step: Callable[..., None],
    give_up: Callable[[UUID, Exception], None],
) -> None:
    try:
        with transaction() as session:
            step(session, row_id)
    except Exception as error:  # A broken clock must not stop the others.
        log.exception("the clocks of %s cannot be kept", row_id)
        give_up(row_id, error)


def _leave_behind(instance_id: UUID, error: Exception) -> None:
    with transaction() as session:
        following.give_up(session, instance_id, f"{type(error).__name__}: {error}")


def _hold(clock_id: UUID, error: Exception) -> None:
    with transaction() as session:
        firing.give_up(session, clock_id, f"{type(error).__name__}: {error}")
