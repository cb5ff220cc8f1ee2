"""What the product says is said in every language: complete, current, and with its placeholders."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from translations import collect

ROOT = Path(__file__).parent.parent
TEMPLATES = [
    file
    for part in ("web", "screens", "designer", "api")
    for file in sorted((ROOT / part).rglob("templates/**/*.html"))
]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\s?\w+\s?\}|%%")
#: Names of the product and of keys are the same in every language.
SAME = re.compile(r"(· )?Back Office|\(?(Ctrl|Shift)[ +][\w +]+\)?")


def words(said: str | tuple[str, ...]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)


def read(language: str, name: str) -> Catalog:
    with collect.path(language, name).open("rb") as stream:
        return read_po(stream, locale=language)


def left_over(markup: str) -> list[str]:
    """What a reader sees of a template that no `_()` has said."""
    classes = r"{% block main_class %}.*?{% endblock %}"
    without = re.sub(classes + r"|{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->", "¤", markup, flags=re.DOTALL)
    without = re.sub(r"<(script|style|svg|code|kbd)\b.*?</\1>", "¤", without, flags=re.DOTALL)
    shown = re.findall(r'\b(?:title|aria-label|placeholder|alt)="([^"]*)"', without)
    shown += re.split(r"<[^>]*>|¤|&\w+;", without)
    found = (" ".join(text.replace("¤", " ").split()) for text in shown)
    return [text for text in found if re.search(r"[A-Za-z]{2,}", text) and not is_same(text)]


def is_same(text: str) -> bool:
    """Whether it is a name, or a part of a tag that a macro builds."""
    return bool(SAME.fullmatch(text)) or '"' in text


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_template_says_nothing_outside_of_the_catalogue(file: Path) -> None:
    assert left_over(file.read_text()) == []


def test_a_hard_wired_text_would_be_seen() -> None:
    markup = '<p title="Go">{{ _("Yes") }} <b>Hello you</b></p><i aria-label="{{ y }}">·</i>'

    assert left_over(markup) == ["Go", "Hello you"]


def frozen(markup: str) -> list[str]:
    """The texts that a template sets at its top: imported without context, the first reader's."""
    top = re.sub(r"{% macro.*?{% endmacro %}", "", markup, flags=re.DOTALL)
    return re.findall(r"{%-? set (\w+)(?:(?!%}).)*?\b_\(", top, flags=re.DOTALL)


def test_no_template_keeps_the_words_of_its_first_reader() -> None:
    by_name = {str(file).rpartition("templates/")[2]: file.read_text() for file in TEMPLATES}
    imports = [
        (name, imported)
        for name, markup in by_name.items()
        for imported in re.findall(
            r'{%-? (?:from|import) "([^"]+)"(?:(?!with context).)*?%}', markup
        )
    ]

    assert [pair for pair in imports if frozen(by_name.get(pair[1], ""))] == []
    assert frozen("{% set WORDS = {1: _('One')} %}{% macro a() %}{% endmacro %}") == ["WORDS"]
