"""The versions of processes that were deployed."""

from functools import partial
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from apiflask.schemas import FileSchema
from flask import Response
from marshmallow import RAISE
from sqlalchemy.orm import Session

from api.answers import moment, reads
from api.fields import Boolean, Identifier, Integer, Moment, Name, Shape, String
from api.paging import PageQuery, page, page_of
from core.model import Json
from engine import definitions
from engine.bpmn.export import export
from engine.errors import DefinitionNotFound
from engine.models import Definition
from web.policies import policy

bp = APIBlueprint(
    "process_definitions", __name__, url_prefix="/process-definitions", tag="Process definitions"
)


class DefinitionsQuery(PageQuery):
    key = Name(load_default=None)
    latest = Boolean(load_default=False)


class DefinitionShape(Shape):
    id = Identifier()
    key = String()
    version = Integer()
    name = String()
    file = String()
    verdict = String()
    deployment_id = Identifier()
    created_at = Moment()
    created_by = String()


@bp.get("")
@policy("definition.see")
@bp.input(DefinitionsQuery, location="query", unknown=RAISE, arg_name="query")
@bp.output(page_of(DefinitionShape))
@reads
def list_definitions(session: Session, query: dict[str, Any]) -> Json:
    """Process versions, newest first."""
    find = partial(definitions.find, session, key=query["key"], latest=query["latest"])
    return page(find, to_json, limit=query["limit"], after=query["after"])


@bp.get("/<uuid:definition_id>")
@policy("definition.see")
@bp.output(DefinitionShape)
@reads
def get_definition(session: Session, definition_id: UUID) -> Json:
    """One process version."""
    return to_json(_process(session, definition_id))


@bp.get("/<uuid:definition_id>/xml")
@policy("definition.see")
@bp.output(FileSchema, content_type="application/xml")
@reads
def get_definition_xml(session: Session, definition_id: UUID) -> Response:
    """The BPMN file of a process version; one of another tool says all it can in our words too."""
    content = definitions.content(session, _process(session, definition_id).id)
    response = Response(export(content).content, mimetype="application/xml")
    # A file that somebody uploaded must never run as a page of ours.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _process(session: Session, definition_id: UUID) -> Definition:
    definition = definitions.get(session, definition_id)
    if definition.kind != "process":
        raise DefinitionNotFound(definition_id=definition_id)
    return definition


def to_json(definition: Definition) -> Json:
    return {
        "id": str(definition.id),
        "key": definition.key,
        "version": definition.version,
        "name": definition.name,
        "file": definition.file,
        "verdict": definition.verdict,
        "deploymentId": str(definition.deployment_id),
        "createdAt": moment(definition.created_at),
        "createdBy": definition.created_by,
    }
