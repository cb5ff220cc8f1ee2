"""The guide to models names every rule there is, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
MODULES = (
    "check", "data_stores", "event_rules", "expressions", "grammar", "imports/__init__", "lint",
    "normalize", "script_rules", "unfinished",
)  # fmt: skip
#: Rules whose name is put together of two parts.
MADE = {f"event_without_{kind}" for kind in ("message", "signal", "error", "escalation")}


def test_the_guide_names_every_rule():
    guide = (ROOT / "docs" / "guides" / "models.md").read_text()
    cells = re.findall(r"^\|([^|]+)\|", guide.split("## Rules")[1], re.MULTILINE)
    told = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    sources = [(ROOT / "engine" / "bpmn" / f"{name}.py").read_text() for name in MODULES]
    made = re.compile(
        r'(?:error|warning|todo|tell|make|Change)\(\s*[^"]*?,\s*"([a-z_]+)"'
        r'|return todo\(\w+, "(\w+)"'
    )

    found = {name for text in sources for pair in made.findall(text) for name in pair if name}

    assert found | MADE == told
