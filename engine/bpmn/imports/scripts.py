"""Scripts of other languages that only set variables, as FEEL."""

import re

from engine.bpmn.imports.code import MAX_LENGTH, to_feel

_ASSIGNMENT = re.compile(
    r"(?:(?:var|let|const|def)\s+)?([A-Za-z_]\w*)\s*=(?![=~])\s*(.+)", re.DOTALL
)
_SET = re.compile(
    r"(?:execution|task|kcontext|delegateExecution)\.setVariable\(\s*"
    r"[\"']([A-Za-z_]\w*)[\"']\s*,\s*(.+)\)",
    re.DOTALL,
)


def assignments(script: str) -> dict[str, str] | None:
    """Variables and their FEEL in order, None when the script does anything else."""
    found: dict[str, str] = {}
    if len(script) > MAX_LENGTH:
        return None
    for line in re.split(r"[;\n]", script):
        statement = line.strip()
        if not statement or statement.startswith(("#", "//")):
            continue
        match = _SET.fullmatch(statement) or _ASSIGNMENT.fullmatch(statement)
        value = to_feel(match[2]) if match else None
        if match is None or value is None or match[1] in found:
            return None
        found[match[1]] = value
    return found or None


def as_context(values: dict[str, str]) -> str:
    """One FEEL context of several variables; later ones may read earlier ones."""
    return "{" + ", ".join(f"{name}: {value}" for name, value in values.items()) + "}"
