"""ZIPs of files: written alike each time, read with suspicion and nothing of them onto a disk."""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from core.errors import Invalid, TooLarge

MAX_ENTRIES = 1_000
#: Of a ZIP as it comes, of one file in it, and of all files together.
MAX_PACKED = 10_000_000
MAX_FILE = 2_000_000
MAX_UNPACKED = 40_000_000
#: The earliest that a ZIP can say: when a file was written does not change the archive.
_ALWAYS = (1980, 1, 1, 0, 0, 0)
_ARCHIVES = (".zip", ".jar", ".war", ".ear", ".bar", ".gz", ".tgz", ".7z", ".rar", ".tar")
_ZIP_HEADS = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
_UNSAFE = re.compile(r"^/|^[A-Za-z]:|(^|/)\.\.(/|$)|[\x00-\x1f\x7f]")


class ArchiveUnreadable(Invalid):
    """This is no ZIP that can be read: {reason}."""


class ArchiveUnsafe(Invalid):
    """This archive is refused: the name “{name}” leaves its folder."""


class ArchiveTooLarge(TooLarge):
    """This archive is refused: {what} than {limit}."""


@dataclass(frozen=True)
class Unpacked:
    """Files by path, and for those that were left out why, by path."""

    files: Mapping[str, bytes]
    refused: Mapping[str, str] = field(default_factory=dict)


def pack(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of the files: equal bytes for equal files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _ALWAYS)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, files[name], compresslevel=9)
    return packed.getvalue()


def unpack(data: bytes) -> Unpacked:
    """The files of a ZIP that somebody brought.

    Raises ArchiveUnreadable, ArchiveTooLarge, and ArchiveUnsafe when a name points elsewhere.
    """
    if len(data) > MAX_PACKED:
        raise ArchiveTooLarge(what="it has more bytes", limit=f"{MAX_PACKED:,}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _unpacked(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
        raise ArchiveUnreadable(reason=str(error) or "it is damaged") from error


def gathered(brought: Iterable[tuple[str, bytes]]) -> Unpacked:
    """Files that were brought one by one, or as a folder: checked as those of a ZIP are."""
    files: dict[str, bytes] = {}
    refused: dict[str, str] = {}
    for number, (name, data) in enumerate(brought):
        if number >= MAX_ENTRIES:
            raise ArchiveTooLarge(what="it has more files", limit=MAX_ENTRIES)
        _take(files, refused, _checked(name), data)
    return Unpacked(files, refused)


def _unpacked(archive: zipfile.ZipFile) -> Unpacked:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise ArchiveTooLarge(what="it has more files", limit=MAX_ENTRIES)
    files: dict[str, bytes] = {}
    refused: dict[str, str] = {}
    for entry in entries:
        name = _checked(entry.filename)
        if entry.is_dir():
            continue
        reason = _reason(entry)
        if reason:
            refused[name] = reason
            continue
        # What the header says of the size is not believed: a bomb says it is small.
        with archive.open(entry) as stream:
            _take(files, refused, name, stream.read(MAX_FILE + 1))
    return Unpacked(files, refused)


def _reason(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & 0x1:
        return "it is encrypted"
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return "it is a link" if kind not in (0, stat.S_IFREG) else ""


def _take(files: dict[str, bytes], refused: dict[str, str], name: str, data: bytes) -> None:
    if len(data) > MAX_FILE:
        refused[name] = f"it has more than {MAX_FILE:,} bytes"
    elif name.lower().endswith(_ARCHIVES) or data.startswith(_ZIP_HEADS):
        refused[name] = "it is an archive in an archive"
    elif name in files:
        refused[name] = "it is there twice; the first one counts"
    else:
        files[name] = data
    if sum(map(len, files.values())) > MAX_UNPACKED:
        raise ArchiveTooLarge(what="it unpacks to more bytes", limit=f"{MAX_UNPACKED:,}")


def _checked(name: str) -> str:
    # Some tools of Windows write their own separators.
    name = name.replace("\\", "/")
    if _UNSAFE.search(name) or not name or len(name) > 500:
        raise ArchiveUnsafe(name=name[:100])
    return str(PurePosixPath(name))
