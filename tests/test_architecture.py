"""The house's rules that a program can check: layers, jobs, policies, settings, sizes."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from core.schedule import PERIODIC

ROOT = Path(__file__).parent.parent
#: Higher may import lower. Packages of one rank do not know each other.
RANK = {
    "core": 0,
    "engine": 1,
    "forms": 1,
    "work": 2,
    "planning": 3,
    "quality": 3,
    "insights": 4,
    "web": 5,
    "api": 6,
    "screens": 6,
    "designer": 6,
    "demo": 6,
    "backoffice": 7,
    "wsgi": 7,
}
#: They know every part, and each other.
ROOTS = {"backoffice", "wsgi"}
NEVER = {
    "engine": {"flask", "rq", "redis", "forms"},
    "forms": {"flask", "rq", "redis"},
    "work": {"flask", "rq", "redis"},
    "planning": {"flask", "rq", "redis"},
    "quality": {"flask", "rq", "redis"},
    "insights": {"flask", "rq", "redis"},
}
EDGES = {"api", "screens", "designer", "demo"}


def modules() -> list[Path]:
    return sorted(
        path
        for top in RANK
        for path in ([ROOT / f"{top}.py"] if top == "wsgi" else (ROOT / top).rglob("*.py"))
        if path.exists()
    )


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def top_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Dotted names of all modules that a file imports, anywhere in it."""
    names = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def named(paths: list[Path]) -> Any:
    return pytest.mark.parametrize("path", paths, ids=lambda path: str(path.relative_to(ROOT)))


@named(modules())
def test_imports_point_downwards(path: Path) -> None:
    own = top_of(path)
    tops = {name.partition(".")[0] for name in imported(path)} - {own}
    if own in ROOTS:
        tops -= ROOTS

    assert not {top for top in tops if RANK.get(top, -1) >= RANK[own]}
    assert not tops & NEVER.get(own, set())


def test_only_engine_bpmn_knows_spiffworkflow() -> None:
    users = {
        str(path.relative_to(ROOT))
        for path in modules()
        if any(name.startswith("SpiffWorkflow") for name in imported(path))
    }

    assert users
    assert all(user.startswith("engine/bpmn/") for user in users)


def test_core_knows_flask_in_one_place_only() -> None:
    users = {
        path.name
        for path in modules()
        if top_of(path) == "core"
        and any(name.partition(".")[0] in ("flask", "flask_sqlalchemy") for name in imported(path))
    }

    assert users == {"db.py"}


def test_jobs_and_commands_are_named_never_imported() -> None:
    importers = {
        str(path.relative_to(ROOT)): name
        for path in modules()
        for name in imported(path)
        if name.rpartition(".")[2] in ("jobs", "cli") and name.partition(".")[0] in RANK
    }

    assert not importers


def test_the_composition_roots_are_imported_by_nobody_below() -> None:
    assert not [
        path
        for path in modules()
        if top_of(path) not in ROOTS
        and any(name.partition(".")[0] in ROOTS for name in imported(path))
    ]


def calls(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@named(modules())
def test_nothing_evaluates_text_as_python(path: Path) -> None:
    assert not {"eval", "exec", "compile", "__import__", "pickle.loads"} & set(calls(path))


def test_only_core_db_commits() -> None:
    """Tests for `backoffice.database`: Alembic's connection is no session."""
    committers = {
        str(path.relative_to(ROOT))
        for path in modules()
        if any(re.search(r"session\.(commit|rollback)$", call) for call in calls(path))
    }

    assert committers == {"core/db.py"}


def test_background_jobs_that_are_named_exist() -> None:
    rung = {
        node.args[1].value
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] == "ring"
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
    }

    for name in sorted(rung | {entry.job for entry in PERIODIC}):
        module, _, function = name.rpartition(".")
        assert module.endswith(".jobs"), name
        assert callable(getattr(import_module(module), function)), name


def test_every_route_has_a_policy(app: Any) -> None:
    without = {
        f"{rule.rule} → {rule.endpoint}"
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "policy", None) is None
    }

    assert not without


def test_every_setting_is_documented() -> None:
    names = set(re.findall(r"\bBACKOFFICE_[A-Z_]+", (ROOT / "core/config.py").read_text()))
    guide = (ROOT / "docs/guides/settings.md").read_text()

    assert names
    assert not {name for name in names if f"`{name}`" not in guide}


@named(modules())
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree(path))


def test_a_wrong_import_would_be_seen(tmp_path: Path) -> None:
    wrong = tmp_path / "runtime.py"
    wrong.write_text("def later():\n    from flask import request\n    import web.person\n")

    assert {"flask", "web.person"} <= imported(wrong)
