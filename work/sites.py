"""Sites: where work is done, and where people work.

A step, or a rule of its queue, may name sites: then only people of one of them get it, whatever
else they are able to do. A worker has one site, or none.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.calendars import BusinessCalendar
from core.errors import Forbidden
from core.people import Actor
from engine.models import UserTask
from work.errors import DoneElsewhere, SiteInvalid, SiteNotDeclared
from work.models import WorkClass, Worker

MAX_NAME = 80
#: Names that a page proposes.
MOST = 200


def same(name: str) -> str:
    """How names of sites are compared: `Hamburg ` and `hamburg` are one."""
    return " ".join(name.split()).casefold()


def suit(asked: Iterable[str], site: str | None) -> bool:
    """Whether somebody at `site` may do what is done at one of `asked`; anywhere when empty."""
    wanted = set(map(same, asked))
    return not wanted or (site is not None and same(site) in wanted)


def require(asked: Sequence[str], site: str | None, *, by: Actor) -> None:
    """Raise DoneElsewhere or SiteNotDeclared unless `by`, who works at `site`, may do this.

    Administrators may do everything.
    """
    if by.has() or suit(asked, site):
        return
    if site is None:
        raise SiteNotDeclared(sites=", ".join(asked))
    raise DoneElsewhere(sites=", ".join(asked), site=site)


def refusal(session: Session, task: UserTask, *, by: Actor) -> str:
    """What `require` would say to `by` of a task; "" when it would say nothing."""
    try:
        require(of_task(session, task), _site_of(session, by.name), by=by)
    except Forbidden as error:
        return str(error)
    return ""


def keeps_from(session: Session, task: UserTask, name: str) -> str | None:
    """Why somebody of that name may not get a task for its site; None when they may."""
    asked = of_task(session, task)
    if not asked:
        return None
    site = _site_of(session, name)
    if suit(asked, site):
        return None
    sites = ", ".join(asked)
    if site is None:
        return f"it is done at the site {sites}, and nobody has said where they work"
    return f"it is done at the site {sites}, and they work at {site}"


def of_task(session: Session, task: UserTask) -> Sequence[str]:
    """Where a task is done: as the rules of its queue say, else its model; empty for anywhere."""
    sorted_in = session.get(WorkClass, task.class_id) if task.class_id else None
    return (sorted_in.sites if sorted_in else task.sites) or ()


def known(session: Session) -> list[str]:
    """Names to propose: sites of people, and calendars that are nobody's own."""
    declared = select(Worker.site).where(Worker.site.is_not(None)).distinct()
    shared = select(BusinessCalendar.name).where(BusinessCalendar.person.is_(None))
    names = {
        same(name): name
        for query in (declared, shared)
        for name in session.scalars(query.limit(MOST))
        if name is not None
    }
    return sorted(names.values(), key=same)


def spelled(session: Session, text: str | None) -> str | None:
    """A site as it is declared, spelled as it is known already; None for none.

    Raises SiteInvalid.
    """
    name = " ".join((text or "").split())
    if not name:
        return None
    if len(name) > MAX_NAME or "," in name:
        raise SiteInvalid(limit=MAX_NAME)
    return next((each for each in known(session) if same(each) == same(name)), name)


def _site_of(session: Session, name: str) -> str | None:
    worker = session.get(Worker, name)
    return worker.site if worker else None
