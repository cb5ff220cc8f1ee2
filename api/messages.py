"""Messages and signals from outside."""

from typing import Any

from apiflask import APIBlueprint
from sqlalchemy.orm import Session

from api.answers import writes
from api.fields import Boolean, Duration, Identifier, List, Name, Shape, Variables
from core.model import Json
from engine import messages
from web.person import current_actor
from web.policies import policy

bp = APIBlueprint("messages", __name__, tag="Messages and signals")


class NewMessage(Shape):
    name = Name(required=True)
    correlation_key = Name(load_default=None, allow_none=True)
    variables = Variables(load_default=dict)
    #: The sender's own id: the same one is delivered once within a day.
    message_id = Name(load_default=None, allow_none=True)
    time_to_live = Duration(
        load_default=None, allow_none=True, metadata={"type": "string", "format": "duration"}
    )


class NewSignal(Shape):
    name = Name(required=True)
    variables = Variables(load_default=dict)


class SignalDelivery(Shape):
    delivered = List(Identifier())
    started = List(Identifier())


class MessageDelivery(SignalDelivery):
    id = Identifier()
    waiting = Boolean()


@bp.post("/messages")
@policy("message.send")
@bp.input(NewMessage, arg_name="body")
@bp.output(MessageDelivery, 202)
@writes
def create_message(session: Session, body: dict[str, Any]) -> tuple[Json, int]:
    """Send a message to the instance that waits for it, or to the process that it starts."""
    delivery = messages.publish(
        session,
        body["name"],
        correlation_key=body["correlation_key"],
        variables=body["variables"],
        time_to_live=body["time_to_live"],
        message_id=body["message_id"],
        by=current_actor(),
    )
    return {
        "id": str(delivery.id),
        **to_json(delivery),
        "waiting": delivery.waiting,
    }, 202


@bp.post("/signals")
@policy("signal.send")
@bp.input(NewSignal, arg_name="body")
@bp.output(SignalDelivery, 202)
@writes
def create_signal(session: Session, body: dict[str, Any]) -> tuple[Json, int]:
    """Send a signal to everyone who waits for it."""
    delivery = messages.broadcast(session, body["name"], body["variables"], by=current_actor())
    return to_json(delivery), 202


def to_json(delivery: messages.Delivery) -> Json:
    return {
        "delivered": [str(instance_id) for instance_id in delivery.delivered],
        "started": [str(instance_id) for instance_id in delivery.started],
    }
