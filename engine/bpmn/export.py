"""A file of another tool with our own settings written beside what it says itself.

    bytes ─► what `translate` adds, element by element ─► the same bytes with that put in

Nothing else changes, not even white space: comments, processing instructions, pictures, colours
and whatever another tool keeps in the file stay as they are. Texts in other languages stay too;
they are put into FEEL each time the file is read.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from lxml import etree

from engine.bpmn.grammar import is_allowed
from engine.bpmn.imports import Note, translate
from engine.bpmn.namespaces import BPMN, WORK, bpmn, kind, split
from engine.bpmn.reader import encoding_of, read

_MARK = "{urn:back-office:bpmn:place}number"
_BOX = "extensionElements"
_START_TAG = re.compile(rb"""<([^\s/>]+)(?:[^>"']|"[^"]*"|'[^']*')*>""")
_ENCODING = re.compile(r"""^(<\?xml[^>]*?encoding\s*=\s*["'])[\w.:-]+""")
_INDENT = re.compile(rb"\n([ \t]*)$")
#: Children in the order of BPMN's schema, where one may have to stand before another.
_ORDER = (
    "loopCardinality", "loopDataInputRef", "loopDataOutputRef", "inputDataItem",
    "outputDataItem", "complexBehaviorDefinition", "completionCondition",
)  # fmt: skip
_QUOTED = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


@dataclass(frozen=True)
class Exported:
    """The file with our settings in it, and what became of each foreign name."""

    content: bytes
    notes: tuple[Note, ...]


@dataclass
class _Added:
    """What is new at one element, given as names and values or as elements to write."""

    attributes: dict[str, str] = field(default_factory=dict)
    #: Into the extension elements, which may have to be made first.
    settings: list[etree._Element] = field(default_factory=list)
    children: list[etree._Element] = field(default_factory=list)


@dataclass
class _Place:
    """Where one element stands in the bytes."""

    tag: str
    start: int
    start_end: int
    is_empty: bool
    end: int = 0
    end_end: int = 0
    children: list["_Place"] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        """The prefix it is written with, `bpmn:` or none."""
        return self.tag.rpartition(":")[0] + ":" if ":" in self.tag else ""

    @property
    def name(self) -> str:
        """The name it is written with, without prefix."""
        return self.tag.rpartition(":")[2]


def export(data: bytes, *, name: str = "") -> Exported:
    """The file with all that could be translated said in our words as well.

    A file in which there is nothing to translate is handed back byte by byte. Raises
    UnreadableModel.
    """
    root = read(data, name=name)
    marked = deepcopy(root)
    originals = list(marked.iter())
    for number, each in enumerate(originals):
        each.set(_MARK, str(number))
    translated = translate(marked)
    added = dict(_additions(originals, translated.tree))
    if translated.tree is marked or not added:
        return Exported(data, translated.notes)
    return Exported(_Text(data, root).with_added(added), translated.notes)


def _additions(
    originals: list[etree._Element], tree: etree._Element
) -> Iterator[tuple[int, _Added]]:
    for each in tree.iter(f"{{{BPMN}}}*"):
        number = each.get(_MARK)
        # What was given another name is told apart by its own settings each time it is read.
        if number is None or each.tag != originals[int(number)].tag or kind(each) == _BOX:
            continue
        added = _added(originals[int(number)], each)
        if added.attributes or added.settings or added.children:
            yield int(number), added


def _added(original: etree._Element, element: etree._Element) -> _Added:
    added = _Added()
    host = kind(element)
    for child in element:
        is_new = child.get(_MARK) is None
        if kind(child) == _BOX:
            new = [each for each in child if each.get(_MARK) is None]
            added.settings += [each for each in new if is_allowed(split(str(each.tag))[1], host)]
        elif is_new:
            added.children.append(child)
    called = element.get("calledElement")
    if called and "calledElement" not in original.attrib:
        added.attributes["calledElement"] = called
    if any(child.tag == bpmn("script") for child in added.children):
        added.attributes["scriptFormat"] = element.get("scriptFormat", "feel")
    for name in [name for name in added.attributes if name in original.attrib]:
        del added.attributes[name]
    return added


def as_text(data: bytes) -> str:
    """A file as text, that says of itself to be UTF-8 whatever its bytes were."""
    mark, encoding = encoding_of(data)
    text = data[len(mark) :].decode(encoding, errors="replace").lstrip()
    return _ENCODING.sub(r"\g<1>UTF-8", text, count=1)


class _Text:
    """The bytes of a file as UTF-8, the places of its elements, and what is to be put in."""

    def __init__(self, data: bytes, root: etree._Element) -> None:
        self.mark, self.encoding = encoding_of(data)
        text = data[len(self.mark) :].decode(self.encoding)
        self.before = text[: len(text) - len(text.lstrip())]
        self.bytes = text.lstrip().encode()
        self.places = _places(self.bytes)
        self.prefix = _free_prefix(root)
        self.is_new_prefix = root.nsmap.get(self.prefix) != WORK
        self.edits: list[tuple[int, int, str]] = []

    def with_added(self, added: dict[int, _Added]) -> bytes:
        """The whole file with everything put in, in the encoding that it had."""
        if self.is_new_prefix:
            end = self.places[0].start_end - (2 if self.places[0].is_empty else 1)
            self._put(end, f' xmlns:{self.prefix}="{WORK}"')
        for number, each in sorted(added.items()):
            self._add(self.places[number], each)
        content = self.bytes
        for offset, length, text in sorted(self.edits, key=lambda edit: edit[0], reverse=True):
            content = content[:offset] + text.encode() + content[offset + length :]
        text = self.before + content.decode()
        return self.mark + text.encode(self.encoding, "xmlcharrefreplace")

    def _add(self, place: _Place, added: _Added) -> None:
        names = "".join(f" {key}={_quoted(value)}" for key, value in added.attributes.items())
        if names:
            self._put(place.start_end - (2 if place.is_empty else 1), names)
        outer = self._indent(place)
        box = next((each for each in place.children if each.name == _BOX), None)
        inside = ""
        if added.settings and box is not None:
            self._fill(box, self._lines(added.settings, self._indent(box), place.prefix))
        elif added.settings:
            inner = None if outer is None else outer + "  "
            lines = self._lines(added.settings, inner, place.prefix)
            tag = place.prefix + _BOX
            end = "" if inner is None else f"\n{inner}"
            inside = f"{_line(inner)}<{tag}>{lines}{end}</{tag}>"
        if place.is_empty:
            children = self._lines(added.children, outer, place.prefix)
            if inside or children:
                self._fill(place, inside + children)
            return
        self._put(_after_documentation(place), inside)
        for child in added.children:
            self._put_child(place, child, outer)

    def _put_child(self, place: _Place, child: etree._Element, outer: str | None) -> None:
        """A child of BPMN's own, before those that its schema wants behind it."""
        name = kind(child)
        later = _ORDER[_ORDER.index(name) + 1 :] if name in _ORDER else ()
        follower = next((each for each in place.children if each.name in later), None)
        line = self._lines([child], outer, place.prefix)
        if follower is None:
            self._put(_last_content(self.bytes, place), line)
        else:
            self._put(follower.start, line.lstrip() + _line(outer and outer + "  "))

    def _fill(self, place: _Place, text: str) -> None:
        """Put something at the end of an element."""
        if place.is_empty:
            indent = self._indent(place)
            end = _line(indent)
            self.edits.append((place.start_end - 2, 2, f">{text}{end}</{place.tag}>"))
        else:
            self._put(_last_content(self.bytes, place), text)

    def _put(self, offset: int, text: str) -> None:
        if text:
            self.edits.append((offset, 0, text))

    def _indent(self, place: _Place) -> str | None:
        """The white space before an element that begins a line, None for any other."""
        found = _INDENT.search(self.bytes[max(0, place.start - 200) : place.start])
        return found[1].decode() if found else None

    def _lines(
        self, elements: list[etree._Element], indent: str | None, prefix: str, depth: int = 1
    ) -> str:
        line = "" if indent is None else f"\n{indent}{'  ' * depth}"
        return "".join(line + self._written(each, indent, prefix, depth) for each in elements)

    def _written(self, element: etree._Element, indent: str | None, prefix: str, depth: int) -> str:
        namespace, name = split(str(element.tag))
        tag = f"{self.prefix}:{name}" if namespace == WORK else f"{prefix}{name}"
        names = "".join(f" {key!s}={_quoted(str(value))}" for key, value in element.attrib.items())
        inside = escape(element.text or "") + self._lines(list(element), indent, prefix, depth + 1)
        if not inside:
            return f"<{tag}{names}/>"
        end = f"\n{indent}{'  ' * depth}" if len(element) and indent is not None else ""
        return f"<{tag}{names}>{inside}{end}</{tag}>"


def _places(content: bytes) -> list[_Place]:
    """Where each element stands, in document order."""
    found: list[_Place] = []
    open_ones: list[_Place] = []
    parser = expat.ParserCreate("utf-8")

    def begin(_name: str, _attributes: object) -> None:
        start = parser.CurrentByteIndex
        match = _START_TAG.match(content, start)
        assert match is not None
        is_empty = match[0].endswith(b"/>")
        place = _Place(match[1].decode(), start, match.end(), is_empty, end_end=match.end())
        if open_ones:
            open_ones[-1].children.append(place)
        found.append(place)
        open_ones.append(place)

    def finish(_name: str) -> None:
        place = open_ones.pop()
        if not place.is_empty:
            place.end = parser.CurrentByteIndex
            place.end_end = content.index(b">", place.end) + 1

    parser.StartElementHandler, parser.EndElementHandler = begin, finish
    parser.Parse(content, True)
    return found


def _after_documentation(place: _Place) -> int:
    """Where extension elements stand: behind the documentation, before anything else."""
    here = place.start_end
    for child in place.children:
        if child.name != "documentation":
            break
        here = child.end_end
    return here


def _last_content(content: bytes, place: _Place) -> int:
    """The end of what an element holds, before the white space in front of its end tag."""
    if not place.children:
        return place.end
    here = place.end
    while here > place.children[-1].end_end and content[here - 1 : here].isspace():
        here -= 1
    return here


def _free_prefix(root: etree._Element) -> str:
    """A prefix that means nothing else anywhere in the file."""
    taken = {key for each in root.iter() for key, uri in each.nsmap.items() if uri != WORK}
    number, prefix = 1, "work"
    while prefix in taken:
        number += 1
        prefix = f"work{number}"
    return prefix


def _line(indent: str | None) -> str:
    return "" if indent is None else f"\n{indent}"


def _quoted(value: str) -> str:
    return f'"{escape(value, _QUOTED)}"'
