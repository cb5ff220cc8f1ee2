"""The description of the API: OpenAPI 3.1 for programs, a page for people, no outside host."""

import warnings
from functools import lru_cache
from typing import Any

from apiflask import APIFlask
from flask import Blueprint, Response, render_template

from api import reference
from api.answers import answer
from web.policies import policy

ABOUT = """What programs can do with Back Office.

Send a token with each call: `Authorization: Bearer bo_…`. Bodies are JSON with camelCase keys;
process variables keep their own names. Moments are ISO 8601 in UTC, durations ISO 8601. Lists come
in pages: `next` goes into `after`. A POST with an `Idempotency-Key` has its effect once: the same
key and body are answered with the first answer again for 24 hours, another body with 409."""

ERROR_STATUSES = {
    "401": "No token, or one that is unknown, revoked or out of date",
    "403": "The role of the token does not allow this",
    "404": "There is no such thing, or the caller may not see it",
    "409": "Somebody else was there first, or the Idempotency-Key belongs to another request",
    "413": "Too large",
    "422": "Not valid; `context.fields` or `context.problems` says what",
    "429": "Too many requests in this minute; see Retry-After",
    "503": "Not possible right now; see Retry-After",
}

ERROR = {
    "type": "object",
    "required": ["error", "message", "context"],
    "properties": {
        "error": {"type": "string", "examples": ["UserTaskClosed"]},
        "message": {"type": "string"},
        "context": {"type": "object"},
    },
}

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Makes it safe to send this call again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}

bp = Blueprint("openapi", __name__, template_folder="templates")


@bp.get("/api/v1/openapi.json")
@policy("public")
def get_openapi() -> Response:
    """The description in OpenAPI 3.1."""
    return answer(description())


@bp.get("/api/docs")
@policy("public")
def get_docs() -> str:
    """The description as a page."""
    chapters = reference.chapters(description())
    return render_template("api/docs.html", about=ABOUT, chapters=chapters)


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """The OpenAPI document of all endpoints."""
    from api.wiring import bp as root

    app = APIFlask("back_office", title="Back Office", version="1", spec_path=None, docs_path=None)
    app.config.update(DESCRIPTION=ABOUT, AUTO_SERVERS=False, AUTO_AUTH_ERROR_RESPONSE=False)
    app.config.update(AUTO_404_RESPONSE=False, AUTO_VALIDATION_ERROR_RESPONSE=False)
    app.config["SECURITY_SCHEMES"] = {"token": {"type": "http", "scheme": "bearer"}}
    app.register_blueprint(root)
    with warnings.catch_warnings():
        # apiflask registers a schema again for each operation that answers with it.
        warnings.simplefilter("ignore")
        spec: Any = app.spec
    spec["security"] = [{"token": []}]
    # Blueprints that share a tag name it once each; the root has none of its own.
    names = dict.fromkeys(tag["name"] for tag in spec["tags"] if tag["name"] != "Api")
    spec["tags"] = [{"name": name} for name in names]
    spec["components"]["schemas"]["Error"] = ERROR
    for operations in spec["paths"].values():
        for method, operation in operations.items():
            if method in reference.METHODS:
                _complete(method, operation)
    return dict(spec)


def _complete(method: str, operation: dict[str, Any]) -> None:
    """Add what is the same for all operations: failures, and the key that makes POST safe."""
    for status, words in ERROR_STATUSES.items():
        operation["responses"][status] = {
            "description": words,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        }
    for parameter in operation.get("parameters", ()):
        _describe_absence(parameter["schema"])
    if method == "post":
        operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)


def _describe_absence(schema: dict[str, Any]) -> None:
    """A parameter that may be left out is not one that may be null: addresses have no null."""
    schema.pop("nullable", None)
    if schema.get("default", ...) is None:
        del schema["default"]
    if "enum" in schema:
        schema["enum"] = [value for value in schema["enum"] if value is not None]
