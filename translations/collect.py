"""Collects what the product says and brings the catalogues of all languages up to date.

    python -m translations.collect      what is new stands in each catalogue, without a translation

Three catalogues: `messages` (pages, mails, and sentences of everything below the pages), `scripts`
(scripts of all pages), `editors` (scripts of the designer, and the bpmn.io editors in it).
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from core.languages import NAMES, SOURCE

ROOT = Path(__file__).parent.parent
LANGUAGES = tuple(known for known in NAMES if known != SOURCE)
#: Where texts are marked: pages, and what is written to people who are known: mails.
MARKED = ("web", "screens", "designer", "api", "core", "engine", "work")
#: Where sentences are written without `_`, because a reader is not known there.
BELOW = ("core", "engine", "forms", "work", "insights", "designer", "screens", "web")
#: What speaks to whoever starts the product on a command line, to programs, or to nobody.
SILENT = re.compile(
    r"core/(config|metrics|failpoints|db|outbox|schedule)\.py|engine/dmn/tck\.py|"
    r"engine/bpmn/fuzz|/(cli|models|bodies)\.py|/models/|engine/projections/|"
    r"core/feel/(builtins/ranges|constants|properties)\.py|web/(assets|watching|live)\.py"
)
SCRIPTS = ("app", "desk", "inbox", "lib", "project", "task", "viewer")
EDITORS = ("decision_editor", "designer", "form_editor", "modeler", "trial")
#: What of node_modules speaks on the pages, by catalogue; it hands its texts to `translate`.
BORROWED = {
    "scripts": ("@bpmn-io/form-js-viewer/dist/index.es.js",),
    "editors": (
        "bpmn-js",
        "diagram-js",
        "bpmn-js-properties-panel/dist/index.esm.js",
        "bpmn-js-create-append-anything/dist/index.es.js",
        "dmn-js-drd",
        "dmn-js-properties-panel/dist/index.esm.js",
        "dmn-js-decision-table",
        "dmn-js-literal-expression",
        "dmn-js-boxed-expression",
        "dmn-js-shared",
        "bpmn-js-color-picker/colors/ColorPopupProvider.js",
        "bpmn-js-color-picker/colors/ColorContextPadProvider.js",
        "diagram-js-minimap/dist/index.esm.js",
        "@bpmn-io/properties-panel/dist/index.esm.js",
        "@bpmn-io/form-js-editor/dist/index.es.js",
    ),
}
KEYWORDS = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
}
MARKERS = (*KEYWORDS, "builtin", "getLogger", "ring")

Text = tuple[str | tuple[str, str], str]  # what is said, and the file that says it


def collect() -> dict[str, Catalog]:
    """A catalogue of each kind with all that is said today, without translations."""
    return {
        "messages": _catalogue([*_marked(), *_connectors(), *_errors_and_sentences()]),
        "scripts": _catalogue([*_scripts(SCRIPTS), *_borrowed("scripts")]),
        "editors": _catalogue([*_scripts(EDITORS), *_borrowed("editors")]),
    }


def path(language: str, name: str) -> Path:
    return ROOT / "translations" / language / "LC_MESSAGES" / f"{name}.po"


def update() -> None:
    """Bring every catalogue up to date: what is no longer said goes, what is new waits."""
    for name, template in collect().items():
        for language in LANGUAGES:
            file, kept = path(language, name), Catalog(locale=language)
            if file.exists():
                with file.open("rb") as stream:
                    kept = read_po(stream, locale=language)
            kept.update(template, no_fuzzy_matching=True)
            kept.obsolete.clear()
            _head(kept, template)
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("wb") as stream:
                write_po(stream, kept, width=100, include_lineno=False, sort_output=False)
            missing = [message for message in kept if message.id and not _is_translated(message)]
            print(f"{file.relative_to(ROOT)}: {len(kept)} texts, {len(missing)} to translate")


def _head(kept: Catalog, template: Catalog) -> None:
    """The head of a file says what it is, and no text is half translated."""
    kept.fuzzy = False
    kept.header_comment = "# What the product says: docs/guides/languages.md"
    kept.project, kept.version = "Back Office", "2"
    kept.last_translator = kept.language_team = kept.msgid_bugs_address = ""
    kept.creation_date = kept.revision_date = template.creation_date
    for message in kept:
        message.flags.discard("fuzzy")


def _is_translated(message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings)


def _catalogue(texts: Iterable[Text]) -> Catalog:
    catalogue = Catalog(
        project="Back Office", version="2", creation_date=datetime(2026, 1, 1, tzinfo=UTC)
    )
    for text, file in texts:
        catalogue.add(text, locations=[(file, 1)])
    return catalogue


def _marked() -> Iterator[Text]:
    """The texts that are marked: in Python and in templates."""
    for part in MARKED:
        for file in sorted((ROOT / part).rglob("*")):
            method = {".py": "python", ".html": "jinja2.ext:babel_extract"}.get(file.suffix)
            if not method:
                continue
            options = {"extensions": "jinja2.ext.do", "trimmed": "true", "silent": "false"}
            for found in extract_from_file(method, file, keywords=KEYWORDS, options=options):
                text = found[1]
                yield (text[:2] if isinstance(text, tuple) else text), _name(file)


def _connectors() -> Iterator[Text]:
    """What the designer says of the connectors that are built in."""
    file = ROOT / "designer" / "connectors.json"
    for connector in json.loads(file.read_text()):
        parts = [connector.get("name"), connector.get("description")]
        for each in connector["inputs"]:
            parts += [each.get("label"), each.get("description")]
        yield from ((text, _name(file)) for text in parts if text and not text.startswith("={"))


def _errors_and_sentences() -> Iterator[Text]:
    for part in BELOW:
        for file in sorted((ROOT / part).rglob("*.py")):
            if SILENT.search(_name(file)):
                continue
            tree = ast.parse(file.read_text())
            yield from ((text, _name(file)) for text in _errors(tree))
            yield from ((text, _name(file)) for text in _sentences(tree))


ERRORS = {"BackOfficeError", "NotFound", "Invalid", "Forbidden", "Conflict", "Unavailable"}


def _errors(tree: ast.Module) -> Iterator[str]:
    """The first line of the docstring of every error: its sentence."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name in known_errors():
            yield (ast.get_docstring(node) or "").splitlines()[0]


