"""The form of one person: what was typed, and what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from core.errors import BackOfficeError
from core.people import NameInvalid, Person, PersonExists, UnknownRole

MAX_LENGTH = 200


@dataclass
class PersonForm:
    """The fields as typed; `new_groups` is a list with commas."""

    name: str = ""
    display_name: str = ""
    email: str = ""
    roles: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    new_groups: str = ""

    @classmethod
    def from_request(cls, values: MultiDict[str, str]) -> Self:
        """What was sent, cut to a sane length."""
        text = {
            name: values.get(name, "").strip()[:MAX_LENGTH]
            for name in ("name", "display_name", "email", "new_groups")
        }
        return cls(**text, roles=values.getlist("roles"), groups=values.getlist("groups"))

    @classmethod
    def of(cls, person: Person) -> Self:
        """The form filled with what is stored."""
        return cls(
            name=person.name,
            display_name=person.display_name,
            email=person.email or "",
            roles=list(person.role_names),
            groups=[group.name for group in person.groups],
        )

    @property
    def all_groups(self) -> list[str]:
        """The groups ticked and the new ones typed."""
        return [*self.groups, *split_names(self.new_groups)]

    def errors_of(self, error: BackOfficeError) -> dict[str, str]:
        """The refusal as a sentence beside the field it is about."""
        if isinstance(error, PersonExists):
            return {"name": _("There is already somebody with this name.")}
        if isinstance(error, NameInvalid):
            place = "name" if error.context.get("name") == self.name else "new_groups"
            return {place: _("1 to 80 letters and digits, with . _ - @ and spaces in between.")}
        if isinstance(error, UnknownRole):
            return {"roles": _("There is no such role.")}
        return {"": str(error)}


def split_names(text: str) -> Iterable[str]:
    """The names in a list with commas."""
    return [word.strip() for word in text.split(",") if word.strip()]
