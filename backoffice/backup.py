"""Copies of an installation on SQLite: made while it runs, and put back into a data folder.

A copy is one file, a tar packed with Zstandard, readable by its owner only, since it holds the key:

manifest.json   version, revision of the tables, when, and the SHA-256 of each other file
backoffice.db   the database, as it was at one moment
secret_key      what cookies, sign-in links and webhooks are derived from
attachments/…   uploaded files, where there are any
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Any

import zstandard
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

from backoffice import database, installation
from core import clock
from core.config import Config
from core.errors import Conflict, Invalid, NotFound

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "backoffice.db"
#: Files and folders beside the database without which a copy would not be whole.
BESIDE = ("secret_key", "attachments")
MAX_MANIFEST_BYTES = 50_000_000
#: A reader waits so long for a database that is being written.
TIMEOUT = timedelta(seconds=30)


class NotSqlite(Invalid):
    """This installation uses PostgreSQL: copy it with pg_dump or point-in-time recovery, see docs/guides/production.md."""  # noqa: E501


class NothingThere(NotFound):
    """There is no {path}."""


class WouldOverwrite(Conflict):
    """{path} exists already. Say --force to replace it."""


class CopyDamaged(Invalid):
    """{path} cannot be used: {reason}."""


def make(config: Config, target: Path, *, force: bool = False) -> dict[str, Any]:
    """Copy a running or resting installation into one file; its manifest.

    Raises NotSqlite, NothingThere, WouldOverwrite, and CopyDamaged when the database is broken.
    """
    source = _database_of(config)
    if target.exists() and not force:
        raise WouldOverwrite(path=target)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.absolute().parent) as scratch:
        copy = Path(scratch) / DATABASE
        _copy_database(source, copy)
        files = {DATABASE: copy, **_beside(config)}
        manifest = {
            "format": FORMAT,
            "version": _version(),
            "revision": _check(copy, target),
            "made_at": clock.now().isoformat(),
            "files": {name: _digest(path) for name, path in files.items()},
        }
        packed = Path(scratch) / "packed"
        _pack(packed, manifest, files)
        packed.replace(target)
    return manifest


def put_back(source: Path, data_dir: Path, *, force: bool = False) -> dict[str, Any]:
    """Fill a data folder from a copy that was checked whole; its manifest.

    With `force` an existing database is kept beside the new one, as `backoffice.db.before`.
    Raises NothingThere, WouldOverwrite, CopyDamaged, and AlreadyRunning for a folder in use.
    """
    if not source.is_file():
        raise NothingThere(path=source)
    installation.make_folder(data_dir)
    claim = installation.Claim(data_dir)
    try:
        present = [name for name in (DATABASE, *BESIDE) if (data_dir / name).exists()]
        if present and not force:
            raise WouldOverwrite(path=data_dir / present[0])
        return _put_back(source, data_dir)
    finally:
        claim.release()


def _put_back(source: Path, data_dir: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=data_dir) as scratch:
        folder = Path(scratch)
        manifest = _unpack(source, folder)
        if _check(folder / DATABASE, source) != manifest["revision"]:
            raise CopyDamaged(path=source, reason="its manifest tells of another database")
        _move_in(folder, data_dir)
    return manifest


def _database_of(config: Config) -> Path:
    if not config.is_sqlite:
        raise NotSqlite
    path = Path(make_url(config.database_url).database or "")
    if not path.is_file():
        raise NothingThere(path=path)
    return path


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's online backup, in one step: writers go on, and the copy is of one moment."""
    seconds = TIMEOUT.total_seconds()
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=seconds)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new, pages=-1)
    target.chmod(0o600)


