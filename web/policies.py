"""Deny by default: each view states which verb its caller needs, and is refused without one.

    @bp.post("/deployments")
    @policy("deploy")
    def create_deployment(): ...

Beside the verbs of `core.permissions` there are `public` (anybody) and `signed_in` (any person or
token). What depends on one row is asked again by the service, with that row.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app, request

from core import permissions
from core.errors import Forbidden
from web.person import current_actor

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

PUBLIC = "public"
SIGNED_IN = "signed_in"


class NoPolicy(Forbidden):
    """This address is closed: nobody has said who may use it."""


def policy(verb: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only those run a view who may do `verb`, or `public`, or `signed_in`."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            require(verb)
            return view(*args, **kwargs)

        guarded.policy = verb  # type: ignore[attr-defined]
        return guarded

    return mark


def policy_of(view: Callable[..., Any]) -> str | None:
    """The verb that a view asks for, or None."""
    return getattr(view, "policy", None)


def require(verb: str) -> None:
    """Raise NotSignedIn or Forbidden unless the caller may do `verb`."""
    if verb == PUBLIC:
        return
    actor = current_actor()
    if verb != SIGNED_IN:
        permissions.allow(actor, verb)


def deny_without_policy() -> None:
    """Refuse a matched view that nobody gave a policy."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and policy_of(view) is None:
        log.error("view without a policy", extra={"endpoint": request.endpoint})
        raise NoPolicy(endpoint=request.endpoint)


def init_app(app: Flask) -> None:
    app.before_request(deny_without_policy)
