"""What happened to one name of a foreign vocabulary."""

from dataclasses import dataclass
from typing import Literal

What = Literal["translated", "kept", "meaningless"]


@dataclass(frozen=True)
class Note:
    """Where, which foreign name, what became of it, and a sentence about it.

    "translated" takes effect under `target`, "kept" stays in the file without effect, and what is
    "meaningless" needs no counterpart here. `unfinished` asks for a decision of the modeller.
    """

    element: str | None
    what: What
    source: str
    target: str
    sentence: str
    unfinished: bool = False
