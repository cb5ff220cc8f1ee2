"""Sentences that were stored or raised in English, said again in a reader's language.

What core, engine, forms and work have to say is English: they do not know who will read it, and
much of it is stored before anybody does. A page, or a mail, finds the sentence in the catalogue,
where `{name}` stands for what was put in, and says it anew with the same values.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from babel.numbers import format_decimal

from core.languages import N_, SOURCE, catalogue, translations

#: Where values stand; two side by side are one.
HOLE = re.compile(r"(?:\{\w+\})+")
#: Where sentences, and parts of one, are put together.
SEAMS = re.compile(r"((?<=[.!?]) (?=[A-Z“])|, |; |: (?=the only|more)|\.$)")
#: Longer texts are no sentences of ours: a file, an answer of a partner.
MAX_LENGTH = 2_000
#: How deep sentences stand in sentences: a refusal, its reason, the reason of that.
MAX_DEPTH = 4
#: Words that sentences put in for a state or a kind, and the holes in which they stand.
WORDS = (
    N_("active"),
    N_("suspended"),
    N_("completed"),
    N_("cancelled"),
    N_("failed"),
    N_("accepted"),
    N_("rejected"),
    N_("expired"),
    N_("withdrawn"),
    N_("retried"),
    N_("resolved"),
    N_("paused"),
    N_("process"),
    N_("decision"),
    N_("form"),
    N_("message"),
    N_("signal"),
    N_("timer"),
    N_("error"),
    N_("escalation"),
    N_("task"),
    N_("case"),
    N_("none"),
    N_("variable"),
    N_("function"),
    N_("date"),
    N_("duration"),
    N_("cycle"),
    N_("source"),
    N_("target"),
)
WORD_HOLES = {
    "{state}",
    "{kind}",
    "{what}",
    "{resolution}",
    "{side}",
    "{none}",
    "{words}",
    "{event_kind}",
    "{timer_kind}",
}
#: Parts that stand in longer sentences: why something is next, who has not taken it.
PARTS = (
    N_(" of {groups}"),
    N_(" for {key}"),
    N_("put first by {person}"),
    N_("due now"),
    N_("due in {time} of working time"),
    N_("late by {time} of working time"),
    N_("weight {weight}"),
    N_("and you know this case"),
    N_("the only kind of work that waits for you"),
    N_("late work coming last for now"),
    N_("Step {number} ({step}): {reason}"),
    N_("{time} of working time are left"),
)


@dataclass(frozen=True)
class Phrase:
    """A sentence with holes: what stands between them, the names of the holes, how it is said."""

    parts: tuple[str, ...]
    names: tuple[str, ...]
    said: str

    def values(self, text: str) -> dict[str, str] | None:
        """What stands in the holes when `text` is this sentence, else None."""
        first, *between, last = self.parts
        if not (text.startswith(first) and text[len(first) :].endswith(last)):
            return None
        rest, found = text[len(first) : len(text) - len(last)], []
        for part in between:
            value, is_there, rest = rest.partition(part)
            if not is_there:
                return None
            found.append(value)
        return dict(zip(self.names, [*found, rest], strict=True))


def say(english: str, language: str) -> str:
    """A sentence in a language; what is none of ours, or said already, stays."""
    if language == SOURCE or not english or len(english) > MAX_LENGTH:
        return english
    return _said(language, english, 0)


@lru_cache(maxsize=4_000)
def _said(language: str, english: str, depth: int) -> str:
    if said := _found(language, english, depth):
        return said
    sentences = re.split(r"(?<=[.!?]) (?=[A-Z“])", english)
    if len(sentences) == 1:
        return english
    return " ".join(_found(language, sentence, depth) or sentence for sentence in sentences)


def _found(language: str, english: str, depth: int) -> str | None:
    if english in _plain(language):
        return translations(language).gettext(english)
    if depth > MAX_DEPTH:
        return None
    fitting = ((phrase, phrase.values(english)) for phrase in _phrases(language))
    phrase, values = next((pair for pair in fitting if pair[1] is not None), (None, None))
    if phrase is None or values is None:
        return _in_parts(language, english, depth + 1)
    if any(SEAMS.search(each) for each in values.values()):
        # A hole that holds the rest of the text: rather one sentence after the other.
        said = _in_parts(language, english, depth + 1)
        # Parts that stay as they are were names that were put in.
        return said if said not in (None, english) else _filled(phrase, values, language, depth)
    return _filled(phrase, values, language, depth)


def _filled(phrase: Phrase, values: Mapping[str, str], language: str, depth: int) -> str:
    known = {name: _value(language, name, each, depth) for name, each in values.items()}
    return HOLE.sub(lambda hole: known.get(hole[0], hole[0]), phrase.said)


def _in_parts(language: str, english: str, depth: int) -> str | None:
    """Sentences one after the other, or parts of one sentence, when each of them is known."""
    parts = SEAMS.split(english)
    if len(parts) == 1:
        return None
    said = [_found(language, part, depth) if part else "" for part in parts[::2]]
    if None in said:
        return None
    ends = [*parts[1::2], ""]
    return "".join(f"{part}{end}" for part, end in zip(said, ends, strict=True))


def _value(language: str, name: str, value: str, depth: int) -> str:
    """What stands in a hole: a number, a word for a state, a sentence; a name stays as it is."""
    if re.fullmatch(r"\d{1,3}(,\d{3})+", value):
        return format_decimal(int(value.replace(",", "")), locale=language)
    if " " not in value and name not in WORD_HOLES:
        return value
    said = _found(language, value, depth + 1)
    if said is None:
        name, mark, more = value.partition("; ")
        return f"{name}{_said(language, mark + more, depth + 1)}" if mark and name else value
    return said


@lru_cache(maxsize=4)
def _plain(language: str) -> frozenset[str]:
    """The texts of a language that have no holes."""
    texts = (message.id for message in catalogue(language, "messages"))
    return frozenset(text for text in texts if isinstance(text, str) and not HOLE.search(text))


@lru_cache(maxsize=4)
def _phrases(language: str) -> tuple[Phrase, ...]:
    """The sentences with holes, those that say most first: they are the closest."""
    found = [
        Phrase(tuple(HOLE.split(message.id)), tuple(HOLE.findall(message.id)), str(message.string))
        for message in catalogue(language, "messages")
        if isinstance(message.id, str) and HOLE.search(message.id) and message.string
    ]
    return tuple(sorted(found, key=lambda phrase: -sum(map(len, phrase.parts))))
