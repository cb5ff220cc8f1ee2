"""The rows of the engine. Everything here is written by the engine's services only."""

from engine.models.completion_undo import CompletionUndo
from engine.models.definition import Definition, Deployment, ProcessGrant, ProcessViewer
from engine.models.guest_link import GuestLink
from engine.models.incident import Incident
from engine.models.instance import InstanceVariable, LargeValue, ProcessInstance
from engine.models.log import LogEntry
from engine.models.message import Message, Subscription
from engine.models.retention import RetentionPolicy
from engine.models.service_task import ServiceTask, ServiceTaskLease
from engine.models.stall import LearnedWait, RadarRound, Stall
from engine.models.timer import Timer
from engine.models.user_task import UserTask, UserTaskCandidate
from engine.models.webhook import Webhook, WebhookDelivery

__all__ = [
    "CompletionUndo",
    "Definition",
    "Deployment",
    "GuestLink",
    "Incident",
    "InstanceVariable",
    "LargeValue",
    "LearnedWait",
    "LogEntry",
    "Message",
    "ProcessGrant",
    "ProcessInstance",
    "ProcessViewer",
    "RadarRound",
    "RetentionPolicy",
    "ServiceTask",
    "ServiceTaskLease",
    "Stall",
    "Subscription",
    "Timer",
    "UserTask",
    "UserTaskCandidate",
    "Webhook",
    "WebhookDelivery",
]
