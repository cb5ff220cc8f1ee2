"""The mail that a point of an SLA clock writes, for readers of any language."""

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock as time
from core.languages import N_, Speech
from core.people import Group
from core.readers import shown_names
from engine.bpmn.service_levels import AT_RISK, BREACH
from engine.models import ProcessInstance, UserTask
from work import mails
from work.models import SlaClock
from work.sla import keeping, words
from work.sla.terms import Terms

#: Open tasks that a mail names.
MAX_TASKS = 10
MAX_SUBJECT = 200
SUBJECTS = {
    "reminder": N_("Reminder: %(promise)s, %(case)s"),
    AT_RISK: N_("At risk: %(promise)s, %(case)s"),
    BREACH: N_("Late: %(promise)s, %(case)s"),
}


def about(
    session: Session,
    instance: ProcessInstance,
    clock: SlaClock,
    kind: str,
    *,
    process: str,
    tasks: Sequence[UserTask],
) -> Callable[[Speech], mails.Text]:
    """What a point of a clock tells of its case, once a reader is known; `process` is its name."""
    case = instance.business_key or str(instance.id)
    calendar = Terms(session).calendar(clock.calendar)
    left = clock.target_seconds - keeping.shown_at(clock, calendar, time.now())
    due_at, named = clock.due_at, tasks[:MAX_TASKS]
    people = shown_names(session, {task.assignee for task in named if task.assignee})
    groups = _titles(session, {group for task in named for group in task.groups})

    def text(speech: Speech) -> mails.Text:
        gettext = speech.gettext
        lines = [f"{clock.name}: {words.left(left, gettext)}"]
        if due_at is not None:
            lines.append(gettext("Due: %(moment)s", moment=speech.moment(due_at)))
        lines.append(gettext("Case: %(case)s, %(process)s", case=case, process=process))
        lines += [
            gettext(
                "Open: %(task)s, %(who)s", task=task.name, who=_whose(task, people, groups, speech)
            )
            for task in named
        ]
        if len(tasks) > len(named):
            lines.append(gettext("and %(count)s more", count=len(tasks) - len(named)))
        subject = gettext(SUBJECTS[kind], promise=clock.name, case=case)
        return mails.Text(" ".join(subject.split())[:MAX_SUBJECT], "\n".join(lines) + "\n")

    return text


def _whose(task: UserTask, people: dict[str, str], groups: dict[str, str], speech: Speech) -> str:
    if task.assignee:
        return people.get(task.assignee, task.assignee)
    offered = ", ".join(groups.get(group, group) for group in task.groups)
    return speech.gettext("not claimed yet") + (f" ({offered})" if offered else "")


def _titles(session: Session, names: set[str]) -> dict[str, str]:
    query = select(Group.name, Group.title).where(Group.name.in_(names), Group.title != "")
    return {row.name: row.title for row in session.execute(query)}
