"""Several hundred expressions with their values, shared with the browser's tests.

`expressions.json` holds pairs: the expression, and its value as `string()` writes it; "does not
compile" stands for a mistake.
"""

import json
from pathlib import Path

import pytest

from core import feel

ROWS = json.loads(Path(__file__).with_name("expressions.json").read_text())


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_an_expression_has_its_value(text, expected):
    try:
        found = feel.format_value(feel.compile(text)({}))
    except feel.FeelSyntaxError:
        found = "does not compile"

    assert found == expected
