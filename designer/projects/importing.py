"""Files of a folder for a project: first looked at, then taken as far as somebody wants.

new         nobody has it yet: it becomes a draft, or a scenario
changed     it says something else than what is here; that is kept as a milestone
moves       it says what is here, and comes into this project
unchanged   it says what is here
refused     it cannot be taken, and why
left_out    no file of a project
"""

import hashlib
import posixpath
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

import forms
from core.errors import BackOfficeError, Conflict
from core.people import Actor
from designer import contents, drafts, milestones, scenarios
from designer.contents import Identity
from designer.models import Draft
from designer.projects import folders, keeping, listing
from designer.projects.archives import Unpacked
from designer.projects.canonical import canonical
from designer.projects.keeping import GENERAL
from designer.projects.listing import File, Place
from designer.projects.models import Project
from engine import definitions, deployments
from engine.bpmn.file_names import file_kind
from engine.bpmn.scenario import ScenarioInvalid, parse_scenarios, read_documents

TAKEN = ("new", "changed", "moves")


class ImportChanged(Conflict):
    """What is here has changed since you looked. Look again, then take it."""


@dataclass(frozen=True)
class Item:
    """One thing that was brought. `kind`: of a file, "scenario", "about" or "other"."""

    path: str
    kind: str
    key: str
    name: str
    #: See above.
    state: str
    note: str = ""
    #: The text it would become; of a scenario its document.
    content: Any = ""

    @property
    def ref(self) -> str:
        """What it is chosen by."""
        return ":".join([self.kind, self.key, self.name if self.kind == "scenario" else ""])

    @property
    def is_offered(self) -> bool:
        return self.state in TAKEN


@dataclass
class Report:
    """All that was brought, and what would become of it."""

    items: list[Item] = field(default_factory=list)
    #: Name and purpose of the project, as its README says.
    title: str = ""

    def counts(self) -> dict[str, int]:
        """How many items are in each state."""
        states = [item.state for item in self.items]
        return {state: states.count(state) for state in (*TAKEN, "unchanged", "refused")}

    @property
    def fingerprint(self) -> str:
        """Changes when anything of the report does."""
        told = repr([(item.ref, item.path, item.state, item.note) for item in self.items])
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def look(session: Session, brought: Unpacked, project: Project | None, *, by: Actor) -> Report:
    """What taking the files into a project, or into a new one, would do. Stores nothing."""
    looking = _Looking(session, brought, project, by)
    items = [*looking.models(), *looking.scenarios(), *looking.rest()]
    title, _about = read_about(brought.files)
    return Report(_with_problems(session, items), title)


def likely(session: Session, brought: Unpacked) -> Project | None:
    """The project that most of the files are in already, else the one of the README's name."""
    entries = keeping.entries(session)
    votes: dict[Any, int] = {}
    for path, data in brought.files.items():
        kind = file_kind(path)
        try:
            key = contents.identify(kind, contents.imported(kind, data)).key if kind else ""
        except BackOfficeError:
            continue
        entry = entries.get((kind or "", key))
        if entry is not None:
            votes[entry.project_id] = votes.get(entry.project_id, 0) + 1
    if votes:
        return session.get(Project, max(votes, key=lambda each: votes[each]))
    title, _about = read_about(brought.files)
    return next((each for each in keeping.find(session) if title and each.name == title), None)


def take(
    session: Session,
    brought: Unpacked,
    project: Project,
    chosen: Collection[str] | None = None,
    fingerprint: str | None = None,
    *,
    by: Actor,
) -> Report:
    """Take what is new and changed, or of that what was chosen; answers what was taken.

    What a draft held becomes a milestone first. Raises ImportChanged when the report is another
    one than that of the fingerprint.
    """
    report = look(session, brought, project, by=by)
    if fingerprint is not None and fingerprint != report.fingerprint:
        raise ImportChanged
    taken = [
        item for item in report.items if item.is_offered and (chosen is None or item.ref in chosen)
    ]
    known = {file.place: file for file in listing.everything(session, by=by)}
    for item in taken:
        if item.kind == "scenario":
            scenarios.keep(session, item.key, item.content, is_replacing=True, by=by)
        elif item.kind == "about":
            keeping.rename(session, project.id, project.name, item.content, by=by)
        else:
            _take_file(session, item, known.get((item.kind, item.key)), project, by=by)
    return Report(taken, report.title)


