"""The scenarios of a process: recorded from test-runs, brought as files, run on a draft."""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Conflict, Invalid, NotFound
from core.people import Actor
from designer import scenario_texts
from designer.contents import key_from
from designer.form_play import DrawnForm, FormedPlay
from designer.scenario_models import KeptScenario
from engine.bpmn.coverage import Covered
from engine.bpmn.scenario import Scenario, parse_scenarios, read_documents
from engine.scenarios import Outcome, play_through

#: Of one process; running all of them takes seconds, not minutes.
MAX_SCENARIOS = 200
MAX_NAME = 200
#: What running all scenarios of a process may take.
SECONDS = 20.0
#: Where the scenarios of a package stand beside its files.
FOLDER = "scenarios"


class ScenarioNotFound(NotFound):
    """There is no such scenario."""


class NameTaken(Conflict):
    """There is a scenario “{name}” already: choose another name, or replace it."""


class NameInvalid(Invalid):
    """A scenario has a name of 1 to {limit} characters."""


class TooManyScenarios(Invalid):
    """A process may have {limit} scenarios in the designer."""


class NoScenario(Invalid):
    """The file has no scenario in it."""


@dataclass(frozen=True)
class Run:
    """How a kept scenario went on the files of a draft."""

    scenario: KeptScenario
    outcome: Outcome


def of_process(session: Session, process_key: str) -> list[KeptScenario]:
    """The scenarios of a process, by name; without those that were thrown away."""
    query = select(KeptScenario).where(
        KeptScenario.process_key == process_key, KeptScenario.thrown_at.is_(None)
    )
    return list(session.scalars(query.order_by(KeptScenario.name).limit(MAX_SCENARIOS)))


def keep(
    session: Session,
    process_key: str,
    written: Mapping[str, Any],
    *,
    is_replacing: bool = False,
    by: Actor,
) -> KeptScenario:
    """Store a scenario under its name; what it replaces stays among its earlier texts.

    One of that name that was thrown away is brought back, and what it said is an earlier text.

    Raises NameTaken unless it may replace the one there, NameInvalid, TooManyScenarios, and
    ScenarioInvalid when it would not be read again.
    """
    name = str(written.get("scenario") or "").strip()
    if not 0 < len(name) <= MAX_NAME:
        raise NameInvalid(limit=MAX_NAME)
    content = _own_text(name, written)
    _parsed(content, process_key)
    at = clock.now()
    kept = _called(session, process_key, name)
    is_there = kept is not None and kept.thrown_at is None
    if is_there and not is_replacing:
        raise NameTaken(name=name)
    if not is_there:
        require_room(session, process_key)
    if kept is not None:
        kept.thrown_at = kept.thrown_by = None
        scenario_texts.replace(session, kept, content, by=by)
        return kept
    kept = KeptScenario(
        process_key=process_key,
        name=name,
        content=content,
        created_at=at,
        created_by=by.name,
        updated_at=at,
        updated_by=by.name,
    )
    session.add(kept)
    session.flush()
    return kept


def get(session: Session, scenario_id: UUID) -> KeptScenario:
    """One scenario. Raises ScenarioNotFound, also for one that was thrown away."""
    kept = session.get(KeptScenario, scenario_id)
    if kept is None or kept.thrown_at is not None:
        raise ScenarioNotFound(scenario_id=str(scenario_id))
    return kept


def find(session: Session, process_key: str, name: str) -> KeptScenario | None:
    """The scenario of that name, unless it was thrown away."""
    kept = _called(session, process_key, name)
    return kept if kept is not None and kept.thrown_at is None else None


def require_room(session: Session, process_key: str) -> None:
    """Raise TooManyScenarios where the process may have no scenario more."""
    if len(of_process(session, process_key)) >= MAX_SCENARIOS:
        raise TooManyScenarios(limit=MAX_SCENARIOS)


def is_same(kept: KeptScenario, written: Mapping[str, Any]) -> bool:
    """Whether a document says what is kept."""
    return kept.content == _own_text(kept.name, written)


def take_file(session: Session, process_key: str, data: bytes, *, by: Actor) -> list[KeptScenario]:
    """Keep all scenarios of a YAML file; those of the same name are replaced.

    Raises ScenarioInvalid or NoScenario; nothing is kept then.
    """
    parse_scenarios(data, Path(f"{FOLDER}/file.yaml"))
    found = read_documents(data)
    if not found:
        raise NoScenario
    return [keep(session, process_key, each, is_replacing=True, by=by) for each in found]


def run_all(
    kept: Iterable[KeptScenario], files: Mapping[str, bytes], forms: Iterable[DrawnForm] = ()
) -> tuple[list[Run], Covered]:
    """Play scenarios over the files of a draft; with all that they went through.

    `forms` must take the answers that are given to their tasks. After SECONDS those that are left
    fail, and say that it takes too long.
    """
    runs, covered = [], Covered()
    make = partial(FormedPlay, forms=forms, deadline=time.monotonic() + SECONDS)
    for each in kept:
        outcome, play = play_through(as_scenario(each), lambda _: files, make)
        if play is not None:
            covered.add(play.entries)
        runs.append(Run(each, outcome))
    return runs, covered


def as_scenario(kept: KeptScenario) -> Scenario:
    """A kept scenario, read."""
    return _parsed(kept.content, kept.process_key)


def as_files(
    kept: Iterable[KeptScenario], names: Iterable[str], taken: Collection[str] = ()
) -> dict[str, str]:
    """Scenarios as files of a package whose processes and decisions are called `names`.

    No file gets a name of `taken`.
    """
    package = [f"../{name}" for name in names]
    files: dict[str, str] = {}
    for each in kept:
        [written] = read_documents(each.content.encode())
        process = package[0] if len(package) == 1 else package
        base = key_from(each.name)
        number, name = 1, f"{FOLDER}/{base}.yaml"
        while name in files or name in taken:
            number += 1
            name = f"{FOLDER}/{base}_{number}.yaml"
        files[name] = _text({"process": process, **written})
    return files


def _called(session: Session, process_key: str, name: str) -> KeptScenario | None:
    query = select(KeptScenario).where(KeptScenario.process_key == process_key)
    return session.scalar(query.where(KeptScenario.name == name))


def _parsed(content: str, process_key: str) -> Scenario:
    text = f"process: {process_key}.bpmn\n{content}"
    return parse_scenarios(text.encode(), Path(f"{FOLDER}/{process_key}.yaml"))[0]


def _own_text(name: str, written: Mapping[str, Any]) -> str:
    own = {key: value for key, value in written.items() if key not in ("process", "scenario")}
    return _text({"scenario": name, **own})


def _text(written: Mapping[str, Any]) -> str:
    return yaml.safe_dump(
        dict(written), sort_keys=False, allow_unicode=True, width=100, default_flow_style=None
    )
