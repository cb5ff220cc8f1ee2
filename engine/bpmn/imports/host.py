"""One BPMN element while foreign names on it are put into our own words."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from lxml import etree

from engine.bpmn.imports.note import Note
from engine.bpmn.namespaces import BPMN, WORK, bpmn, kind, split, work

_BOX = bpmn("extensionElements")
_OURS = {"work": WORK}
#: Parts of a flow element that people know under its id.
_PARTS = ("EventDefinition", "LoopCharacteristics", "Expression", "Specification", "Association")


class Host:
    """A BPMN element: what it says in our vocabulary, and how more is said.

    What it says already is never changed: `set` and `add` leave such a setting alone.
    """

    def __init__(self, element: etree._Element, notes: list[Note]) -> None:
        self.element = element
        self.kind = kind(element)
        self.notes = notes
        self.owner = _owner(element)
        self._had = frozenset(
            split(str(each.tag))[1]
            for box in element.iterchildren(_BOX)
            for each in box.iterchildren(work("*"))
        )

    def set(self, setting: str, source: str, attributes: Mapping[str, str | None]) -> None:
        """Give one setting these attributes, next to others that it has been given before."""
        given = {name: value for name, value in attributes.items() if value}
        if self._refused(setting, source, given):
            return
        found = self._box().find(work(setting))
        if found is None:
            found = etree.SubElement(self._box(), work(setting), nsmap=_OURS)
        for name, value in given.items():
            found.set(name, value)
        self.translated(source, " ".join([f"work:{setting}", *given]))

    def add(self, setting: str, source: str, attributes: Mapping[str, str]) -> None:
        """Add one of several settings of a kind, such as an input."""
        if self._refused(setting, source, attributes):
            return
        etree.SubElement(self._box(), work(setting), dict(attributes), _OURS)
        self.translated(source, f"work:{setting}")

    def add_inside(
        self, setting: str, part: str, source: str, attributes: Mapping[str, str]
    ) -> None:
        """Add a part, such as an input, to a setting that was given before."""
        found = self._box().find(work(setting))
        if found is None:
            return
        if setting not in self._had:
            etree.SubElement(found, work(part), dict(attributes))
        elif not _is_said(found.iterchildren(work(part)), attributes):
            self.kept(source, f"work:{setting} says it already.")
            return
        self.translated(source, f"work:{setting} work:{part}")

    def say(self, setting: str, source: str, text: str) -> None:
        """Give a setting that is a text of its own."""
        if self._refused(setting, source, {}, text):
            return
        etree.SubElement(self._box(), work(setting), nsmap=_OURS).text = text
        self.translated(source, f"work:{setting}")

    def attribute(self, name: str, source: str, value: str) -> None:
        """Set an attribute of BPMN itself where it is empty."""
        if self.element.get(name, value) != value:
            self.kept(source, f"{name} is there already.")
            return
        self.element.set(name, value)
        self.translated(source, name)

    def child(self, tag: str, source: str, text: str | None = None, **attributes: str) -> None:
        """Add an element of BPMN itself where there is none of that name."""
        found = self.element.find(bpmn(tag))
        if found is None:
            etree.SubElement(self.element, bpmn(tag), attributes).text = text
        elif found.text != text or not _is_said([found], attributes):
            self.kept(source, f"{tag} is there already.")
            return
        self.translated(source, tag)

    def says(self, setting: str) -> bool:
        """Whether the setting is there, by its own or by what was translated."""
        return any(box.find(work(setting)) is not None for box in self.element.iterchildren(_BOX))

    def has(self, setting: str, given: Mapping[str, str]) -> bool:
        """Whether the setting is there and says all this."""
        boxes = self.element.iterchildren(_BOX)
        return _is_said((each for box in boxes for each in box.iterchildren(work(setting))), given)

    def translated(self, source: str, target: str) -> None:
        """Note what took effect."""
        self.notes.append(Note(self.owner, "translated", source, target, f"{source} → {target}"))

    def kept(self, source: str, sentence: str, *, unfinished: bool = False) -> None:
        """Note what stays in the file without effect, and why."""
        text = f"{source} is kept in the file, without effect: {sentence}"
        self.notes.append(Note(self.owner, "kept", source, "", text, unfinished))

    def meaningless(self, source: str) -> None:
        """Note what needs no counterpart."""
        text = f"{source} has no meaning here."
        self.notes.append(Note(self.owner, "meaningless", source, "", text))

    def _refused(
        self, setting: str, source: str, given: Mapping[str, str], body: str | None = None
    ) -> bool:
        """Note what is there already, by the model's own will or from an earlier translation."""
        if setting not in self._had:
            return False
        own = self._box().iterchildren(work(setting))
        if _is_said((each for each in own if body in (None, each.text)), given):
            self.translated(source, " ".join([f"work:{setting}", *given]))
        else:
            self.kept(source, f"work:{setting} says it already.")
        return True

    def _box(self) -> etree._Element:
        found = self.element.find(_BOX)
        if found is None:
            found = etree.Element(_BOX)
            self.element.insert(0, found)
        return found