def read_about(files: Mapping[str, bytes]) -> tuple[str, str]:
    """Title and text of the README that lies highest; empty where there is none."""
    path = _about_path(files)
    text = files[path].decode(errors="replace").replace("\r\n", "\n").strip() if path else ""
    first, _line, rest = text.partition("\n")
    if first.startswith("# "):
        return first[2:].strip()[: keeping.MAX_NAME], rest.strip()
    return "", text


class _Looking:
    """One look at what was brought."""

    def __init__(
        self, session: Session, brought: Unpacked, project: Project | None, by: Actor
    ) -> None:
        self.session = session
        self.brought = brought
        self.project = project
        self.by = by
        self.entries = keeping.entries(session)
        self.known: dict[Place, File] = {
            file.place: file for file in listing.everything(session, by=by)
        }
        self.names = {each.id: each.name for each in keeping.find(session)}
        #: Keys of the processes that were brought and can be read, by path.
        self.processes: dict[str, str] = {}
        self._seen: dict[Place, str] = {}

    def models(self) -> Iterator[Item]:
        """Processes, decisions and forms."""
        for path in sorted(self.brought.files):
            kind = file_kind(path)
            if kind is not None:
                yield self._model(path, kind, self.brought.files[path])

    def scenarios(self) -> Iterator[Item]:
        """Scenarios, a document each."""
        seen: set[tuple[str, str]] = set()
        for path in sorted(self.brought.files):
            if not path.lower().endswith((".yaml", ".yml")):
                continue
            data = self.brought.files[path]
            try:
                documents = read_documents(data)
                parse_scenarios(data, Path(path))
            except ScenarioInvalid as error:
                yield Item(path, "scenario", "", path, "refused", str(error))
                continue
            if not documents:
                yield _other(path)
            for document in documents:
                item = self._scenario(path, document)
                if item.state != "refused" and (item.key, item.name) in seen:
                    said = _("another scenario of this process has its name")
                    item = Item(path, "scenario", item.key, item.name, "refused", said)
                seen.add((item.key, item.name))
                yield item

    def rest(self) -> Iterator[Item]:
        """What the project is for, and what is no file of a project."""
        about = _about_path(self.brought.files)
        for path in sorted(self.brought.files):
            if path == about:
                yield from self._about(path)
            elif file_kind(path) is None and not path.lower().endswith((".yaml", ".yml")):
                yield _other(path)
        for path, reason in sorted(self.brought.refused.items()):
            yield Item(path, "other", path, path, "refused", reason)

    def _model(self, path: str, kind: str, data: bytes) -> Item:
        try:
            content = contents.imported(kind, data)
            identity = contents.identify(kind, content)
        except BackOfficeError as error:
            return Item(path, kind, path, PurePosixPath(path).name, "refused", str(error))
        place = (kind, identity.key)
        reason = self._obstacle(place)
        if reason:
            return Item(path, kind, identity.key, identity.name, "refused", reason)
        self._seen[place] = path
        if kind == "process":
            self.processes[path] = identity.key
        return self._compared(path, kind, identity, content)

    def _obstacle(self, place: Place) -> str:
        if place in self._seen:
            return _("it has the key of %(path)s, which is taken", path=self._seen[place])
        entry = self.entries.get(place)
        own = self.project.id if self.project is not None else None
        if entry is not None and entry.project_id != own:
            name = self.names.get(entry.project_id, _("an archived project"))
            return _("it belongs to the project “%(name)s”: move it here first", name=name)
        return ""

    def _compared(self, path: str, kind: str, identity: Identity, content: str) -> Item:
        known = self.known.get((kind, identity.key))
        entry = self.entries.get((kind, identity.key))
        is_here = entry is not None or (self.project is not None and self.project.id == GENERAL)
        if known is None:
            state, note = "new", ""
        else:
            now = listing.text_of(self.session, known)
            is_same = now == content or canonical(kind, now) == canonical(kind, content)
            state = ("unchanged" if is_here else "moves") if is_same else "changed"
            note = "" if is_here else _("it is in no project so far, and comes into this one")
        return Item(path, kind, identity.key, identity.name, state, note, content)

    def _scenario(self, path: str, document: dict[str, Any]) -> Item:
        name = str(document.get("scenario") or "").strip()
        written = document.get("process")
        first = written[0] if isinstance(written, list) else written
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), str(first)))
        key = self.processes.get(target)
        if key is None:
            said = _("it plays %(file)s, which is not among the files", file=first)
            return Item(path, "scenario", path, name, "refused", said)
        own = {name: value for name, value in document.items() if name != "process"}
        kept = scenarios.find(self.session, key, name)
        if kept is None:
            state = "new"
        else:
            state = "unchanged" if scenarios.is_same(kept, own) else "changed"
        return Item(path, "scenario", key, name, state, "", own)

    def _about(self, path: str) -> Iterator[Item]:
        _title, about = read_about(self.brought.files)
        if self.project is None or self.project.id == GENERAL:
            return
        about = about[: keeping.MAX_ABOUT].strip()
        is_same = not about or about == self.project.about
        said = _("What the project is for")
        yield Item(path, "about", "", said, "unchanged" if is_same else "changed", "", about)


