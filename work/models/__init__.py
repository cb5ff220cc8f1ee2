"""The rows of the desk: queues and classes, workers, dispatches, SLA clocks, paths, mails."""

from work.models.attachment import Attachment
from work.models.comment import Comment
from work.models.digest import Digest
from work.models.dispatch import Dispatch
from work.models.form_draft import FormDraft
from work.models.mail import Mail
from work.models.notification import Notification
from work.models.path import LearnedPath
from work.models.queue import WorkClass, WorkClassGroup, WorkQueue
from work.models.saved_view import SavedView
from work.models.sla import SlaCase, SlaClock
from work.models.worker import Worker

__all__ = [
    "Attachment",
    "Comment",
    "Digest",
    "Dispatch",
    "FormDraft",
    "LearnedPath",
    "Mail",
    "Notification",
    "SavedView",
    "SlaCase",
    "SlaClock",
    "WorkClass",
    "WorkClassGroup",
    "WorkQueue",
    "Worker",
]
