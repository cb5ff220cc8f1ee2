"""Workers and the scheduler load no edge, and yet know all that belongs to a case."""

import json
import subprocess
import sys

import pytest

from backoffice.up import ROOT
from core.model import Model
from core.schedule import PERIODIC

#: Imports modules by name in a process of its own, and tells what is loaded then.
LOADER = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
modules = sorted(sys.modules)
from core.model import Model
print(json.dumps([modules, sorted(Model.metadata.tables)]))
"""


def loaded(*names: str) -> tuple[set[str], set[str]]:
    """Modules and tables of a process that imports these modules."""
    done = subprocess.run(
        [sys.executable, "-c", LOADER, *names], cwd=ROOT, capture_output=True, check=True
    )
    modules, tables = json.loads(done.stdout)
    return set(modules), set(tables)


def below(name: str, found: set[str]) -> set[str]:
    """The tables whose rows belong to rows of this one."""
    for table in Model.metadata.tables.values():
        belongs = any(key.column.table.name == name for key in table.foreign_keys)
        if belongs and table.name not in found:
            found.add(table.name)
            below(table.name, found)
    return found


@pytest.mark.parametrize("kind", ["worker", "scheduler"])
def test_a_process_without_pages_loads_no_edge(kind: str) -> None:
    jobs = {entry.job.rpartition(".")[0] for entry in PERIODIC} if kind == "scheduler" else set()

    modules, _ = loaded("backoffice.background", f"backoffice.{kind}", *sorted(jobs))

    edges = {"screens", "designer", "demo", "insights", "web.wiring", "api.wiring", "apiflask"}
    assert not edges & modules


def test_whoever_removes_old_cases_knows_all_that_belongs_to_them(app: object) -> None:
    jobs = {entry.job.rpartition(".")[0] for entry in PERIODIC}

    _, tables = loaded("backoffice.background", "backoffice.scheduler", *sorted(jobs))

    assert below("process_instance", set()) <= tables


def test_the_parent_of_all_processes_stays_small() -> None:
    modules, _ = loaded("backoffice.commands.whole")

    assert not {"flask", "sqlalchemy", "engine"} & modules
