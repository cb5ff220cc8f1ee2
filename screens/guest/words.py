"""What guests are told when there is nothing for them to fill in."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from core.errors import BackOfficeError
from engine.guest_access import (
    GuestLinkEarly,
    GuestLinkExpired,
    GuestLinkRevoked,
    GuestLinkUsed,
    NoFormForGuests,
)
from engine.guest_links import GuestLinkNotFound
from work.guests import NotPublic


@dataclass(frozen=True)
class Closed:
    """A page without a form."""

    title: LazyString
    advice: LazyString
    icon: str
    status: int


UNKNOWN = Closed(
    _l("This link does not work"),
    _l("Check that the whole address was copied. If it still fails, ask for a new link."),
    "link-off",
    404,
)
CLOSED: dict[type[BackOfficeError], Closed] = {
    GuestLinkNotFound: UNKNOWN,
    NotPublic: UNKNOWN,
    NoFormForGuests: UNKNOWN,
    GuestLinkExpired: Closed(
        _l("This link is too old"),
        _l("It was valid for a limited time only. Ask whoever sent it for a new one."),
        "hourglass",
        410,
    ),
    GuestLinkUsed: Closed(
        _l("This is done"),
        _l("The answers have arrived, nothing more is needed. Thank you."),
        "circle-check",
        410,
    ),
    GuestLinkRevoked: Closed(
        _l("This link was withdrawn"),
        _l("Whoever sent it no longer needs an answer, or has sent you another link."),
        "link-off",
        410,
    ),
    GuestLinkEarly: Closed(
        _l("There is nothing to fill in right now"),
        _l("Your answers are not needed yet, or have arrived. Keep the link and come back later."),
        "clock",
        409,
    ),
}


def of(error: BackOfficeError) -> Closed | None:
    """The page for what went wrong with a link; None when it is something else."""
    return CLOSED.get(type(error))
