"""List the caught mails and read one, beside the list."""

from pathlib import Path
from uuid import UUID

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from core.config import Config
from core.errors import Invalid, NotFound
from screens.mails import folder
from web.policies import policy

bp = Blueprint("mails", __name__, url_prefix="/mails", template_folder="templates")

PAGE_SIZE = 50


class NoMailbox(NotFound):
    """Mails are caught in the demo only; here they are really sent."""


@bp.get("")
@policy("signed_in")
def index() -> ResponseReturnValue:
    """The newest mails."""
    return _page()


@bp.get("/<uuid:mail_id>")
@policy("signed_in")
def show(mail_id: UUID) -> ResponseReturnValue:
    """One mail, beside the list."""
    return _page(folder.get(_mailbox(), mail_id))


def _page(mail: folder.Mail | None = None) -> str:
    mailbox = _mailbox()
    mails, next_ = folder.newest(mailbox, limit=PAGE_SIZE, after=_after())
    return render_template(
        "mails/index.html", mails=mails, next=next_, mail=mail, total=folder.count(mailbox)
    )


def _after() -> UUID | None:
    after = request.args.get("after")
    try:
        return UUID(after) if after else None
    except ValueError as error:
        raise Invalid("This page of the list does not exist.") from error


def _mailbox() -> Path:
    config: Config = current_app.extensions["config"]
    if not config.demo:
        raise NoMailbox
    return config.data_dir / "mails"
