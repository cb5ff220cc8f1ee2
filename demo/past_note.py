"""The note that the past of the demo is still to be told; taken away when all is told.

Read by processes that tell nothing themselves: it loads neither engine nor database.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

NOTE = "demo_past.json"


@dataclass(frozen=True)
class Asked:
    """How much of the past is to be told."""

    until: datetime
    days: int


def ask_for(data_dir: Path, until: datetime, days: int) -> None:
    """Note that the past is to be told."""
    note = {"until": until.isoformat(), "days": days}
    (data_dir / NOTE).write_text(json.dumps(note))


def asked(data_dir: Path) -> Asked | None:
    """What is still to be told; None when all of it is."""
    path = data_dir / NOTE
    if not path.exists():
        return None
    note = json.loads(path.read_text())
    return Asked(datetime.fromisoformat(note["until"]), note["days"])


def done(data_dir: Path) -> None:
    """All is told."""
    (data_dir / NOTE).unlink(missing_ok=True)
