"""Skills with levels: what tasks ask for and what workers have declared."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.people import Actor, ApiToken, find_person
from core.permissions import allow
from engine.models import UserTask
from work import sites
from work.errors import SkillInvalid, WorkerNotFound
from work.models import WorkClass, Worker

MAX_SKILLS = 200
MAX_LEVEL = 9
MAX_NAME = 80
#: The skill that people have and programs lack.
PERSON = "person"


def of(session: Session, name: str) -> Worker | None:
    """What is known of a worker; None for nothing."""
    return session.get(Worker, name)


def seen(session: Session, name: str, *, by: Actor) -> Worker | None:
    """The same, for those who may look: one's own, or as team leader."""
    if by.name != name:
        allow(by, "worker.change")
    return of(session, name)


def declare(
    session: Session,
    name: str,
    skills: Mapping[str, int],
    *,
    site: str | None = None,
    in_hand_limit: int | None = None,
    error_limit: float | None = None,
    by: Actor,
) -> Worker:
    """Say which skills somebody has, all of them, where they work, and what limits they have.

    `error_limit` is for bots: the share of tasks, from 0 to 1, that they may give up. Raises
    SkillInvalid, SiteInvalid, WorkerNotFound.
    """
    allow(by, "worker.change")
    _require_known(session, name)
    for skill, level in skills.items():
        if not 0 < len(skill) <= MAX_NAME or not 1 <= level <= MAX_LEVEL or ":" in skill:
            raise SkillInvalid(skill=skill)
    if len(skills) > MAX_SKILLS:
        raise SkillInvalid(reason=f"up to {MAX_SKILLS} skills")
    site = sites.spelled(session, site)
    worker = of(session, name)
    if worker is None:
        worker = Worker(name=name)
        session.add(worker)
    worker.skills, worker.in_hand_limit = dict(sorted(skills.items())), in_hand_limit
    worker.site, worker.error_limit = site, error_limit
    worker.changed_at, worker.changed_by = clock.now(), by.name
    session.flush()
    return worker


def as_held(declared: Mapping[str, int], by: Actor) -> Mapping[str, int]:
    """What somebody brings: whoever is no program has the skill `person`, at every level."""
    return declared if by.kind == "token" else {PERSON: MAX_LEVEL, **declared}


def suffice(has: Mapping[str, int], asked: Iterable[str]) -> bool:
    """Whether somebody has every skill asked for, such as `gas:2`, at that level or above."""
    return all(has.get(name, 0) >= level for name, level in map(parse, asked))


def of_task(session: Session, task: UserTask) -> Sequence[tuple[str, int]]:
    """Name and level of each skill that a task takes: what its queue's rules say, else its model.

    Without `person`, which everybody has who reads a page.
    """
    sorted_in = session.get(WorkClass, task.class_id) if task.class_id else None
    asked = map(parse, sorted_in.skills if sorted_in else task.skills)
    return [(name, level) for name, level in asked if name != PERSON]


def _require_known(session: Session, name: str) -> None:
    tokens = select(ApiToken.id).where(ApiToken.name == name).limit(1)
    if find_person(session, name) is None and session.scalar(tokens) is None:
        raise WorkerNotFound(name=name)


def parse(text: str) -> tuple[str, int]:
    """Name and level of a skill as models write it; without a level it is 1."""
    name, _, level = text.partition(":")
    return name.strip(), int(level) if level.strip().isdecimal() else 1
