"""Who may do what: one table of roles, and one question, `allow`.

A verb is allowed when a role of the actor has it and, where a thing is given that has rules of its
own (a method `allows(actor, verb)`), the thing agrees. Administrators may do everything.
"""

from typing import Any

from core.errors import Forbidden
from core.people import Actor, Role

A, S, L, I, O = Role.ANALYST, Role.ASSOCIATE, Role.TEAM_LEADER, Role.INTEGRATOR, Role.OPERATOR  # noqa: E741

#: The roles that have each verb. Which things they may touch is for the things to say.
ROLES: dict[str, frozenset[Role]] = {
    "deploy": frozenset({A, O}),
    "validate": frozenset({A, O}),
    "design": frozenset({A}),
    "decide": frozenset({A, I}),
    "definition.see": frozenset({A, S, L, I, O}),
    "instance.start": frozenset({A, S, L, I, O}),
    "instance.see": frozenset({A, S, L, I, O}),
    "instance.cancel": frozenset({I, O}),
    "instance.suspend": frozenset({O}),
    "variables.change": frozenset({O}),
    "task.see": frozenset({A, S, L, I, O}),
    "task.take": frozenset({S, L}),
    "task.assign": frozenset({L, O}),
    "case.note": frozenset({A, S, L, I, O}),
    "message.send": frozenset({I, O}),
    "signal.send": frozenset({I, O}),
    "service_task.lease": frozenset({I, O}),
    "incident.see": frozenset({L, O}),
    "incident.resolve": frozenset({O}),
    "calendar.see": frozenset({A, S, L, I, O}),
    "calendar.change": frozenset({L, O}),
    "queue.see": frozenset({S, L, O}),
    "queue.change": frozenset({L, O}),
    "floor.see": frozenset({L, O}),
    "worker.change": frozenset({L, O}),
    "operate": frozenset({O}),
    "people.manage": frozenset(),
}


class NotAllowed(Forbidden):
    """Your role does not allow this ({verb})."""


def may(actor: Actor, verb: str, thing: Any = None) -> bool:
    """Whether the actor may do that, to that thing if one is given."""
    if Role.ADMINISTRATOR in actor.roles:
        return True
    if actor.roles.isdisjoint(ROLES[verb]):
        return False
    rule = getattr(thing, "allows", None)
    return rule is None or bool(rule(actor, verb))


def allow(actor: Actor, verb: str, thing: Any = None) -> None:
    """Raise NotAllowed unless the actor may."""
    if not may(actor, verb, thing):
        raise NotAllowed(verb=verb)
