"""What a clock of a stored case is about: its service level in the model, its tokens, its tasks."""

from sqlalchemy.orm import Session

from engine import definitions
from engine.bpmn.parser import Program
from engine.bpmn.service_levels import Sla
from engine.models import ProcessInstance, UserTask
from work.models import SlaCase, SlaClock
from work.models.sla import TASK
from work.sla import keeping
from work.sla.standing import Scope, Standings


def program_of(session: Session, instance: ProcessInstance) -> Program:
    """The program that a case runs."""
    return definitions.program_by_id(session, instance.definition_id, instance.called)


def sla_of(program: Program, clock: SlaClock) -> Sla:
    """The service level of the model that a clock keeps."""
    model = program.models[clock.process_key]
    is_process = clock.element_id == clock.process_key
    place = model.settings if is_process else model.elements[clock.element_id].settings
    return place.slas[clock.position]


def scope_of(clock: SlaClock) -> Scope:
    """The part of its case that a clock is about."""
    return Scope(clock.token, clock.process_key, clock.element_id, clock.level == TASK)


def tasks_of(session: Session, program: Program, clock: SlaClock) -> list[UserTask]:
    """Open tasks that a clock is about."""
    case = session.get(SlaCase, clock.instance_id)
    standing: Standings = case.standing if case is not None else {}
    return keeping.tasks_of(session, clock, scope_of(clock).tokens(program, standing))
