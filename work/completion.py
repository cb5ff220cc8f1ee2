"""Where user tasks and forms meet: what a task asks, and completing it with valid answers."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from core import clock
from core.db import undo_seconds
from core.model import Json
from core.people import Actor
from core.permissions import allow
from core.values import to_json
from engine import definitions, instances, user_tasks
from engine.bpmn.model import Element
from engine.errors import UserTaskClaimed
from engine.models import Definition, ProcessInstance, UserTask
from engine.undo import Grace
from forms import validate
from forms.errors import FormOutdated
from forms.schema import Form, parse
from work import assignment, form_files


@dataclass(frozen=True)
class Shown:
    """What a person sees of a task: the form, None without one, and the values in it."""

    form: Form | None
    values: Json
    #: The definition of the form: which version of it this is.
    version: UUID | None = None


def shown(session: Session, task: UserTask) -> Shown:
    """What a task asks, with the values of this moment."""
    form = form_of(session, task.definition_id, task.element_id)
    variables = _variables(session, task)
    if form is None:
        return Shown(None, variables)
    version = form_version(session, task.definition_id, task.element_id)
    return Shown(form, validate.initial(form, variables), version)


def complete(
    session: Session, task_id: UUID, answers: Json, *, version: UUID | None = None, by: Actor
) -> UserTask:
    """Complete a user task with the answers to its form; without a form, any are taken.

    `version` is that of the form which was answered, where that is known. Raises UserTaskNotFound,
    UserTaskClosed, UserTaskClaimed, NotACandidate, PullOnly, FormOutdated and, with
    `context.fields`, FormInvalid.
    """
    # The answers are judged by variables that must not change before the task is completed.
    task, instance, standing = assignment.lock(session, task_id, by=by)
    task.require_open()
    allow(by, "task.take", task)
    if task.assignee not in (None, by.name):
        raise UserTaskClaimed(assignee=task.assignee)
    if task.assignee is None:
        assignment.require_choice(task, standing, by)
    given, held = answers, list[UUID]()
    if _asks(session, task, instance):
        form = form_of(session, task.definition_id, task.element_id)
        if form is not None:
            if version is not None:
                present = form_version(session, task.definition_id, task.element_id)
                require_version(present, version)
            answers = validate.validate(form, answers, _variables(session, task))
            held = form_files.describe(session, form, answers, instance_id=instance.id, by=by)
            form_files.give(session, held, instance_id=instance.id, task_id=task.id, by=by)
    return user_tasks.complete_locked(
        session, task, instance, answers, grace=_grace(given, held, by), by=by
    )


def complete_for_guest(
    session: Session, task_id: UUID, answers: Json, *, version: UUID | None = None, by: Actor
) -> UserTask:
    """Complete a task by its guest link, whoever of the house has it in hand.

    Raises as `complete` does.
    """
    task, _instance = user_tasks.lock(session, task_id, by=by)
    task.hand_over(by.name, by, at=clock.now())
    session.flush()
    return complete(session, task_id, answers, version=version, by=by)


def start(
    session: Session,
    definition_id: UUID,
    answers: Json,
    *,
    business_key: str | None = None,
    element: str | None = None,
    version: UUID | None = None,
    by: Actor,
) -> ProcessInstance:
    """Start an instance with the answers to the start form; without a form, any are taken.

    Raises DefinitionNotFound, FormOutdated and, with `context.fields`, FormInvalid.
    """
    form = start_form(session, definition_id, element)
    held: list[UUID] = []
    if form is not None:
        if version is not None:
            require_version(start_form_version(session, definition_id, element), version)
        answers = validate.for_start(form, answers)
        held = form_files.describe(session, form, answers, instance_id=None, by=by)
    started = instances.start(
        session,
        definition_id=definition_id,
        business_key=business_key,
        variables=answers,
        element=element,
        by=by,
    )
    form_files.give(session, held, instance_id=started.id, task_id=None, by=by)
    return started


def start_form(session: Session, definition_id: UUID, element: str | None = None) -> Form | None:
    """The form of a start event: the given one, else the one that people start with."""
    definition = definitions.get(session, definition_id)
    event = element or _plain_start(session, definition)
    return form_of(session, definition_id, event) if event else None


def start_form_version(
    session: Session, definition_id: UUID, element: str | None = None
) -> UUID | None:
    """Which version of a form `start_form` gives: the id of its definition."""
    definition = definitions.get(session, definition_id)
    event = element or _plain_start(session, definition)
    return form_version(session, definition_id, event) if event else None


def form_version(session: Session, definition_id: UUID, element_id: str) -> UUID | None:
    """Which version of a form `form_of` gives: the id of its definition."""
    definition = definitions.get(session, definition_id)
    form = definitions.form_of(session, definition, element_id)
    return form.id if form else None


def require_version(present: UUID | None, answered: UUID) -> None:
    """Raise FormOutdated when another version of the form was answered than is asked now."""
    if answered != present:
        raise FormOutdated


def form_of(session: Session, definition_id: UUID, element_id: str) -> Form | None:
    """The form bound to a user task or start event, None without one."""
    definition = definitions.get(session, definition_id)
    form = definitions.form_of(session, definition, element_id)
    return parse(definitions.content(session, form.id)) if form else None


def _grace(answers: Json, files: list[UUID], by: Actor) -> Grace | None:
    """How long it can be undone; what guests and the platform itself did cannot."""
    seconds = undo_seconds()
    if seconds == 0 or by.kind == "system":
        return None
    return Grace(timedelta(seconds=seconds), answers, tuple(files))


def _asks(session: Session, task: UserTask, instance: ProcessInstance) -> bool:
    """Whether a task has a form: known from the program at hand, without the database."""
    program = definitions.program_by_id(session, instance.definition_id, instance.called)
    called = {UUID(definition): key for key, definition in instance.called.items()}
    key = called.get(task.definition_id, instance.key)
    return program.element(key, task.element_id).settings.form is not None


def _plain_start(session: Session, definition: Definition) -> str | None:
    starts = definitions.program(session, definition).model.starts
    plain: list[Element] = [start for start in starts if start.event is None]
    return plain[0].id if plain else None


def _variables(session: Session, task: UserTask) -> Json:
    variables: Json = to_json(user_tasks.variables(session, task))
    return variables
