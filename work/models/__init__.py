"""The rows of the desk: queues and their classes, workers, and who was given what and why."""

from work.models.attachment import Attachment
from work.models.comment import Comment
from work.models.dispatch import Dispatch
from work.models.form_draft import FormDraft
from work.models.notification import Notification
from work.models.queue import WorkClass, WorkClassGroup, WorkQueue
from work.models.worker import Worker

__all__ = [
    "Attachment",
    "Comment",
    "Dispatch",
    "FormDraft",
    "Notification",
    "WorkClass",
    "WorkClassGroup",
    "WorkQueue",
    "Worker",
]
