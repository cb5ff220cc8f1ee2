"""Translating is pure, costs nothing without foreign names, and accounts for each of them."""

from lxml import etree

from engine.bpmn.imports import problems, translate
from engine.bpmn.imports.note import Note
from engine.bpmn.reader import read
from tests.build import process
from tests.engine.bpmn.imports.importing import Imported, extended

CAMUNDA = ("camunda", "http://camunda.org/schema/1.0/bpmn")


def test_a_file_of_ours_is_handed_back_as_it_is() -> None:
    root = read(process().exclusive_gateway("g").when('x = "it\'s"').end("e"))

    found = translate(root)

    assert found.tree is root
    assert found.notes == ()
    assert found.namespaces == frozenset()


def test_the_given_tree_is_left_alone() -> None:
    root = read(Imported(CAMUNDA, extended("userTask", "", ' camunda:assignee="ada"')).data)
    before = etree.tostring(root)

    assert translate(root).tree is not root
    assert etree.tostring(root) == before


def test_translating_twice_changes_nothing_more() -> None:
    root = read(Imported(CAMUNDA, extended("userTask", "", ' camunda:assignee="ada"')).data)
    once = translate(root).tree

    assert etree.tostring(translate(once).tree) == etree.tostring(once)


def test_juel_is_read_in_a_file_without_any_vocabulary() -> None:
    root = read(process().exclusive_gateway("g").when("${x == 1}").end("e"))

    found = translate(root)

    assert [note.target for note in found.notes] == ["x = 1"]


def test_java_and_its_like_are_read_by_the_language_they_name() -> None:
    java = '<conditionExpression language="http://www.java.com/java">{}</conditionExpression>'
    gateway = '<exclusiveGateway id="it"/>'

    simple = Imported(CAMUNDA, gateway, flow=java.format("return x &gt; 3;"))
    assert simple.elements["out"].condition == "x > 3"
    # It looks like FEEL, and means something else.
    foreign = Imported(CAMUNDA, gateway, flow=java.format("Facts.hold(x)"))
    assert foreign.elements["out"].condition == "${Facts.hold(x)}"
    assert foreign.report.verdict == "drawing"
    code = Imported(CAMUNDA, gateway, flow=java.format("return run(x);"))
    assert code.report.verdict == "drawing"


def test_a_vocabulary_declared_far_inside_is_found() -> None:
    inside = '<z:taskDefinition xmlns:z="http://camunda.org/schema/zeebe/1.0" type="charge"/>'
    found = Imported(("other", "urn:other"), extended("serviceTask", inside))

    assert found.element.settings.connector is not None
    assert found.told("translated") == ["z:taskDefinition"]


def test_a_foreign_element_outside_of_extension_elements_is_told() -> None:
    found = Imported(CAMUNDA, extended("userTask", "", "", "<camunda:odd/>"))

    assert found.told("kept") == ["camunda:odd"]


def test_very_many_names_are_summed_up() -> None:
    notes = [Note("it", "meaningless", f"a:n{number}", "", "") for number in range(15)]

    (problem,) = problems(notes)

    assert problem.severity == "warning"
    assert problem.message.endswith("a:n11 and 3 more.")
