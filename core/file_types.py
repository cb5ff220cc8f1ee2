"""What a file is: told by its content, and held against its name.

A name alone proves nothing. What is allowed has a known beginning (or is plain text), and an ending
that fits; programs, web pages and documents with macros are none of these.
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import Invalid

HEAD_BYTES = 4096
MAX_NAME_LENGTH = 150
#: Entries of an archive that are looked at.
MAX_ENTRIES = 5_000


class FileTypeRefused(Invalid):
    """{name} is not accepted: {reason}."""


@dataclass(frozen=True)
class FileType:
    """A kind of content that is accepted under an ending."""

    media_type: str
    content: str


PLAIN = "text/plain; charset=utf-8"
#: By ending of the name, in lower case.
TYPES: Mapping[str, FileType] = {
    "pdf": FileType("application/pdf", "pdf"),
    "png": FileType("image/png", "png"),
    "jpg": FileType("image/jpeg", "jpeg"),
    "jpeg": FileType("image/jpeg", "jpeg"),
    "gif": FileType("image/gif", "gif"),
    "webp": FileType("image/webp", "webp"),
    "tif": FileType("image/tiff", "tiff"),
    "tiff": FileType("image/tiff", "tiff"),
    "heic": FileType("image/heic", "heic"),
    "txt": FileType(PLAIN, "text"),
    "md": FileType(PLAIN, "text"),
    "log": FileType(PLAIN, "text"),
    "eml": FileType(PLAIN, "text"),
    "xml": FileType(PLAIN, "text"),
    "csv": FileType("text/csv; charset=utf-8", "text"),
    "json": FileType("application/json", "text"),
    "docx": FileType(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"
    ),
    "xlsx": FileType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "pptx": FileType(
        "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"
    ),
    "odt": FileType("application/vnd.oasis.opendocument.text", "odt"),
    "ods": FileType("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    "odp": FileType("application/vnd.oasis.opendocument.presentation", "odp"),
    "doc": FileType("application/msword", "ole"),
    "xls": FileType("application/vnd.ms-excel", "ole"),
    "ppt": FileType("application/vnd.ms-powerpoint", "ole"),
    "msg": FileType("application/vnd.ms-outlook", "ole"),
}

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"#!", "a program"),
)
_OFFICE = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_OPEN_DOCUMENT = {
    TYPES[ending].media_type.encode(): TYPES[ending].content for ending in ("odt", "ods", "odp")
}
#: How a text begins that a browser would run.
_WEB_PAGES = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<body", b"<head")


def type_of(path: Path, name: str) -> str:
    """The media type of a file that is accepted under that name. Raises FileTypeRefused."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    wanted = TYPES.get(ending)
    if wanted is None:
        said = f"files that end in .{ending} are not taken" if ending else "its name has no ending"
        raise FileTypeRefused(name=name, reason=said)
    found = content_of(path)
    if found == "a document with macros":
        raise FileTypeRefused(name=name, reason="it is a document with macros")
    if found != wanted.content:
        reason = f"its content is not what .{ending} says"
        raise FileTypeRefused(name=name, reason=reason, found=found)
    return wanted.media_type


def content_of(path: Path) -> str:
    """What the bytes are: a key of `TYPES.*.content`, or words for what is never taken."""
    with path.open("rb") as content:
        head = content.read(HEAD_BYTES)
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"msf1"):
        return "heic"
    if head.startswith(b"PK"):
        return _archive(path)
    return _text(path, head)


def plain_name(given: str | None) -> str:
    """The name a file is shown under: no folders, no control characters, not too long."""
    base = (given or "").replace("\\", "/").rpartition("/")[2]
    kept = "".join(each for each in base if each.isprintable() and each not in '<>:"|?*').strip()
    stem, dot, ending = kept.rpartition(".")
    if dot and len(kept) > MAX_NAME_LENGTH:
        kept = f"{stem[: MAX_NAME_LENGTH - len(ending) - 1]}.{ending[:20]}"
    return kept[:MAX_NAME_LENGTH] or "file"


def _archive(path: Path) -> str:
    """Which document a zip is; macros inside make it none."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if len(names) > MAX_ENTRIES:
                return "an archive"
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return "a document with macros"
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return _OPEN_DOCUMENT.get(archive.read("mimetype").strip(), "an archive")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return "a broken archive"
    if "[Content_Types].xml" not in names:
        return "an archive"
    found = (kind for folder, kind in _OFFICE.items() if any(n.startswith(folder) for n in names))
    return next(found, "an archive")


def _text(path: Path, head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_WEB_PAGES) or b"<html" in start[:1024]:
        return "a web page"
    with path.open("rb") as content:
        while chunk := content.read(1 << 20):
            # Letters beyond ASCII may be of any old code page; these bytes are of no text.
            if any(byte in chunk for byte in (0x00, 0x01, 0x02, 0x7F)):
                return "unknown"
    return "text"
