"""The states of the library that a live token can be in."""

from SpiffWorkflow.util.task import TaskState

#: Runs at the next advance.
READY: int = TaskState.READY
#: Waits for somebody, for an event or for what is below it.
STARTED: int = TaskState.STARTED
#: Failed; waits for a person.
ERROR: int = TaskState.ERROR
