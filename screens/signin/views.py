"""Sign in by password, one-time link or, in the demo, a click; sign out; one's own account."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core import readers
from core.config import Config
from core.db import reading, transaction
from core.errors import Invalid, NotFound
from core.languages import NAMES
from core.people import Person, get_person
from web import csp, passwords, session, signing_in
from web.addresses import local_path
from web.navigation import home
from web.person import actor_or_none, current_actor
from web.policies import policy
from web.signing_in import Colleagues, TooManyAttempts, WrongPassword

bp = Blueprint("signin", __name__, template_folder="templates")


class DemoOff(NotFound):
    """The demo is off; sign in with your password."""


@bp.get("/sign-in")
@policy("public")
def new() -> ResponseReturnValue:
    """The sign-in page; whoever is in already goes on."""
    if actor_or_none():
        return redirect(_next(), 303)
    return _page()


@bp.post("/sign-in")
@policy("public")
def create() -> ResponseReturnValue:
    """Sign in with name and password."""
    account = request.form.get("name", "").strip()[: signing_in.MAX_FIELD]
    password = request.form.get("password", "")[: signing_in.MAX_FIELD]
    try:
        _sign_in(account, password)
    except TooManyAttempts as error:
        wait = error.context["retry_after"]
        sentence = _("Too many failed attempts. Try again in %(seconds)s seconds.", seconds=wait)
        return _page(sentence, account), 429, {"Retry-After": str(wait)}
    except WrongPassword:
        return _page(_("The name or the password is wrong."), account), 422
    return redirect(_next(), 303)


@bp.post("/sign-in/demo")
@policy("public")
def create_demo() -> ResponseReturnValue:
    """Sign in as one of the demo's people, without a password. Only while the demo is on."""
    _require_demo()
    with transaction() as db_session:
        chosen = request.form.get("name", "")
        people = signing_in.demo_people(db_session).everybody()
        if chosen not in people:
            raise DemoOff
        session.open_session(db_session, people[chosen])
    return redirect(_next(), 303)


@bp.get("/sign-in/<secret>")
@policy("public")
def show_link(secret: str) -> ResponseReturnValue:
    """Ask before using a one-time link: programs that look at links in mails must not use it up."""
    with reading() as db_session:
        person = signing_in.find_link(db_session, secret).person
        return render_template("signin/link.html", secret=secret, person=person)


@bp.post("/sign-in/<secret>")
@policy("public")
def create_by_link(secret: str) -> ResponseReturnValue:
    """Use a one-time link, then choose a password."""
    with transaction() as db_session:
        person = signing_in.use_link(db_session, secret)
        session.open_session(db_session, person, by_link=True)
    return redirect(url_for("signin.account"), 303)


@bp.post("/sign-out")
@policy("public")
def destroy() -> ResponseReturnValue:
    """Sign this browser out."""
    with transaction() as db_session:
        session.close_session(db_session)
    flash(_("You are signed out."), "done")
    return redirect(url_for("signin.new"), 303)


@bp.get("/account")
@policy("signed_in")
def account() -> ResponseReturnValue:
    """Who I am here, and my password."""
    return _account({})


@bp.post("/account/password")
@policy("signed_in")
def update_password() -> ResponseReturnValue:
    """Set or change one's own password; every other browser is signed out."""
    name, new_password = current_actor().name, request.form.get("password", "")
    with reading() as db_session:
        stored = get_person(db_session, name).password_hash
        address = request.remote_addr or ""
        signing_in.require_turn(db_session, name, address)
    needs_present = stored is not None and not session.may_reset_password()
    if needs_present and not passwords.matches(request.form.get("current", ""), stored):
        with transaction() as db_session:
            signing_in.record_failure(db_session, name, address)
        return _account({"current": _("This is not your present password.")}), 422
    try:
        passwords.require_strong(new_password, name=name)
    except Invalid:
        sentence = _("Use at least 12 characters, and nothing that everybody tries.")
        return _account({"password": sentence}), 422
    hashed = passwords.hashed(new_password)
    with transaction() as db_session:
        person = get_person(db_session, name)
        person.password_hash = hashed
        session.password_is_set(db_session, person)
    flash(_("Your password is set. Other browsers are signed out."), "done")
    return redirect(url_for("home.index"), 303)


def _sign_in(account: str, password: str) -> None:
    address = request.remote_addr or ""
    with reading() as db_session:
        signing_in.require_turn(db_session, account, address)
        stored = signing_in.stored_hash(db_session, account)
    # Hashing takes its time on purpose; no transaction is open meanwhile.
    right = passwords.matches(password, stored)
    fresh = passwords.hashed(password) if right and passwords.is_outdated(stored or "") else None
    with transaction() as db_session:
        if not right:
            signing_in.record_failure(db_session, account, address)
        else:
            signing_in.record_success(db_session, account)
            person: Person = get_person(db_session, account)
            person.password_hash = fresh or person.password_hash
            session.open_session(db_session, person)
    if not right:
        raise WrongPassword


def _page(problem: str = "", account: str = "") -> str:
    people: list[tuple[str, Person]] = []
    colleagues: list[Colleagues] = []
    if _config().demo:
        with reading() as db_session:
            offered = signing_in.demo_people(db_session)
            people, colleagues = offered.main, offered.more
    return render_template(
        "signin/new.html",
        problem=problem,
        account=account,
        people=people,
        colleagues=colleagues,
        next=_asked_next(),
        keeps_cookies=_keeps_cookies(),
    )


def _keeps_cookies() -> bool:
    """Whether a browser keeps our cookie here: not over plain HTTP in a network."""
    is_near = request.host.rpartition(":")[0] in csp.LOOPBACK or request.host in csp.LOOPBACK
    return request.is_secure or is_near or not _config().secure_cookies


def _account(errors: dict[str, str]) -> str:
    return render_template(
        "signin/account.html",
        errors=errors,
        groups=sorted(current_actor().groups),
        mail_language=NAMES[readers.installed()],
        came_by_link=session.may_reset_password(),
        needs_present=g.signed_in.has_password and not session.may_reset_password(),
    )


def _next() -> str:
    actor = actor_or_none()
    return _asked_next() or (home(actor) if actor else url_for("home.index"))


def _asked_next() -> str | None:
    return local_path(request.values.get("next"))


def _require_demo() -> None:
    if not _config().demo:
        raise DemoOff


def _config() -> Config:
    config: Config = current_app.extensions["config"]
    return config
