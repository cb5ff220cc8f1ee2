"""Who loses a race begins again; other failures are told at once."""

import sqlite3

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from core import races
from core.errors import Conflict


def test_a_lost_race_is_run_again():
    tries = iter([StaleDataError("late"), races.LostRace(), None])

    def run():
        if error := next(tries):
            raise error
        return "done"

    assert races.run(run) == "done"


def test_it_ends_some_time(monkeypatch):
    monkeypatch.setattr(races.time, "sleep", lambda _: None)
    tries = []

    def run():
        tries.append(1)
        raise races.LostRace

    with pytest.raises(races.LostRace):
        races.run(run)
    assert len(tries) == races.ATTEMPTS


def test_what_has_stored_something_does_not_begin_again():
    tries = []

    def run():
        tries.append(1)
        raise races.LostRace

    with pytest.raises(races.LostRace):
        races.run(run, lambda: False)
    assert len(tries) == 1


@pytest.mark.parametrize("error", [Conflict(), ValueError(), OperationalError("", {}, None)])
def test_other_failures_are_told_at_once(error):
    assert not races.is_lost(error)
    with pytest.raises(type(error)):
        races.run(lambda: (_ for _ in ()).throw(error))


def test_a_busy_sqlite_is_a_lost_race(tmp_path):
    url = tmp_path / "x.db"
    holder = sqlite3.connect(url, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    engine = create_engine(f"sqlite:///{url}", connect_args={"timeout": 0})

    with engine.connect() as connection, pytest.raises(OperationalError) as caught:
        connection.execute(text("CREATE TABLE t (x)"))

    assert races.is_lost(caught.value)
    holder.close()
    engine.dispose()


def test_a_deadlock_is_a_lost_race(postgres_database):
    engine = create_engine(postgres_database)
    with engine.connect() as connection:
        for sqlstate, is_lost in [("40P01", True), ("40001", True), ("22012", False)]:
            with pytest.raises(Exception) as caught:
                connection.execute(
                    text(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{sqlstate}'; END $$")
                )
            connection.rollback()
            assert races.is_lost(caught.value) is is_lost
    engine.dispose()
