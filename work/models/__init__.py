"""The rows of the desk: queues and their classes, workers, and who was given what and why."""

from work.models.dispatch import Dispatch
from work.models.queue import WorkClass, WorkClassGroup, WorkQueue
from work.models.worker import Worker

__all__ = ["Dispatch", "WorkClass", "WorkClassGroup", "WorkQueue", "Worker"]
