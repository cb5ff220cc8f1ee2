"""Settings of other engines as settings of ours: text that is literal, or an expression after `=`.

JUEL stands in `${…}` or `#{…}` anywhere in a text; Camunda 8 begins an expression with `=` as we
do; SpiffWorkflow's texts are Python, of which a quoted text is literal.
"""

import re

from engine.bpmn.extensions import is_feel
from engine.bpmn.imports.code import MAX_LENGTH, quoted, to_feel

_JUEL = re.compile(r"[$#]\{((?:[^{}\"']|\"[^\"]*\"|'[^']*')*)\}")
_QUOTED = re.compile(r"\"([^\"\\]*)\"|'([^'\\]*)'")


def has_juel(text: str) -> bool:
    """Whether a text has an expression in it."""
    return "${" in text or "#{" in text


def from_juel(text: str) -> str | None:
    """The setting for a text with JUEL in it, None when that is not of the simple kind."""
    if not has_juel(text):
        return text
    if len(text) > MAX_LENGTH:
        return None
    whole = _JUEL.fullmatch(text.strip())
    if whole is not None:
        found = to_feel(whole[1])
        return found and f"={found}"
    pieces: list[str] = []
    position = 0
    for match in _JUEL.finditer(text):
        inside = to_feel(match[1])
        if inside is None:
            return None
        pieces += [quoted(text[position : match.start()]), f"string({inside})"]
        position = match.end()
    rest = text[position:]
    if has_juel(rest):
        return None
    return "=" + " + ".join(each for each in [*pieces, quoted(rest)] if each != '""')


def from_code(text: str) -> str | None:
    """The setting for a bare expression, as Java and JavaScript write it."""
    found = to_feel(text)
    return found and f"={found}"


def from_python(text: str) -> str | None:
    """The setting for a Python expression."""
    literal = _QUOTED.fullmatch(text.strip())
    if literal is not None:
        return literal[1] or literal[2] or ""
    return from_code(text)


def as_feel(setting: str) -> str:
    """The FEEL of a setting: its expression, or a literal for its text."""
    return setting.lstrip()[1:].strip() if is_feel(setting) else quoted(setting)


def as_name(text: str) -> str | None:
    """The variable that `name`, `${name}` or `=name` stands for, None for anything else."""
    match = re.fullmatch(r"(?:[$#]\{\s*|=\s*)?([^\W\d]\w*)\s*\}?", text.strip())
    return match and match[1]


def as_topic(text: str) -> str:
    """What a worker is called by: `${charge.execute(order)}` gives `charge.execute`."""
    bare = re.sub(r"^[$#]\{|\}$", "", text.strip())
    match = re.match(r"[\w.$:/ -]+", bare)
    return (match[0] if match else bare).strip() or text
