"""What models of other engines say in their own vocabularies, said in ours.

    tree ─► texts in FEEL ─► names of each vocabulary ─► tree + notes

One module for each vocabulary; `translate` calls those whose namespaces a file declares. Nothing
foreign is taken out of the file: only the tree that is checked and run has our words as well.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from itertools import groupby

from lxml import etree

from engine.bpmn.imports import camunda7, flowable_activiti, jbpm, roles, spiffworkflow, zeebe
from engine.bpmn.imports.host import Foreign, Host, foreign_namespaces
from engine.bpmn.imports.note import Note
from engine.bpmn.imports.texts import has_foreign, translate_texts
from engine.bpmn.namespaces import BPMN, kind
from engine.bpmn.problem import Problem, todo, warning

__all__ = ["Note", "Translated", "problems", "translate"]


@dataclass(frozen=True)
class _Vocabulary:
    """One foreign vocabulary: its namespaces, and how its names are said in our words."""

    namespaces: frozenset[str]
    translate: Callable[[Host, Foreign], None]
    meaningless: frozenset[str]
    unfinished: Mapping[str, str]


_VOCABULARIES = tuple(
    _Vocabulary(each.NAMESPACES, each.translate, each.MEANINGLESS, each.UNFINISHED)
    for each in (camunda7, zeebe, flowable_activiti, jbpm, spiffworkflow)
)
#: Elements in whose own attributes and texts other engines write their languages.
_SPEAKING = frozenset(["callActivity", "scriptTask"])
_MOST_NAMED = 12


@dataclass(frozen=True)
class Translated:
    """A tree that says everything in our words too, and what became of each foreign name."""

    tree: etree._Element
    notes: tuple[Note, ...] = ()
    #: Every name of these is in the notes.
    namespaces: frozenset[str] = frozenset()


def translate(root: etree._Element) -> Translated:
    """The tree to check and run for a tree as read.

    The given tree is left as it is; it is handed back when there is nothing foreign in it.
    """
    found = [each for each in _VOCABULARIES if _is_used(root, each.namespaces)]
    by_roles = roles.has_roles(root)
    if not found and not by_roles and not has_foreign(root):
        return Translated(root)
    tree = deepcopy(root)
    notes: list[Note] = []
    used = frozenset[str]().union(*(each.namespaces for each in found))
    is_python = not used.isdisjoint(spiffworkflow.NAMESPACES)
    translate_texts(tree, notes, python=is_python)
    if is_python:
        spiffworkflow.translate_payloads(tree, notes)
    by_jbpm = not used.isdisjoint(jbpm.NAMESPACES) and jbpm.is_own_file(tree)
    for element in list(tree.iter(f"{{{BPMN}}}*")) if found or by_roles else ():
        if kind(element) == "extensionElements":
            continue
        host = Host(element, notes)
        said = foreign_namespaces(element)
        for vocabulary in found:
            if host.kind in _SPEAKING or not said.isdisjoint(vocabulary.namespaces):
                foreign = Foreign(element, vocabulary.namespaces)
                vocabulary.translate(host, foreign)
                _note_rest(host, foreign, vocabulary)
        if by_jbpm:
            jbpm.translate_own(host)
        elif by_roles:
            roles.translate(host)
        if is_python:
            spiffworkflow.translate_own(host)
    return Translated(tree, tuple(notes), used)


def problems(notes: Iterable[Note]) -> Iterator[Problem]:
    """The notes as problems: one for all that was translated at an element, one for each question.

    What needs no counterpart is one problem of each element too.
    """
    ordered = sorted(notes, key=lambda note: (note.element or "", note.what))
    for (element, what), group in groupby(ordered, key=lambda note: (note.element, note.what)):
        found = list(group)
        if what == "kept":
            yield from _questions(element, found)
            continue
        if what == "translated":
            said = _listed([note.sentence for note in found])
            yield warning(element, "imported", f"Read as ours: {said}.")
        else:
            said = _listed([note.source for note in found])
            yield warning(element, "import_meaningless", f"Without meaning here: {said}.")


def _questions(element: str | None, notes: list[Note]) -> Iterator[Problem]:
    for note in dict.fromkeys(notes):
        make = todo if note.unfinished else warning
        yield make(element, "import_kept", note.sentence)


def _listed(names: list[str]) -> str:
    """Names, each once; of very many the first."""
    shown = list(dict.fromkeys(names))
    more = len(shown) - _MOST_NAMED
    return ", ".join(shown[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _is_used(root: etree._Element, namespaces: frozenset[str]) -> bool:
    if not namespaces.isdisjoint(map(str, root.nsmap.values())):
        return True
    tags = [f"{{{namespace}}}*" for namespace in namespaces]
    return next(root.iter(*tags), None) is not None


def _note_rest(host: Host, foreign: Foreign, vocabulary: _Vocabulary) -> None:
    """Note every name that the vocabulary's module did not take."""
    for name, label in foreign.rest():
        if name in vocabulary.meaningless:
            host.meaningless(label)
        elif name in vocabulary.unfinished:
            host.kept(label, vocabulary.unfinished[name], unfinished=True)
        else:
            host.kept(label, "it has no counterpart here.")
