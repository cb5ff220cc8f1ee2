"""Has uploaded files looked at by whatever an installation has against malware.

The setting is a command, to which the path is added (exit code 0: clean, 1: infected, as ClamAV's
`clamdscan` answers), or an address that gets the bytes by POST (2xx: clean, 406 or 422: infected).
Any other answer, or none, means that nobody knows: the file is not taken.
"""

import logging
import shlex
import subprocess
from pathlib import Path

import httpx

from core.errors import Invalid, Unavailable

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 30.0
INFECTED = (406, 422)


class FileInfected(Invalid):
    """{name} was refused by the malware scanner. Nothing was stored."""


class ScannerSilent(Unavailable):
    """The malware scanner does not answer, so no file can be taken right now. Try again later."""


def scan(path: Path, name: str, scanner: str) -> None:
    """Return when a file is clean. Raises FileInfected, ScannerSilent."""
    if scanner.startswith(("http://", "https://")):
        clean = _ask_address(path, scanner)
    else:
        clean = _ask_command(path, scanner)
    if not clean:
        log.warning("the scanner refused a file", extra={"file": path.name})
        raise FileInfected(name=name)


def _ask_command(path: Path, scanner: str) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own command
            [*shlex.split(scanner), str(path)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        log.exception("the scanner cannot be run")
        raise ScannerSilent from error
    if done.returncode not in (0, 1):
        log.error("the scanner failed: %s", done.stderr[-500:])
        raise ScannerSilent
    return done.returncode == 0


def _ask_address(path: Path, scanner: str) -> bool:
    try:
        with path.open("rb") as content:
            answer = httpx.post(scanner, content=content, timeout=TIMEOUT_SECONDS)
    except httpx.HTTPError as error:
        log.exception("the scanner cannot be reached")
        raise ScannerSilent from error
    if answer.is_success:
        return True
    if answer.status_code in INFECTED:
        return False
    log.error("the scanner answered %s", answer.status_code)
    raise ScannerSilent
