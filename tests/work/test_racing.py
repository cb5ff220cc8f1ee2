"""A hundred people press "Get next" at once: nobody gets what somebody else got."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from core.db import db, transaction
from tests.work.desk import arrive, associate, deploy
from work import queues, sorting

PEOPLE = 100


@pytest.mark.timeout(180)
@pytest.mark.parametrize("items", [100, 60])
def test_no_two_people_ever_get_the_same_item(app: Any, items: int) -> None:
    with transaction() as session:
        deploy(session)
        for number in range(items):
            arrive(session, due=number % 7 * 60, worth=number % 3 + 1)
        while sorting.take_in(session):
            pass
    start = Barrier(PEOPLE)

    def press(number: int) -> object:
        with app.app_context():
            start.wait()
            try:
                with transaction() as session:
                    given = queues.give_next(session, by=associate(f"person {number}"))
                    return given and (given.task.id, given.task.assignee == f"person {number}")
            finally:
                db.session.remove()

    with ThreadPoolExecutor(PEOPLE) as pool:
        given = [each for each in pool.map(press, range(PEOPLE)) if each is not None]

    assert len(given) == len({task_id for task_id, _ in given}) == items
    assert all(is_theirs for _, is_theirs in given)
