"""Uploaded files: kept once, by the SHA-256 of what is in them.

<folder>/ab/ab12…ef    the bytes, written whole or not at all, and never changed
"""

import hashlib
import os
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, BinaryIO

from core.config import Config
from core.errors import Invalid, NotFound, TooLarge

CHUNK_BYTES = 1 << 20


class FileTooLarge(TooLarge):
    """A file may have {limit_mb} MB at most."""


class FileEmpty(Invalid):
    """The file is empty."""


class FileLost(NotFound):
    """The content of this file is no longer there. Ask your operator to look into the backups."""


@dataclass(frozen=True)
class Content:
    """What was kept: its SHA-256 in hex, and its size in bytes."""

    digest: str
    size: int


@dataclass(frozen=True)
class Store:
    """A folder of contents; several hosts may share one."""

    folder: Path

    def keep(self, stream: IO[bytes], *, limit: int) -> Content:
        """Write what a stream holds. Raises FileTooLarge beyond `limit` bytes, and FileEmpty."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(prefix=".upload-", dir=self.folder)
        try:
            with os.fdopen(descriptor, "wb") as output:
                content = _copy(stream, output, limit)
                output.flush()
                os.fsync(output.fileno())
            path = self.path(content.digest)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            # Also where it is there already: `remove` leaves alone what was written lately.
            Path(draft).replace(path)
        finally:
            Path(draft).unlink(missing_ok=True)
        return content

    def open(self, digest: str) -> BinaryIO:
        """The bytes, to be read. Raises FileLost."""
        try:
            return self.path(digest).open("rb")
        except FileNotFoundError:
            raise FileLost(digest=digest) from None

    def path(self, digest: str) -> Path:
        """Where a content lies, or would lie."""
        assert len(digest) == 64
        assert digest.isalnum()
        return self.folder / digest[:2] / digest

    def remove(self, digest: str, *, unless_younger: timedelta = timedelta(0)) -> bool:
        """Delete a content that nothing refers to, unless it was written again lately."""
        path = self.path(digest)
        try:
            if time.time() - path.stat().st_mtime < unless_younger.total_seconds():
                return False
            path.unlink()
        except FileNotFoundError:
            return False
        return True


def store_of(config: Config) -> Store:
    """Where this installation keeps its files."""
    return Store(config.files_dir or config.data_dir / "attachments")


def _copy(stream: IO[bytes], output: IO[bytes], limit: int) -> Content:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK_BYTES):
        size += len(chunk)
        if size > limit:
            raise FileTooLarge(limit_mb=f"{limit / 1_000_000:g}", limit=limit)
        digest.update(chunk)
        output.write(chunk)
    if not size:
        raise FileEmpty
    return Content(digest.hexdigest(), size)
