"""What the partner did: every call it got, and every effect, each once for its idempotency key."""

import sqlite3
import time
from pathlib import Path
from threading import Lock

TABLES = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS call (
    at REAL NOT NULL, key TEXT NOT NULL, "case" TEXT NOT NULL, step TEXT NOT NULL,
    refused INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS call_case ON call ("case", step);
CREATE TABLE IF NOT EXISTS effect (
    key TEXT PRIMARY KEY, "case" TEXT NOT NULL, step TEXT NOT NULL, receipt TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS effect_case ON effect ("case", step);
"""


class Ledger:
    """A file that one partner writes and anybody may read."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._lock = Lock()
        self._connection.executescript(TABLES)

    def called(self, key: str, case: str, step: str, *, refused: bool) -> None:
        """Write down a call, and whether it was told to come later."""
        with self._lock:
            self._connection.execute(
                "INSERT INTO call VALUES (?, ?, ?, ?, ?)", (time.time(), key, case, step, refused)
            )

    def apply(self, key: str, case: str, step: str) -> str:
        """Have the effect, once for its key; its receipt."""
        with self._lock:
            number = self._connection.execute("SELECT count(*) FROM effect").fetchone()[0]
            self._connection.execute(
                "INSERT INTO effect VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
                (key, case, step, f"{step}-{number}"),
            )
            kept = self._connection.execute("SELECT receipt FROM effect WHERE key = ?", (key,))
            return str(kept.fetchone()[0])

    def receipts(self, case: str, step: str) -> list[str]:
        """Receipts of all effects that one step of one case had."""
        with self._lock:
            rows = self._connection.execute(
                'SELECT receipt FROM effect WHERE "case" = ? AND step = ?', (case, step)
            )
            return [row[0] for row in rows.fetchall()]

    def count(self) -> int:
        """How many effects there were."""
        with self._lock:
            return int(self._connection.execute("SELECT count(*) FROM effect").fetchone()[0])

    def effects(self) -> dict[tuple[str, str], list[str]]:
        """Receipts by case and step."""
        found: dict[tuple[str, str], list[str]] = {}
        with self._lock:
            rows = self._connection.execute('SELECT "case", step, receipt FROM effect').fetchall()
        for case, step, receipt in rows:
            found.setdefault((case, step), []).append(receipt)
        return found

    def calls(self) -> dict[tuple[str, str], int]:
        """How many calls came in that were not told to come later, by step and key."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT step, key, count(*) FROM call WHERE NOT refused GROUP BY 1, 2"
            )
            return {(step, key): count for step, key, count in rows.fetchall()}

    def close(self) -> None:
        self._connection.close()
