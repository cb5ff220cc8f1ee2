"""List, add, change and deactivate people; hand out one-time sign-in links."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from core import people
from core.config import Config
from core.db import reading, transaction
from core.errors import BackOfficeError, Conflict, Invalid
from screens.people import access
from screens.people.form import PersonForm
from web.person import current_actor
from web.policies import policy

bp = Blueprint("people", __name__, url_prefix="/people", template_folder="templates")


@bp.get("")
@policy("people.manage")
def index() -> ResponseReturnValue:
    """The people who may sign in, or those who no longer may."""
    gone, text = request.args.get("view") == "gone", request.args.get("q", "").strip()
    with reading() as session:
        found, next_ = access.find(session, text=text, gone=gone, after=request.args.get("after"))
        return render_template(
            "people/index.html",
            people=found,
            next=next_,
            gone=gone,
            text=text,
            active_count=access.count(session),
            gone_count=access.count(session, gone=True),
        )


@bp.get("/+new")
@policy("people.manage")
def new() -> ResponseReturnValue:
    """The form for a new person."""
    with reading() as session:
        return _form_page(session, PersonForm(), {})


@bp.post("")
@policy("people.manage")
def create() -> ResponseReturnValue:
    """Add a person, and show the link that lets them in for the first time."""
    form = PersonForm.from_request(request.form)
    try:
        with transaction() as session:
            person = people.add_person(
                session,
                form.name,
                roles=form.roles,
                groups=form.all_groups,
                display_name=form.display_name,
                email=form.email or None,
                by=current_actor(),
            )
            link = people.make_sign_in_link(session, person)
    except (Invalid, Conflict) as error:
        return _refused(form, error)
    return _link_page(person.name, person.display_name, link), 201


@bp.get("/<name>")
@policy("people.manage")
def edit(name: str) -> ResponseReturnValue:
    """One person: words, roles, groups, and the way in."""
    with reading() as session:
        person = people.get_person(session, name)
        return _form_page(session, PersonForm.of(person), {}, person)


@bp.post("/<name>")
@policy("people.manage")
def update(name: str) -> ResponseReturnValue:
    """Change what a person is called and may do. Their open pages notice with the next click."""
    form = PersonForm.from_request(request.form)
    try:
        with transaction() as session:
            access.change(
                session,
                people.get_person(session, name),
                display_name=form.display_name,
                email=form.email or None,
                roles=form.roles,
                group_names=form.all_groups,
            )
    except (Invalid, Conflict) as error:
        return _refused(form, error, name)
    flash(_("Saved."), "done")
    return redirect(url_for("people.index"), 303)


@bp.post("/<name>/sign-in-links")
@policy("people.manage")
def create_link(name: str) -> ResponseReturnValue:
    """A new one-time link, for somebody who cannot get in."""
    with transaction() as session:
        person = people.get_person(session, name)
        if not person.is_active:
            access.reactivate(session, person)
        link = people.make_sign_in_link(session, person)
    return _link_page(person.name, person.display_name, link), 201


@bp.post("/<name>/deactivation")
@policy("people.manage")
def create_deactivation(name: str) -> ResponseReturnValue:
    """Close a person's way in and sign them out everywhere."""
    with transaction() as session:
        person = people.get_person(session, name)
        access.deactivate(session, person, by=current_actor())
    flash(_("%(name)s can no longer sign in.", name=person.display_name), "done")
    return redirect(url_for("people.index"), 303)


def _form_page(
    session: Session,
    form: PersonForm,
    errors: dict[str, str],
    person: people.Person | None = None,
) -> str:
    return render_template(
        "people/form.html",
        form=form,
        errors=errors,
        person=person,
        groups=access.groups(session),
        roles=list(people.Role),
    )


def _refused(form: PersonForm, error: BackOfficeError, name: str = "") -> ResponseReturnValue:
    errors = form.errors_of(error)
    status = 409 if isinstance(error, Conflict) else 422
    with reading() as session:
        person = people.get_person(session, name) if name else None
        return _form_page(session, form, errors, person), status


def _link_page(name: str, display_name: str, secret: str) -> str:
    config: Config = current_app.extensions["config"]
    path = url_for("signin.show_link", secret=secret)
    return render_template(
        "people/link.html",
        name=name,
        display_name=display_name,
        link=f"{config.public_url}{path}",
        days=people.SIGN_IN_LINK_LIFETIME.days,
    )