_KNOWN: set[str] = set()


def known_errors() -> set[str]:
    """The names of all errors of the product: whoever inherits from one of the kinds."""
    if _KNOWN:
        return _KNOWN
    parents: dict[str, set[str]] = {}
    for part in (*BELOW, "api"):
        for file in (ROOT / part).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.ClassDef) and ast.get_docstring(node):
                    bases = {ast.unparse(base).split(".")[-1] for base in node.bases}
                    parents.setdefault(node.name, set()).update(bases)
    _KNOWN.update(ERRORS)
    while more := {name for name, bases in parents.items() if bases & _KNOWN} - _KNOWN:
        _KNOWN.update(more)
    return _KNOWN


def _sentences(tree: ast.Module) -> Iterator[str]:
    """Texts that are not marked, with `{name}` for what is put in; what is plainly none is left."""
    left = set(_not_said(tree))
    for node in ast.walk(tree):
        if id(node) in left:
            continue
        text = template(node)
        if text and _is_prose(text):
            yield text


def _not_said(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield from _inside(node.value)
        elif isinstance(node, ast.JoinedStr):
            yield from (each for part in node.values for each in _inside(part))
        elif isinstance(node, ast.Assert) and node.msg:
            yield from _inside(node.msg)
        elif isinstance(node, ast.Call) and _is_marker(node.func):
            yield from (each for part in node.args for each in _inside(part))


def _inside(node: ast.AST) -> Iterator[int]:
    # What is called for its effect alone still says what it is given.
    if isinstance(node, ast.Call | ast.Await | ast.Yield | ast.YieldFrom):
        return
    yield from (id(each) for each in ast.walk(node))


def _is_marker(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        logs = isinstance(function.value, ast.Name) and function.value.id == "log"
        return logs or function.attr in MARKERS or function.attr in ("compile", "execute")
    return isinstance(function, ast.Name) and function.id in MARKERS


def template(node: ast.AST) -> str | None:
    """The text of a string, or of an f-string with `{name}` where values stand."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    said, used = "", []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            names = re.findall(r"[A-Za-z_]\w*", ast.unparse(part.value))
            name = names[-1] if names else "value"
            used.append(name)
            again = used.count(name)
            said += "{" + name + (str(again) if again > 1 else "") + "}"
        else:
            said += str(part.value)
    return said


def _is_prose(text: str) -> bool:
    words = re.findall(r"[A-Za-z’']{2,}", re.sub(r"\{\w+\}", "", text))
    if len(words) < 2 or sum(map(len, words)) < 8 or not re.search(r"[a-z}»”)] [a-z{“(]|, ", text):
        return False
    return not re.search(
        r"[\n<>\\]| (IS|AND|NOT|FROM) |^[a-z_.:-]+$|^\w+: \w+[,?]|=\"|\{\w+\}/|::|^[A-Z]{3,4} ",
        text,
    )


def _scripts(parts: Iterable[str]) -> Iterator[Text]:
    for part in parts:
        for file in sorted((ROOT / "static" / "src" / part).rglob("*.js")):
            for text in written_in(file.read_text()):
                yield text, _name(file)


#: A string of a script that somebody reads: a word in capital, or several words.
WORDED = re.compile(
    r"[A-Z][a-z]*[ :]\S|[A-Z][a-z]+$|it \w+ \w|PT?\d\w+ is |.*[a-z\d]{2,}[,;]? [a-z]+ [a-z]+"
)


def written_in(source: str) -> list[str]:
    """The texts of a script of ours: what `t` is given, and what is written to be given to it."""
    source = re.sub(r"(?s)/\*.*?\*/", "", source)
    source = re.sub(r"(?m)(^|\s)//.*$", "", source)
    given = re.findall(r'\bt\(\s*"((?:[^"\\\n]|\\.)+)"', source)
    literals = re.findall(r'"((?:[^"\\\n]|\\.)+)"', source)
    words = [text for text in literals if WORDED.match(text)]
    return [text.replace('\\"', '"') for text in dict.fromkeys((*given, *words))]


def _borrowed(name: str) -> Iterator[Text]:
    for package in BORROWED[name]:
        place = ROOT / "node_modules" / package
        files = [place] if place.is_file() else sorted((place / "lib").rglob("*.js"))
        for file in files:
            for text in translated_by(_ours(file.read_text())):
                yield text, package.split("/dist")[0]
    yield from ((text, "@bpmn-io/properties-panel") for text in BUILT if name == "editors")


#: Texts that bpmn.io puts together from parts.
BUILT = (
    "List contains {numOfItems} item",
    "List contains {numOfItems} items",
    "Click to remove dynamic value with FEEL expression",
    "Click to set a dynamic value with FEEL expression",
    "Participant ID",
    "ID",
    "Create a {name} element",
    "Remove {name}",
)


def _ours(source: str) -> str:
    """The part of the properties panel that is in use: BPMN, without what other engines add."""
    return source.split("function isZeebeServiceTask")[0].split("zeebe:ZeebeServiceTask")[0]


def translated_by(source: str) -> list[str]:
    """The texts that a script of bpmn.io hands to `translate`, or keeps for it under a name."""
    quoted = r"(?:\"((?:[^\"\\\n]|\\.)+)\"|'((?:[^'\\\n]|\\.)+)')"
    found = re.findall(r"\b_?translate\$?\d?\(\s*" + quoted, source)
    kept = r"\b(?:label|title|explanation|name|description|placeholder)(?:: ?| = )"
    found += re.findall(kept + quoted, source)
    found += re.findall(r"\breturn '()([A-Z][a-z]+ [a-z][a-z ]+)'", source)
    found += re.findall(r"\b[A-Z_]+(?:_LABEL|_MSG|_MESSAGE)S? = " + quoted, source)
    texts = [(double or single).replace("\\'", "'") for double, single in found]
    kinds = re.findall(r"\n  '([A-Z]\w+)': \w+[Ii]con\b", source)
    texts += [
        re.sub(r"\B([A-Z])", r" \1", kind).replace("Non Interrupting", "(Non Interrupting)")
        for kind in kinds
    ]
    return [text for text in dict.fromkeys(texts) if re.search(r"[A-Z<a-z][a-z]{2,}| ", text)]


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    update()
