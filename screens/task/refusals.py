"""Submitted answers as they arrived, and a submission that was not taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request

from core.errors import Invalid
from core.model import Json
from core.values import from_json


class AnswersUnreadable(Invalid):
    """The answers did not arrive as a form sends them."""


@dataclass(frozen=True)
class Refused:
    """A submission that was not taken: what was typed, and why."""

    answers: Mapping[str, Any]
    fields: Mapping[str, str]
    sentence: str = ""
    status: int = 200


def read_answers(written: str) -> Json:
    """The JSON object that form-js sent. Raises AnswersUnreadable."""
    answers = from_json(written)
    if not isinstance(answers, dict):
        raise AnswersUnreadable
    return answers


def sent_version() -> UUID | None:
    """Which version of the form was answered, where the page said so."""
    try:
        return UUID(request.form["form_version"])
    except (KeyError, ValueError):
        return None
