"""What the product says is said in every language: complete, current, and with its placeholders."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from translations import collect

pytestmark = pytest.mark.xdist_group("translations")

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


@pytest.fixture(scope="module")
def said() -> dict[str, Catalog]:
    """What the product says today."""
    return collect.collect()


@pytest.mark.parametrize("language", collect.LANGUAGES)
@pytest.mark.parametrize("name", ["messages", "scripts", "editors"])
def test_a_catalogue_holds_all_that_is_said(
    said: dict[str, Catalog], language: str, name: str
) -> None:
    """Run `make texts`, then translate what has no `msgstr`: docs/guides/languages.md."""
    ours, today = read(language, name), said[name]

    lacking = [message.id for message in today if message.id and ours.get(message.id) is None]
    open_ones = [message.id for message in ours if message.id and not all(words(message.string))]

    assert (lacking, open_ones) == ([], [])
    assert not any(message.fuzzy for message in ours if message.id)


@pytest.mark.parametrize("language", collect.LANGUAGES)
@pytest.mark.parametrize("name", ["messages", "scripts", "editors"])
def test_a_translation_keeps_the_placeholders(language: str, name: str) -> None:
    wrong = [
        (message.id, message.string)
        for message in read(language, name)
        if message.id and not keeps_placeholders(message)
    ]

    assert wrong == []


def keeps_placeholders(message: Message) -> bool:
    """Whether a text and its translation, in singular and plural, name the same values."""
    english, others = words(message.id), words(message.string)
    pairs = zip(english, others, strict=True) if len(others) == len(english) else ()
    return len(english) == len(others) and all(
        sorted(PLACEHOLDER.findall(one)) == sorted(PLACEHOLDER.findall(other))
        and (one[:1] == " ") == (other[:1] == " ")
        and (one[-1:] == " ") == (other[-1:] == " ")
        for one, other in pairs
    )


def test_a_placeholder_that_is_lost_would_be_seen() -> None:
    assert keeps_placeholders(Message("%(n)d of {all}", "{all}, davon %(n)d"))
    assert not keeps_placeholders(Message("%(n)d of {all}", "%(n)d von {al}"))
    assert not keeps_placeholders(Message(("1 task", "{n} tasks"), ("1 Aufgabe", "Aufgaben")))
