"""Runs a part of the platform without its fences. For the control of the tests, and only here.

python -m tests.chaos.unfenced worker
"""

import re
import sys
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from backoffice.__main__ import main as backoffice
from engine.leases import Lease
from engine.models import ServiceTask

#: What makes one writer wait for another, and refuses the one who read an older state.
FENCES = re.compile(
    r" FOR (NO KEY )?UPDATE( OF \w+)?( SKIP LOCKED)?"
    r"| AND process_instance\.revision = %\(\w+\)s(::\w+)?"
)


def main(arguments: list[str]) -> int:
    """Serve without lease tokens, without extending leases, without row locks and revisions."""
    assert callable(ServiceTask.require_lease)
    assert callable(Lease.beat)
    ServiceTask.require_lease = lambda _self, _token: None  # type: ignore[method-assign]
    Lease.beat = lambda _self: None  # type: ignore[method-assign]
    event.listen(Engine, "before_cursor_execute", _unfence, retval=True)
    return backoffice(arguments)


def _unfence(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    return FENCES.sub("", statement), parameters


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
