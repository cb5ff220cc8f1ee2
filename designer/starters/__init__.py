"""What a new process, form or decision begins with: files here, key and name left open."""

from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from core.errors import NotFound
from designer.contents import file_name

HERE = Path(__file__).parent


class StarterNotFound(NotFound):
    """There is no such template."""


@dataclass(frozen=True)
class Starter:
    """One template: `file` holds __key__ and __name__ where they belong."""

    key: str
    kind: str
    name: LazyString
    about: LazyString

    @property
    def file(self) -> Path:
        return HERE / file_name(self.kind, self.key)

    def content(self, key: str, name: str) -> str:
        """The file under a key and name of its own."""
        return (
            self.file.read_text()
            .replace("__key__", key)
            .replace("__name__", _quoted(name, self.kind))
        )


STARTERS = (
    Starter("blank", "process", _l("Empty canvas"), _l("A start event, and the rest is yours.")),
    Starter(
        "approval",
        "process",
        _l("Request and approval"),
        _l("A form starts it, somebody decides, both outcomes end it; late decisions are chased."),
    ),
    Starter(
        "partner_call",
        "process",
        _l("Call a partner"),
        _l("An HTTP call with retries, and a person who looks when it says no."),
    ),
    Starter("blank_form", "form", _l("Empty form"), _l("A heading, and the rest is yours.")),
    Starter(
        "decision_form",
        "form",
        _l("Decision with a reason"),
        _l("Yes or no, and a reason that is asked for when it is no."),
    ),
    Starter("blank_table", "decision", _l("Decision table"), _l("One table with one input.")),
    Starter(
        "two_tables",
        "decision",
        _l("Decisions that build on each other"),
        _l("How large a request is, and from it who may approve it."),
    ),
    Starter("blank_formula", "decision", _l("Formula"), _l("A value computed by an expression.")),
)


def get(key: str) -> Starter:
    """One template. Raises StarterNotFound."""
    found = next((starter for starter in STARTERS if starter.key == key), None)
    if found is None:
        raise StarterNotFound(key=key)
    return found


def _quoted(name: str, kind: str) -> str:
    if kind != "form":
        return escape(name, {'"': "&quot;"})
    return name.replace("\\", "\\\\").replace('"', '\\"')