def _check(path: Path, named: Path) -> str:
    """The revision of the tables, once SQLite has found nothing wrong and we know that revision."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            [said] = connection.execute("PRAGMA integrity_check(1)").fetchone()
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.DatabaseError as error:
        raise CopyDamaged(path=named, reason=f"its database is damaged ({error})") from None
    if said != "ok" or broken is not None:
        raise CopyDamaged(path=named, reason=f"its database is damaged ({said})")
    revision = ",".join(sorted(each[0] for each in found))
    known = {script.revision for script in _scripts().walk_revisions()}
    if not set(revision.split(",")) <= known:
        raise CopyDamaged(path=named, reason=f"its tables ({revision}) are of a newer version")
    return revision


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(database.ROOT / "migrations"))


def _beside(config: Config) -> dict[str, Path]:
    """The files beside the database, by their names in the copy; uploads wherever they are kept."""
    key, uploads = (config.data_dir / name for name in BESIDE)
    uploads = config.files_dir or uploads
    found = {BESIDE[0]: key} if key.is_file() else {}
    for path in sorted(uploads.rglob("*")) if uploads.is_dir() else ():
        # Uploads that are under way have names of their own.
        if path.is_file() and not path.name.startswith("."):
            found[f"{BESIDE[1]}/{path.relative_to(uploads)}"] = path
    return found


def _pack(target: Path, manifest: dict[str, Any], files: dict[str, Path]) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(descriptor, "wb") as output,
        zstandard.ZstdCompressor(level=3).stream_writer(output) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        content = json.dumps(manifest, indent=1).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
        for name, path in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = path.stat().st_size
            with path.open("rb") as content_of:
                tar.addfile(entry, content_of)
    with target.open("rb") as written:
        os.fsync(written.fileno())


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Write the files that the manifest names, and only those, and compare their digests."""
    try:
        with _opened(source) as tar:
            manifest = _manifest(tar, source)
            while (entry := tar.next()) is not None:
                if entry.name not in manifest["files"] or not entry.isfile():
                    raise CopyDamaged(path=source, reason=f"{entry.name} does not belong there")
                content = tar.extractfile(entry)
                assert content is not None
                _write(folder / entry.name, content)
    except (tarfile.TarError, zstandard.ZstdError, EOFError, ValueError) as error:
        raise CopyDamaged(path=source, reason=f"it is no whole copy ({error})") from None
    for name, digest in manifest["files"].items():
        if not (folder / name).is_file() or _digest(folder / name) != digest:
            raise CopyDamaged(path=source, reason=f"{name} is not what was copied")
    return manifest


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    with (
        source.open("rb") as packed,
        zstandard.ZstdDecompressor().stream_reader(packed) as plain,
        tarfile.open(fileobj=plain, mode="r|") as tar,
    ):
        yield tar


def _manifest(tar: tarfile.TarFile, source: Path) -> dict[str, Any]:
    entry = tar.next()
    content = None if entry is None or entry.name != MANIFEST else tar.extractfile(entry)
    if entry is None or content is None or entry.size > MAX_MANIFEST_BYTES:
        raise CopyDamaged(path=source, reason="it does not begin with a manifest")
    manifest: dict[str, Any] = json.loads(content.read())
    if manifest.get("format") != FORMAT:
        raise CopyDamaged(path=source, reason=f"its format is {manifest.get('format')}")
    for name in manifest["files"]:
        allowed = name == DATABASE or Path(name).parts[0] in BESIDE
        if not allowed or ".." in Path(name).parts or Path(name).is_absolute():
            raise CopyDamaged(path=source, reason=f"{name} does not belong there")
    return manifest


def _write(path: Path, content: IO[bytes]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as output:
        shutil.copyfileobj(content, output, 1 << 20)
        os.fsync(output.fileno())


def _move_in(folder: Path, data_dir: Path) -> None:
    """Put the checked files in place; the database last, and without the journal of another one."""
    old = data_dir / DATABASE
    if old.exists():
        with closing(sqlite3.connect(old)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        old.replace(old.with_suffix(".db.before"))
    for suffix in ("-wal", "-shm"):
        old.with_name(old.name + suffix).unlink(missing_ok=True)
    for name in BESIDE:
        if (folder / name).exists():
            if (data_dir / name).is_dir():
                shutil.rmtree(data_dir / name)
            (folder / name).replace(data_dir / name)
    (folder / DATABASE).replace(old)


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _version() -> str:
    try:
        return version("back-office")
    except PackageNotFoundError:
        return "unknown"
