"""How many durable commits a second the database makes when it does nothing else: the baseline."""

import sqlite3
import time
from pathlib import Path

import psycopg

COMMITS = 300


def sqlite_commits_per_second(folder: Path) -> float:
    """One row a commit, WAL and full synchronisation, in that folder."""
    connection = sqlite3.connect(folder / "commits.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE row (n INTEGER)")
    began = time.perf_counter()
    for number in range(COMMITS):
        connection.execute("INSERT INTO row VALUES (?)", (number,))
    seconds = time.perf_counter() - began
    connection.close()
    return COMMITS / seconds


def postgres_commits_per_second(url: str) -> float:
    """One row a commit, one connection, as the server is set."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS commits (n INTEGER)")
        began = time.perf_counter()
        for number in range(COMMITS):
            connection.execute("INSERT INTO commits VALUES (%s)", (number,))
        seconds = time.perf_counter() - began
        connection.execute("DROP TABLE commits")
    return COMMITS / seconds
