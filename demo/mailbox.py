"""A mail server that sends nothing on: each mail becomes a file that the mail page shows."""

from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from core.ids import new_id

MAX_MAIL_BYTES = 1_000_000
#: Older mails are deleted beyond this number.
MAX_MAILS = 1_000


class Folder:
    """Takes mails in for aiosmtpd and keeps them as `<id>.eml`, newest last by name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        path = self._folder / f"{new_id()}.eml"
        draft = path.with_suffix(".part")
        draft.write_bytes(raw)
        draft.rename(path)
        for old in sorted(self._folder.glob("*.eml"))[:-MAX_MAILS]:
            old.unlink(missing_ok=True)
        return "250 Kept"


def start(folder: Path, port: int, host: str = "127.0.0.1") -> Controller:
    """Listen on a port in a thread of its own; `stop()` the controller to end it."""
    controller = Controller(
        Folder(folder), hostname=host, port=port, data_size_limit=MAX_MAIL_BYTES
    )
    controller.start()
    return controller
