"""What was typed into the form of a task, however the page sent it."""

from typing import Any
from uuid import UUID

from flask import request

from core.db import reading
from core.people import Actor
from engine import user_tasks
from screens.task import plain_form
from screens.task.refusals import read_answers
from work import completion


def answers_of(task_id: UUID, me: Actor) -> dict[str, Any]:
    """JSON from form-js, or the plain controls of a page without scripts."""
    written = request.form.get("answers")
    if written:
        return read_answers(written)
    with reading() as session:
        shown = completion.shown(session, user_tasks.get(session, task_id, by=me))
        if shown.form is None:
            return {name: plain_form.value_of(text) for name, text in results() if name}
        return plain_form.answers(shown.form, shown.values, request.form)


def results() -> tuple[tuple[str, str], ...]:
    """Names and values noted for a task without a form, with an empty line if one is wanted."""
    names, values = request.form.getlist("result_name"), request.form.getlist("result_value")
    noted = tuple((name.strip(), value) for name, value in zip(names, values, strict=False))
    return (*noted, ("", "")) if "add_result" in request.form else noted
