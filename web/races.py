"""Requests that lose a race begin again by themselves, so that nobody reads about locks."""

from collections.abc import Callable
from functools import wraps
from itertools import count
from typing import Any

from flask import Flask, request

from core import races
from core.db import commits


def init_app(app: Flask) -> None:
    """Let every view begin again. Called when all views are there."""
    for endpoint, view in app.view_functions.items():
        app.view_functions[endpoint] = quietly(view)


def quietly(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view, called again when it lost a race and had stored nothing."""

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        before, attempts = commits(), count()

        def attempt() -> Any:
            if next(attempts):
                for upload in request.files.values():
                    upload.seek(0)
            return view(*args, **kwargs)

        return races.run(attempt, lambda: commits() == before)

    return run
