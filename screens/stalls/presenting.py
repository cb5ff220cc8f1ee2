"""What the page of stalls shows, as finished values."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.models import Stall
from screens.cases.names import Names, case_name

#: Why it should be over by now, in words.
BASES: dict[str, LazyString] = {
    "model": _l("as the model says"),
    "history": _l("as it usually is"),
    "default": _l("for such a wait"),
}


@dataclass(frozen=True)
class StallView:
    """One wait that takes too long."""

    case: str
    case_url: str
    process: str
    step: str
    reason: str
    owner: str
    since: datetime
    expected_until: datetime
    basis: LazyString


def stall_view(stall: Stall, names: Names) -> StallView:
    """A stall as people read it."""
    return StallView(
        case=case_name(stall.instance.business_key, stall.instance_id),
        case_url=url_for("cases.show", instance_id=stall.instance_id),
        process=names.process(stall.key),
        step=stall.name,
        reason=stall.reason,
        owner=_owner(stall, names),
        since=stall.since,
        expected_until=stall.expected_until,
        basis=BASES[stall.basis],
    )


def _owner(stall: Stall, names: Names) -> str:
    if stall.owner:
        return names.person(stall.owner)
    if stall.owner_groups:
        return ", ".join(names.group(each.strip()) for each in stall.owner_groups.split(","))
    return str(_("Operators"))