def _take_file(
    session: Session, item: Item, known: File | None, project: Project, *, by: Actor
) -> None:
    name = PurePosixPath(item.path).name
    file = name if folders.is_plain(name, item.kind) else None
    if item.state != "moves":
        draft = known.draft if known is not None else None
        if draft is None:
            base = definitions.find_latest(session, item.kind, item.key)
            drafts.begin(session, item.kind, item.content, by=by, base=base)
        else:
            _replace(session, draft, item.content, by=by)
    keeping.put(session, item.kind, item.key, project.id, file=file, by=by)


def _replace(session: Session, draft: Draft, content: str, *, by: Actor) -> None:
    draft = drafts.get(session, draft.id, by=by, lock=True)
    said = _("Before an import by %(person)s", person=by.name)
    milestones.keep(session, draft, draft.content, said, by=draft.drawn_by)
    drafts.save(session, draft.id, content, draft.revision, by=by)


def _with_problems(session: Session, items: list[Item]) -> list[Item]:
    """The items, with how many problems those have that would be taken."""
    taken = {
        contents.file_name(item.kind, item.key): item
        for item in items
        if item.is_offered and item.kind in contents.SUFFIXES
    }
    counts: dict[str, int] = {}
    texts = ((name, item.content.encode()) for name, item in taken.items())
    for some in listing.batched(texts):
        for report in deployments.validate(session, some, check_form=forms.check):
            said = [problem.severity for problem in report.problems]
            counts[taken[report.file].ref] = len(said) - said.count("warning")
    return [_noted(item, counts.get(item.ref, 0)) for item in items]


def _noted(item: Item, count: int) -> Item:
    if not count or not item.is_offered:
        return item
    said = _("%(count)s problems to mend before it can run", count=count)
    note = f"{item.note}; {said}" if item.note else said
    return Item(item.path, item.kind, item.key, item.name, item.state, note, item.content)


def _about_path(files: Mapping[str, bytes]) -> str | None:
    found = [path for path in files if PurePosixPath(path).name.lower() == "readme.md"]
    return min(found, key=lambda path: (path.count("/"), path), default=None)


def _other(path: str) -> Item:
    said = _("no process, decision, form or scenario")
    return Item(path, "other", path, PurePosixPath(path).name, "left_out", said)