def _is_said(elements: Iterable[etree._Element], given: Mapping[str, str]) -> bool:
    """Whether one of these elements says all that is given."""
    return any(all(each.get(name) == value for name, value in given.items()) for each in elements)


class Foreign:
    """The names of one vocabulary on one BPMN element, until they are taken."""

    def __init__(self, element: etree._Element, namespaces: Collection[str]) -> None:
        self._attributes: dict[str, tuple[str, str]] = {}
        for name, value in element.attrib.items():
            namespace, local = split(str(name))
            if namespace in namespaces:
                self._attributes[local] = (_label(element, namespace, local), str(value).strip())
        self._elements = [
            each for each in _parts_of(element) if split(str(each.tag))[0] in namespaces
        ]

    def get(self, name: str) -> str | None:
        """The value of an attribute that stays to be taken."""
        return self._attributes[name][1] or None if name in self._attributes else None

    def take(self, *names: str) -> Iterator[tuple[str, str]]:
        """Label and value of each of these attributes that is there and not empty."""
        for name in names:
            label, value = self._attributes.pop(name, ("", ""))
            if value:
                yield label, value

    def find(self, name: str) -> Iterator[tuple[str, str]]:
        """Label and value of an attribute that is there, left to be taken."""
        if name in self._attributes:
            yield self._attributes[name]

    def elements(self, *names: str) -> Iterator[tuple[str, etree._Element]]:
        """Label and element of each foreign element of these names."""
        for each in list(self._elements):
            if local(each) in names:
                self._elements.remove(each)
                yield label_of(each), each

    def rest(self) -> Iterator[tuple[str, str]]:
        """Local name and label of everything that nobody took."""
        for name, (text, _) in self._attributes.items():
            yield name, text
        for each in self._elements:
            yield local(each), label_of(each)


def foreign_namespaces(element: etree._Element) -> set[str]:
    """The namespaces of what is said on an element besides BPMN."""
    names = {split(str(name))[0] for name in element.attrib}
    return names | {split(str(each.tag))[0] for each in _parts_of(element)} - {BPMN}


def _parts_of(element: etree._Element) -> Iterator[etree._Element]:
    """The children of an element, and what lies in its extension elements."""
    for each in element:
        if each.tag == _BOX:
            yield from each
        else:
            yield each


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; some tools write its type, with a capital."""
    name = split(str(element.tag))[1]
    return name[:1].lower() + name[1:]


def label_of(element: etree._Element) -> str:
    """The name of an element as it stands in the file."""
    namespace, name = split(str(element.tag))
    return _label(element, namespace, name)


def parts(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The children of a foreign element with one of these names."""
    return (each for each in element if local(each) in names)


def text(element: etree._Element) -> str:
    """The trimmed text of an element."""
    return (element.text or "").strip()


def _label(element: etree._Element, namespace: str, name: str) -> str:
    prefix = next((key for key, uri in element.nsmap.items() if uri == namespace and key), None)
    return f"{prefix}:{name}" if prefix else name


def _owner(element: etree._Element) -> str | None:
    """The id of the flow element that an element is, or is a part of."""
    here: etree._Element | None = element
    while here is not None:
        namespace, name = split(str(here.tag))
        if namespace == BPMN and here.get("id") and not name.endswith(_PARTS):
            return here.get("id")
        here = here.getparent()
    return None
