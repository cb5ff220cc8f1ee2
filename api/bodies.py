"""What callers send: JSON within limits, and files."""

from typing import Any

from apiflask.schema_adapters.marshmallow import parser
from flask import Request, request

from core.errors import Invalid
from core.values import from_json


class NotJsonBody(Invalid):
    """Send JSON, with the header `Content-Type: application/json`."""


class NotFiles(Invalid):
    """Send the files as `multipart/form-data` in fields named `files`."""


class ZeroCharacter(Invalid):
    """Texts must not contain the character U+0000."""


@parser.location_loader("json")
def load_json(request: Request, schema: Any) -> Any:
    """The body as JSON; nothing counts as an empty object."""
    data = request.get_data(cache=True)
    if not data:
        return {}
    if not request.is_json:
        raise NotJsonBody
    value = from_json(data)
    # No database keeps this character in a text, so it is refused before one is asked.
    if b"\\u0000" in data:
        require_no_zero(value)
    return value


def sent_files() -> dict[str, bytes]:
    """The uploaded files by name. Raises NotFiles."""
    uploads = request.files.getlist("files")
    names = [upload.filename or "" for upload in uploads]
    if not uploads or not all(names):
        raise NotFiles
    require_no_zero(names)
    if len(set(names)) < len(names):
        raise Invalid("Two files have the same name.", files=names)
    return {name: upload.read() for name, upload in zip(names, uploads, strict=True)}


def require_no_zero(value: Any) -> None:
    """Raise ZeroCharacter when a text in `value` cannot be stored."""
    if isinstance(value, str) and "\x00" in value:
        raise ZeroCharacter
    if isinstance(value, dict):
        for name, inner in value.items():
            require_no_zero(name)
            require_no_zero(inner)
    elif isinstance(value, list):
        for inner in value:
            require_no_zero(inner)


def check_address() -> None:
    """Refuse addresses whose parts cannot be stored or compared."""
    require_no_zero([*request.args.values(), *map(str, (request.view_args or {}).values())])
