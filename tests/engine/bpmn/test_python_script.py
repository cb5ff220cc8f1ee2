"""What a script names is read from its text; what it may not hold is told with its line."""

import pytest

from engine.bpmn.process_reader import models
from engine.bpmn.python_script import MODULES, is_python, read_script
from engine.bpmn.reader import read
from engine.bpmn.script_rules import check_scripts
from tests.build import process


@pytest.mark.parametrize(
    ("text", "reads", "assigns"),
    [
        ("total = price * 2", {"price"}, ("total",)),
        ("total += 1", {"total"}, ("total",)),
        ("total: int = 1\nlater: int", {"int"}, ("total",)),
        ("a, (b, *c) = rows", {"rows"}, ("a", "b", "c")),
        ("if (n := len(rows)) > 1:\n    many = True", {"len", "rows"}, ("n", "many")),
        ("for row in rows:\n    last = row", {"rows", "row"}, ("last",)),
        ("customer['name'] = 'Ada'", {"customer"}, ("customer",)),
        ("def f(x):\n    inner = x\n    return inner\ny = f(1)", {"x", "inner", "f"}, ("y",)),
        ("def f():\n    global total\n    total = 1\nf()", {"f"}, ("total",)),
        ("_note = 1\nimport math\nshown = math.pi", {"math"}, ("shown",)),
        ("a = [x for x in rows]", {"x", "rows"}, ("a",)),
        ("rows.append(1)", {"rows"}, ()),
    ],
)
def test_reads_become_inputs_and_assignments_outputs(text, reads, assigns):
    script = read_script(text)

    assert script.reads == reads
    assert set(script.assigns) == set(assigns)
    assert script.mistakes == ()


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("x = 1\ny = (", 2, "no Python"),
        ("x = 1\n  y = 2", 2, "indent"),
        ("import os", 1, "imports os"),
        ("from subprocess import run", 1, "imports subprocess"),
        ("from . import x", 1, "imports ."),
        ("import os.path as math", 1, "imports os.path"),
        ("\nopen('/etc/passwd')", 2, "names open"),
        ("eval('1')", 1, "names eval"),
        ("x = ().__class__", 1, "names __class__"),
        ("__builtins__", 1, "names __builtins__"),
        ("del x", 1, "del"),
        ("with a: pass", 1, "with"),
        ("def f():\n    yield 1", 2, "yield"),
        ("async def f(): pass", 1, "async"),
        ("x = " + "(" * 500 + ")" * 500, 1, "no Python"),
        ("x = " + "-" * 30_000 + "1", 1, "deeply"),
        ("x = 1\x00", 1, "no Python"),
        ("#" * 70_000, 1, "longer"),
    ],
)
def test_what_a_script_may_not_hold_is_told_with_its_line(text, line, word):
    mistakes = read_script(text).mistakes

    assert mistakes[0].line == line
    assert word in mistakes[0].sentence


def test_modules_that_only_compute_may_be_imported():
    text = "\n".join(f"import {name}" for name in sorted(MODULES))

    assert read_script(text).mistakes == ()


@pytest.mark.parametrize("name", ["python", "Python", "text/python", "application/python"])
def test_languages_that_are_python(name):
    assert is_python(name)
    assert not is_python("jython-like " + name)


def problems(script, **attributes):
    drawing = process("p", **attributes).script_task("sum_up", script, language="python").end()
    [model] = models(read(bytes(drawing)))
    return [(each.rule, each.severity) for each in check_scripts(model)]


def test_a_broken_script_is_an_error_and_in_a_drawing_a_todo():
    assert problems("x = (") == [("script", "error")]
    assert problems("x = (", isExecutable="false") == [("script", "todo")]
    assert problems("x = 1") == []


def test_a_script_that_sets_nothing_is_warned_of():
    assert problems("len(rows)") == [("script_without_result", "warning")]
