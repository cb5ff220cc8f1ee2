"""The one XML reader: bytes from anybody become a safe tree, or a sentence that says why not."""

import re

from lxml import etree

from core.errors import Invalid
from engine.bpmn.namespaces import BPMN, XSI, split

MAX_BYTES = 2_000_000
MAX_ELEMENTS = 30_000
MAX_ATTRIBUTES = 100_000
MAX_DEPTH = 100
MAX_PROLOG = 4096

_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_WIDE = (b"utf-16", b"utf-32", b"ucs")
#: Elements whose type may say what they are: the heads of the schema's substitution groups.
_GENERAL = frozenset(
    [
        "rootElement", "flowElement", "artifact", "eventDefinition", "loopCharacteristics", "task",
        "subProcess", "resourceRole", "performer", "humanPerformer", "conversationNode",
    ]
)  # fmt: skip
#: Elements that point to others of their process, and how; gateways and activities by a default.
_POINTERS = ("sourceRef", "targetRef", "default")
_POINTING = (
    "sequenceFlow", "association", "exclusiveGateway", "inclusiveGateway", "complexGateway", "task",
    "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask",
    "receiveTask", "callActivity", "subProcess", "adHocSubProcess", "transaction",
)  # fmt: skip
#: Names that drafts of BPMN 2.0 had, and that tools of that time still write.
_EARLIER = frozenset(
    [
        "http://schema.omg.org/spec/BPMN/2.0",
        "http://www.omg.org/spec/BPMN/2.0",
        "http://www.omg.org/bpmn20",
        "http://www.omg.org/spec/BPMN/20100501/MODEL",
    ]
)
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")


class UnreadableModel(Invalid):
    """{file} cannot be read: {reason}"""


def read(data: bytes, *, name: str = "") -> etree._Element:
    """The root element of an XML document that comes from outside.

    Comments and processing instructions are left out, and elements have the names of BPMN 2.0
    whatever they are called in drafts of it. Raises UnreadableModel for anything that is
    too large, too deep, not well-formed, or that brings a document type or entities of its own.
    """
    file = name or "The file"
    _refuse_by_size(data, file)
    encoding, body = _decoded(data, file)
    try:
        root = etree.fromstring(body, _parser(encoding))
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise UnreadableModel(file=file, reason=_sentence(error, body)) from error
    _refuse_by_content(root, file)
    _name_as_today(root)
    _point_to_ids(root)
    return root


def encoding_of(data: bytes) -> tuple[bytes, str]:
    """The byte order mark of a file, which may be empty, and the encoding of what follows it."""
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            low_first = mark[0] in (0xFF, 0xEF)
            return mark, encoding if encoding == "utf-8" else f"{encoding}-{'bl'[low_first]}e"
    body = data.lstrip()
    if body.startswith((b"<\x00", b"\x00<")):
        return b"", "utf-16-le" if body[0:1] == b"<" else "utf-16-be"
    declared = _DECLARED.match(body)
    if declared is None or declared[1].lower().startswith(_WIDE):
        return b"", "utf-8"
    return b"", declared[1].decode("ascii")


def _point_to_ids(root: etree._Element) -> None:
    """Write references inside a process as the ids they mean: some tools qualify them, in place."""
    ids: set[str] | None = None
    for each in root.iter(*(f"{{{BPMN}}}{name}" for name in _POINTING)):
        for name in _POINTERS:
            written = each.get(name)
            if written is None or (":" not in written and written == written.strip()):
                continue
            ids = ids or {str(one.get("id")) for one in root.iter() if one.get("id")}
            meant = written.strip()
            each.set(name, meant if meant in ids else meant.rpartition(":")[2])


def _name_as_today(root: etree._Element) -> None:
    """Rename, in place, elements of BPMN's drafts, and general ones whose type says what they are.

    `<flowElement xsi:type="tUserTask">` is as good as `<userTask>`.
    """
    earlier = split(str(root.tag))[0] in _EARLIER
    for each in root.iter():
        namespace, name = split(str(each.tag))
        if earlier and namespace in _EARLIER:
            namespace = BPMN
            each.tag = f"{{{BPMN}}}{name}"
        if namespace == BPMN and name in _GENERAL:
            made = each.get(f"{{{XSI}}}type", "").strip().rpartition(":")[2]
            if re.fullmatch(r"t[A-Z]\w+", made):
                each.tag = f"{{{BPMN}}}{made[1].lower()}{made[2:]}"


def _refuse_by_size(data: bytes, file: str) -> None:
    if not data.strip(b"\x00 \t\r\n"):
        raise UnreadableModel(file=file, reason="it is empty")
    if len(data) > MAX_BYTES:
        limit = f"it has {len(data):,} bytes, {MAX_BYTES:,} are allowed"
        raise UnreadableModel(file=file, reason=limit)
    # Each element needs a "<", mostly two: this bounds memory before anything is parsed.
    if data.count(b"<") > 4 * MAX_ELEMENTS:
        raise UnreadableModel(file=file, reason=_too_many("elements", MAX_ELEMENTS))


def _decoded(data: bytes, file: str) -> tuple[str | None, bytes]:
    """Encoding to force (None: as declared) and the bytes from the first markup on."""
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return _transcoded(data, encoding, file)
    body = data.lstrip()
    if body.startswith((b"<\x00", b"\x00<")):
        return _transcoded(body, "utf-16-le" if body[0:1] == b"<" else "utf-16-be", file)
    if not body.startswith(b"<"):
        raise UnreadableModel(file=file, reason="it is not an XML document")
    declared = _DECLARED.match(body)
    # Exports that say UTF-16 and are written in UTF-8 are common; the first byte tells the truth.
    says_wide = declared is not None and declared[1].lower().startswith(_WIDE)
    return ("utf-8" if says_wide else None), body


def _transcoded(data: bytes, encoding: str, file: str) -> tuple[str, bytes]:
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        reason = f"its bytes are not valid {encoding.upper()} at position {error.start}"
        raise UnreadableModel(file=file, reason=reason) from error
    body = text.lstrip().encode()
    if not body.startswith(b"<"):
        raise UnreadableModel(file=file, reason="it is not an XML document")
    return "utf-8", body


def _parser(encoding: str | None) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _refuse_by_content(root: etree._Element, file: str) -> None:
    document = root.getroottree().docinfo
    if document.internalDTD is not None:
        raise UnreadableModel(file=file, reason=_DOCUMENT_TYPE)
    elements = attributes = depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        elements += 1
        attributes += len(element.attrib)
        if depth > MAX_DEPTH:
            reason = f"its elements are nested more than {MAX_DEPTH} deep"
            raise UnreadableModel(file=file, reason=reason)
        if elements > MAX_ELEMENTS:
            raise UnreadableModel(file=file, reason=_too_many("elements", MAX_ELEMENTS))
        if attributes > MAX_ATTRIBUTES:
            raise UnreadableModel(file=file, reason=_too_many("attributes", MAX_ATTRIBUTES))


_DOCUMENT_TYPE = "it has a document type (DTD) or entities of its own, which are never read"


def _too_many(things: str, limit: int) -> str:
    return f"it has more than {limit:,} {things}"


def _sentence(error: Exception, body: bytes) -> str:
    if b"<!DOCTYPE" in body[:MAX_PROLOG]:
        return _DOCUMENT_TYPE
    message = re.sub(r" ?[(]<string>, line \d+[)]", "", str(error).split("\n")[0])
    return f"it is not well-formed XML ({message})"
