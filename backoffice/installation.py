"""The data folder of an installation: who uses it, and the settings its processes share."""

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path

from core.config import Config
from core.errors import Conflict

SETTINGS = "settings.json"
#: Settings that `up` was given and that other commands on the same data folder take over.
SHARED = ("BACKOFFICE_DATABASE_URL", "BACKOFFICE_REDIS_URL", "BACKOFFICE_PUBLIC_URL")


class AlreadyRunning(Conflict):
    """Back Office already runs on {folder} (process {process}, {url}). Stop it or choose another folder with --data."""  # noqa: E501


def make_folder(data_dir: Path) -> None:
    """Make the data folder, for its owner only."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    data_dir.chmod(0o700)


def environment(data_dir: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for processes on this data folder: what `up` was told, unless said anew."""
    path = data_dir / SETTINGS
    known = json.loads(path.read_text()) if path.exists() else {}
    return {**known, **environ, "BACKOFFICE_DATA": str(data_dir)}


def remember(data_dir: Path, environ: Mapping[str, str]) -> None:
    """Keep the shared settings for later commands on the same folder."""
    path = data_dir / SETTINGS
    path.touch(mode=0o600)
    path.write_text(json.dumps({name: environ[name] for name in SHARED if environ.get(name)}))


def load(data_dir: Path, environ: Mapping[str, str] = os.environ) -> Config:
    """The settings for one command on this data folder."""
    make_folder(data_dir)
    return Config.from_environment(environment(data_dir, environ))


class Claim:
    """The right to be the only `backoffice up` on a data folder, held until the process ends."""

    def __init__(self, data_dir: Path) -> None:
        """Raises AlreadyRunning when another process has it."""
        self._path = data_dir / "running"
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            process, _, url = self._path.read_text().partition(" ")
            raise AlreadyRunning(folder=data_dir, process=process, url=url) from None

    def write(self, url: str) -> None:
        """Tell who holds the claim, for the message that a second start shows."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()} {url}".encode(), 0)

    def release(self) -> None:
        """Let others have the folder."""
        os.close(self._descriptor)
