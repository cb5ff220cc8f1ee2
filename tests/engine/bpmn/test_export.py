"""A file that goes through us says more than before, and loses nothing."""

from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from engine.bpmn.check import check_files
from engine.bpmn.export import as_text, export
from engine.bpmn.imports import translate
from engine.bpmn.model import ProcessModel
from engine.bpmn.namespaces import WORK, bpmn, split
from engine.bpmn.normalize import give_ids
from engine.bpmn.process_reader import models
from engine.bpmn.reader import read
from tests.build import process
from tests.engine.bpmn.imports.importing import Imported, extended

ROOT = Path(__file__).parents[2]
FILES = [
    *sorted((ROOT / "conformance" / "miwg").glob("*.bpmn")),
    *sorted((ROOT / "engine" / "bpmn" / "vendors").glob("*.bpmn")),
    *sorted((ROOT / "engine" / "bpmn" / "scenarios").glob("*.bpmn")),
]
CAMUNDA = ("camunda", "http://camunda.org/schema/1.0/bpmn")
#: What is written beside our own settings where BPMN itself has a place for it.
OF_BPMN = frozenset(
    bpmn(name) for name in ("script", "loopDataOutputRef", "inputDataItem", "outputDataItem")
)
RICH = """<?xml version="1.0" encoding="{encoding}"?>
<?tool keep="me"?>
<!-- before -->
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:work="urn:somebody:else"
    xmlns:camunda='http://camunda.org/schema/1.0/bpmn' xmlns:odd="urn:odd" odd:at="root">
  <process id="p" isExecutable="true" camunda:candidateStarterGroups="Büro">
    <userTask id="a" camunda:candidateGroups="g"
      camunda:assignee="${{who}}" odd:x="1"/><!-- beside -->
    <userTask id="b" camunda:formKey="f" camunda:candidateGroups="h">
      <documentation>One <![CDATA[<b>thing</b>]]> &amp; “other”</documentation>
      <documentation>and more</documentation>
      <?inside here?>
      <multiInstanceLoopCharacteristics camunda:collection="list" camunda:elementVariable="one">
        <completionCondition>${{nrOfInstances == 2}}</completionCondition>
      </multiInstanceLoopCharacteristics>
    </userTask>
    <serviceTask id="c" camunda:topic="t" camunda:type="external"><extensionElements>
      <odd:thing><odd:deep a="1"/>text</odd:thing>
      <camunda:inputOutput><camunda:inputParameter name="x">${{y}}</camunda:inputParameter>
      </camunda:inputOutput></extensionElements></serviceTask>
    <sendTask id="d" camunda:topic="t" camunda:type="external"><extensionElements/></sendTask>
  </process>
  <di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"
    xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0">
    <di:BPMNPlane bpmnElement="p" bioc:stroke="#123"/></di:BPMNDiagram>
</definitions>
<!-- after -->
"""


Told = Counter[tuple[object, ...]]


def everything(data: bytes) -> Told:
    """All elements, attributes, texts, comments and instructions of a file."""
    root = etree.fromstring(data.lstrip())
    around = [*root.itersiblings(preceding=True), *root.itersiblings()]
    return Counter(
        (each.tag, (each.text or "").strip(), tuple(sorted(each.attrib.items())))
        for each in [*around, *root.iter()]
    )


def without_ours(after: bytes) -> bytes:
    """What was exported without what the export may add."""
    root = etree.fromstring(after.lstrip())
    for each in list(root.iter(f"{{{WORK}}}*")):
        parent = each.getparent()
        if parent is not None:
            parent.remove(each)
    return etree.tostring(root.getroottree())


def meant(data: bytes) -> tuple[ProcessModel, ...]:
    tree = translate(read(data)).tree
    give_ids(tree)
    return models(tree)


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-15", "windows-1252", "UTF-16"])
def test_nothing_of_a_rich_file_is_lost_in_any_encoding(encoding: str) -> None:
    data = RICH.format(encoding=encoding).encode(encoding, "xmlcharrefreplace")
    found = export(data).content

    assert found != data
    new = everything(without_ours(found)) - everything(data)
    assert everything(data) - everything(found) == Counter()
    assert {each[0] for each in new} == {bpmn("extensionElements")}
    assert meant(found) == meant(data)
    assert all(each.settings.assignment for each in meant(found)[0].of_kind("userTask"))


def test_what_is_added_stands_where_the_schema_wants_it() -> None:
    found = read(export(RICH.format(encoding="UTF-8").encode()).content)

    assert [split(str(each.tag))[1] for each in found.find(".//{*}userTask[@id='b']")] == [
        "documentation", "documentation", "extensionElements", "multiInstanceLoopCharacteristics",
    ]  # fmt: skip
    assert found.nsmap["work"] == "urn:somebody:else"
    assert found.nsmap["work2"] == WORK


@pytest.mark.parametrize("file", FILES, ids=lambda each: each.stem)
def test_a_file_that_goes_through_loses_nothing_and_means_the_same(file: Path) -> None:
    data = file.read_bytes()
    found = export(data).content
    lost = [each for each in everything(data) if each not in everything(found)]
    changed = {each[0] for each in lost}

    # Only attributes that BPMN has a place for are set, and only where there were none.
    assert changed <= {
        bpmn("callActivity"),
        bpmn("scriptTask"),
        etree.fromstring(data.lstrip()).tag,
    }
    assert meant(found) == meant(data)
    assert export(found).content == found
    before, after = check_files({"a.bpmn": data})[0], check_files({"a.bpmn": found})[0]
    assert before.verdict == after.verdict


def test_a_file_of_ours_is_handed_back_byte_by_byte() -> None:
    data = bytes(process().user_task("a", groups="billing").end())

    assert export(data).content is data


def test_our_prefix_is_used_where_it_is_declared() -> None:
    data = Imported(CAMUNDA, extended("userTask", "", ' camunda:assignee="ada"')).data

    assert export(data).content.count(b"urn:back-office:bpmn:work:1") == 1
    assert b'<work:assignment assignee="ada"/>' in export(data).content


def test_a_setting_that_means_nothing_there_is_not_written() -> None:
    data = Imported(CAMUNDA, extended("serviceTask", "", ' camunda:formKey="f"')).data

    assert b"work:form" not in export(data).content


def test_the_text_of_a_file_says_what_it_is_encoded_in() -> None:
    text = as_text(RICH.format(encoding="ISO-8859-15").encode("iso-8859-15", "xmlcharrefreplace"))

    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>')
    assert "Büro" in text
    assert meant(text.encode()) == meant(RICH.format(encoding="UTF-8").encode())
