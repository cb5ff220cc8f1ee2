"""What can go wrong in the engine, each case with a name."""

from core.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from core.races import LostRace


class DefinitionNotFound(NotFound):
    """There is no such process, decision or form."""


class InstanceNotFound(NotFound):
    """There is no such process instance."""


class UserTaskNotFound(NotFound):
    """There is no such user task."""


class ServiceTaskNotFound(NotFound):
    """There is no such service task."""


class IncidentNotFound(NotFound):
    """There is no such incident."""


class ModelRefused(Invalid):
    """The files cannot be deployed: {summary}"""


class NothingToDeploy(Invalid):
    """There is no .bpmn, .dmn or .form file to deploy."""


class TooManyFiles(TooLarge):
    """At most {limit} files can be deployed together; these are {count}."""


class NotExecutable(Invalid):
    """The process {key} is a drawing that cannot be started: {reason}"""


class StartElementUnknown(Invalid):
    """The process {key} has no start event {element} that can be started by hand."""


class BusinessKeyTooLong(TooLarge):
    """A business key has at most {limit} characters."""


class BusinessKeyTaken(Conflict):
    """The business key {business_key} is taken: an open case of {key} has it already."""


class VariablesInvalid(Invalid):
    """The variables must be an object with names of at most {limit} characters."""


class VariablesTooLarge(TooLarge):
    """The variables of an instance may take {limit} bytes; these take {size}."""


class InstanceEnded(Conflict):
    """The process instance is already {state}."""


class InstanceSuspended(Conflict):
    """The process instance is suspended: {reason}"""


class InstanceChanged(LostRace):
    """The process instance was changed by somebody else at the same moment; try again."""


class UserTaskClosed(Conflict):
    """The task is already {state}."""


class UserTaskClaimed(Conflict):
    """The task is already claimed by {assignee}."""


class NotACandidate(Forbidden):
    """The task is offered to other people than you."""


class PersonUnknown(Invalid):
    """There is no person {person}."""


class ServiceTaskClosed(Conflict):
    """The service task is already {state}."""


class LeaseLost(Conflict):
    """The lease has ended, and the work may have been given to another worker."""


class LeaseInvalid(Invalid):
    """A lease needs 1 to {topics} topics, 1 to {tasks} tasks and 1 to {seconds} seconds."""


class IncidentClosed(Conflict):
    """The incident was already {resolution}."""


class CannotResolve(Invalid):
    """An incident of the kind {kind} cannot be resolved like that: {reason}"""


class MessageGone(Conflict):
    """The message that failed is not there any more."""


class ErrorNotCaught(Invalid):
    """Nothing catches the error {code} at {element}."""


class MessageInvalid(Invalid):
    """A message has a name, and perhaps a correlation key, of at most {limit} characters."""


class NothingToUndo(Conflict):
    """There is no completion here that could be undone."""


class UndoOver(Conflict):
    """The time to undo this is over."""


class NotYourCompletion(Forbidden):
    """Only who completed a task, or a team leader, may undo that."""


class CannotUndo(Conflict):
    """This can no longer be undone."""


class SentWithIt(CannotUndo):
    """This cannot be undone: the message “{name}” went out with it."""


class HeardWithIt(CannotUndo):
    """This cannot be undone: the case took in the message “{name}” with it."""


class ToldOfEnd(CannotUndo):
    """This cannot be undone: other systems were told that the case has ended."""


class WithdrawnWithIt(CannotUndo):
    """This cannot be undone: the call “{name}” was withdrawn with it."""


class IncidentClosedWithIt(CannotUndo):
    """This cannot be undone: the incident at “{name}” was closed with it."""


class CalledSince(CannotUndo):
    """This can no longer be undone: “{name}” has begun already."""


class TakenSince(CannotUndo):
    """This can no longer be undone: {person} has “{name}” in hand."""


class CompletedSince(CannotUndo):
    """This can no longer be undone: {person} has completed “{name}” since."""


class ChangedSince(CannotUndo):
    """This can no longer be undone: {person} has changed the data of the case since."""


class WentOnSince(CannotUndo):
    """This can no longer be undone: the case has gone on to “{name}”."""


class KeyTakenSince(CannotUndo):
    """This can no longer be undone: another open case has the key {business_key} by now."""
