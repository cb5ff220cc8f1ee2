"""What a Python script names, and what it may not hold. It is only parsed here, never run.

Reads become inputs, assignments at the top level become outputs; `_private` names stay inside.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

#: Longest script, in characters.
MAX_LENGTH = 65_536
#: Modules without a way out: they compute, and that is all.
MODULES = frozenset(
    (
        *("base64", "collections", "datetime", "decimal", "functools", "hashlib"),
        *("itertools", "json", "math", "random", "re", "time", "typing"),
    )
)
#: Built-in functions that reach outside, run text or look into the interpreter.
REFUSED_NAMES = frozenset(
    (
        *("__import__", "breakpoint", "compile", "eval", "exec", "exit", "globals"),
        *("help", "input", "locals", "open", "quit", "vars"),
    )
)
_FORMATS = frozenset(["python", "text/python", "application/python", "text/x-python", "python3"])
_REFUSED: dict[type[ast.AST], str] = {
    ast.Delete: "del",
    ast.Yield: "yield",
    ast.YieldFrom: "yield from",
    ast.Await: "await",
    ast.AsyncFunctionDef: "async",
    ast.AsyncFor: "async",
    ast.AsyncWith: "async",
    ast.With: "with",
}
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass(frozen=True)
class Mistake:
    """Something a script may not hold, and where."""

    line: int
    sentence: str


@dataclass(frozen=True)
class PythonScript:
    """A script as its text tells: what it reads, what it sets, what is wrong with it."""

    text: str
    reads: frozenset[str] = frozenset()
    assigns: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


def is_python(script_format: str | None) -> bool:
    """Whether `scriptFormat` means Python."""
    return (script_format or "").strip().lower() in _FORMATS


@lru_cache(maxsize=1024)
def read_script(text: str) -> PythonScript:
    """What a script names, and its mistakes; cached by text."""
    if len(text) > MAX_LENGTH:
        return _unreadable(text, 1, f"it is longer than {MAX_LENGTH:,} characters")
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        return _unreadable(text, error.lineno or 1, error.msg)
    except (ValueError, RecursionError, MemoryError):
        return _unreadable(text, 1, "it is nested too deeply, or holds characters that no code has")
    nodes = list(ast.walk(tree))
    return PythonScript(
        text,
        frozenset(_reads(nodes)),
        tuple(dict.fromkeys(_assigned(tree, nodes))),
        tuple(_mistakes(nodes)),
    )


def _unreadable(text: str, line: int, reason: str) -> PythonScript:
    return PythonScript(text, mistakes=(Mistake(line, f"line {line} is no Python: {reason}"),))


def _reads(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def _assigned(tree: ast.Module, nodes: list[ast.AST]) -> Iterator[str]:
    """Names that assignments set for the whole script: `=`, `+=`, `: type =`, `:=`, `global`."""
    for node in _outside_functions(tree):
        for target in _targets(node):
            yield from filter(_is_public, _names_in(target))
    for node in nodes:
        if isinstance(node, ast.Global):
            yield from filter(_is_public, node.names)


def _targets(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Assign():
            return node.targets
        case ast.AugAssign() | ast.NamedExpr():
            return [node.target]
        case ast.AnnAssign() if node.value is not None:
            return [node.target]
    return []


def _outside_functions(tree: ast.AST) -> Iterator[ast.AST]:
    waiting = [tree]
    while waiting:
        node = waiting.pop(0)
        yield node
        waiting += [each for each in ast.iter_child_nodes(node) if not isinstance(each, _SCOPES)]


def _names_in(target: ast.expr) -> Iterator[str]:
    """The names of `a`, `a, *b`, and the holder of `a["b"]` or `a.b`."""
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Tuple | ast.List):
        for each in target.elts:
            yield from _names_in(each)
    elif isinstance(target, ast.Starred | ast.Subscript | ast.Attribute):
        yield from _names_in(target.value)


def _is_public(name: str) -> bool:
    return not name.startswith("_")


def _mistakes(nodes: list[ast.AST]) -> Iterator[Mistake]:
    for node in nodes:
        line = getattr(node, "lineno", 1)
        for reason in _refused(node):
            yield Mistake(line, f"line {line} {reason}")


def _refused(node: ast.AST) -> Iterator[str]:
    if type(node) in _REFUSED:
        yield f"uses {_REFUSED[type(node)]}, which scripts do not have"
    elif isinstance(node, ast.Name) and (node.id in REFUSED_NAMES or _is_inner(node.id)):
        yield f"names {node.id}, which scripts may not use"
    elif isinstance(node, ast.Attribute) and _is_inner(node.attr):
        yield f"names {node.attr}, which scripts may not use"
    elif isinstance(node, ast.Import):
        for each in node.names:
            if each.name not in MODULES:
                yield _no_module(each.name)
    elif isinstance(node, ast.ImportFrom) and (node.level or node.module not in MODULES):
        yield _no_module(node.module or ".")


def _is_inner(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _no_module(name: str) -> str:
    return f"imports {name}; scripts have {', '.join(sorted(MODULES))}"
