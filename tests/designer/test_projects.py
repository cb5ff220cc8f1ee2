"""Projects: kept, listed with their state, their scenarios run, exported and imported again."""

import io
import re
import zipfile
from pathlib import Path

import pytest

import forms
from designer import (
    drafts,
    milestones,
    packages,
    presence,
    scenarios,
    starters,
    thrown_scenarios,
)
from designer.projects import archives, folders, importing, keeping, listing, running
from designer.projects.archives import Unpacked
from designer.projects.canonical import canonical
from engine import deployments
from tests.conftest import Role, actor

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "processes"
BLANK = starters.get("blank").content("move_in", "Move in")


@pytest.fixture
def hedy():
    return actor("hedy", Role.ANALYST)


@pytest.fixture
def moving(session, grace, clock_at):
    return keeping.create(session, "Moving", "Who moves in, and out.", by=grace)


def below(folder):
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return Unpacked({name: path.read_bytes() for name, path in files.items() if path.is_file()})


def taken(session, project, folder, by):
    importing.take(session, below(folder), project, by=by)
    return project


def states(report):
    return {f"{item.kind} {item.key}": item.state for item in report.items}


def test_a_project_is_called_as_people_say_and_foldered_by_a_key(session, moving, grace):
    other = keeping.create(session, "Möving!", by=grace)
    keeping.rename(session, moving.id, "Moving house", "", by=grace)

    assert (moving.key, moving.name, other.key) == ("moving", "Moving house", "moeving")
    assert [each.name for each in keeping.find(session)] == ["Moving house", "Möving!"]


@pytest.mark.parametrize("name", ["", "  ", "n" * 121])
def test_a_project_has_a_name(session, grace, name):
    with pytest.raises(keeping.ProjectNameInvalid):
        keeping.create(session, name, by=grace)


@pytest.mark.parametrize("name", ["moving", "General", "Übergabe"])
def test_no_two_projects_have_one_name(session, moving, grace, name):
    keeping.create(session, "Übergabe", by=grace)

    with pytest.raises(keeping.ProjectNameTaken):
        keeping.create(session, name, by=grace)


def test_general_holds_what_is_in_no_project_and_stays(session, moving, grace):
    drafts.begin(session, "process", BLANK, by=grace)

    found = {each.project.name: each.processes for each in listing.overviews(session, by=grace)}
    assert found == {"Moving": 0, "General": 1}
    with pytest.raises(keeping.ProjectFixed):
        keeping.archive(session, keeping.GENERAL, by=grace)


def test_a_file_moves_with_all_its_drafts_and_keeps_its_project_under_another_key(
    session, moving, grace, hedy
):
    draft = drafts.begin(session, "process", BLANK, by=grace)
    drafts.begin(session, "process", BLANK, by=hedy)
    keeping.put(session, "process", "move_in", moving.id, by=grace)

    (file,) = listing.of_project(session, moving.id, by=grace)
    assert (file.draft, len(file.others)) == (draft, 1)
    drafts.save(session, draft.id, BLANK.replace("move_in", "moving_in"), 1, by=grace)
    assert keeping.of_file(session, "process", "moving_in") == moving.id


def test_archived_projects_are_out_of_the_way_and_take_nothing(session, moving, grace):
    keeping.archive(session, moving.id, by=grace)

    assert keeping.find(session) == []
    assert keeping.find(session, is_archived=True) == [moving]
    with pytest.raises(keeping.ProjectArchived):
        keeping.put(session, "form", "x", moving.id, by=grace)
    keeping.bring_back(session, moving.id, by=grace)
    assert keeping.find(session) == [moving]


def test_who_does_not_draw_sees_no_project(session, moving, ada):
    with pytest.raises(keeping.ProjectNotFound):
        keeping.get(session, moving.id, by=ada)


def test_the_list_tells_what_is_deployed_changed_wrong_and_who_is_at_it(
    session, moving, grace, hedy
):
    draft = drafts.begin(session, "process", BLANK, by=grace, project_id=moving.id)
    deployments.deploy(session, {"move_in.bpmn": BLANK.encode()}, by=grace, check_form=forms.check)
    broken = BLANK.replace("</bpmn:process>", '<bpmn:userTask id="alone" /></bpmn:process>')
    drafts.save(session, draft.id, broken, 1, by=grace)
    presence.beat(session, draft.id, "a", by=hedy)

    (file,) = listing.of_project(session, moving.id, by=grace)

    assert (file.latest.version, file.is_changed) == (1, True)
    assert listing.editors(session, [file]) == {("process", "move_in"): ["hedy"]}
    count = listing.problems(session, [file])["process", "move_in"]
    assert count.errors + count.warnings + count.todos > 0


def test_forms_of_the_project_go_along_whoever_drew_them(session, moving, grace, hedy):
    taken(session, moving, LIBRARY / "complaint_handling", hedy)
    files = listing.of_project(session, moving.id, by=grace)
    text = next(listing.text_of(session, file) for file in files if file.kind == "process")

    parts = packages.assemble(session, "process", text, by=grace)

    assert {part.origin for part in parts} == {"main", "project"}
    keeping.put(session, "process", "complaint_handling", keeping.GENERAL, by=grace)
    alone = packages.assemble(session, "process", text, by=grace)
    assert [part.kind for part in alone] == ["process"]


def test_all_scenarios_run_and_what_none_covers_is_told(session, moving, grace):
    taken(session, moving, LIBRARY / "complaint_handling", grace)
    for each in scenarios.of_process(session, "complaint_handling")[1:]:
        thrown_scenarios.throw_away(session, each.id, by=grace)

    ready = running.prepare(session, moving.id, "complaint_handling", by=grace)
    runs, covered = running.run(ready)
    running.store(session, ready, runs, covered, by=grace)

    (standing,) = running.standings(session, listing.of_project(session, moving.id, by=grace))
    assert (standing.passed, standing.failed) == (1, [])
    assert 0 < len(standing.uncovered) < standing.branches
    assert all("“" in branch["sentence"] for branch in standing.uncovered)


def test_a_scenario_that_fails_says_where(session, moving, grace):
    taken(session, moving, LIBRARY / "complaint_handling", grace)
    written = {"scenario": "Wrong", "steps": [{"complete": "decide_refund"}]}
    scenarios.keep(session, "complaint_handling", written, by=grace)

    ready = running.prepare(session, moving.id, "complaint_handling", by=grace)
    running.store(session, ready, *running.run(ready), by=grace)

    wrong = scenarios.find(session, "complaint_handling", "Wrong")
    assert (wrong.passed, wrong.failed_at) == (False, "decide_refund")
    assert wrong.failure.startswith("Step 1 (complete: decide_refund): ")


def test_a_deployment_runs_the_scenarios_of_all_processes_that_its_files_are_part_of(
    session, moving, grace
):
    taken(session, moving, LIBRARY / "complaint_handling", grace)
    taken(session, moving, LIBRARY / "customer_onboarding", grace)
    draft = drafts.find(session, "process", "complaint_handling", by=grace)
    twin = draft.content.replace('"complaint_handling"', '"late_complaint"')
    drafts.begin(session, "process", twin, by=grace, project_id=moving.id)
    told = {"scenario": "It waits", "steps": [{"expect": {"at": ["understand_complaint"]}}]}
    scenarios.keep(session, "late_complaint", told, by=grace)

    first, other = running.touched(session, draft, by=grace)

    assert (first.key, other.key) == ("complaint_handling", "late_complaint")
    runs, covered = running.run(other)
    assert [run.outcome.failure for run in runs] == [None]
    assert running.count_uncovered(other, covered) > 0


@pytest.mark.parametrize("name", ["complaint_handling", "customer_onboarding"])
def test_what_is_exported_comes_back_as_equal_bytes(session, moving, grace, name):
    taken(session, moving, LIBRARY / name, grace)
    first = folders.packed(session, moving, by=grace)

    again = importing.look(session, archives.unpack(first), moving, by=grace)
    assert {item.state for item in again.items} == {"unchanged"}
    for file in listing.of_project(session, moving.id, by=grace):
        drafts.discard(session, file.draft.id, by=grace)
        keeping.put(session, file.kind, file.key, keeping.GENERAL, by=grace)
    for each in scenarios.of_process(session, name):
        thrown_scenarios.throw_away(session, each.id, by=grace)
    importing.take(session, archives.unpack(first), moving, by=grace)

    assert folders.packed(session, moving, by=grace) == first


def test_the_exported_folder_holds_what_the_library_holds(session, moving, grace):
    taken(session, moving, LIBRARY / "complaint_handling", grace)

    files = folders.files_of(session, moving, by=grace)

    own = {path.name for path in (LIBRARY / "complaint_handling").iterdir() if path.is_file()}
    assert own <= set(files)
    assert all(name.startswith("scenarios/") for name in set(files) - own)
    for name, data in files.items():
        if name.endswith(".yaml"):
            assert data.startswith(b"process: ../complaint.bpmn\n")


def test_a_second_import_tells_what_changed_and_loses_nothing(session, moving, grace, hedy):
    taken(session, moving, LIBRARY / "complaint_handling", grace)
    files = dict(below(LIBRARY / "complaint_handling").files)
    files["complaint.bpmn"] = files["complaint.bpmn"].replace(b"Understand", b"Grasp")
    brought = Unpacked(files)

    report = importing.look(session, brought, moving, by=hedy)
    assert report.counts()["changed"] == 1
    importing.take(session, brought, moving, by=hedy)

    (draft,) = drafts.of_person(session, "process", by=grace)
    (kept,) = milestones.of_draft(session, draft)
    assert ("Grasp" in draft.content, "Understand" in kept.content) == (True, True)
    assert (draft.drawn_by, kept.created_by) == ("hedy", "grace")


def test_only_what_is_chosen_is_taken_and_not_when_it_is_another_report(session, moving, grace):
    brought = below(LIBRARY / "complaint_handling")
    report = importing.look(session, brought, moving, by=grace)

    importing.take(session, brought, moving, {"form:refund:"}, report.fingerprint, by=grace)

    assert [file.key for file in listing.of_project(session, moving.id, by=grace)] == ["refund"]
    with pytest.raises(importing.ImportChanged):
        importing.take(session, brought, moving, None, report.fingerprint, by=grace)


def test_files_of_another_project_and_unreadable_ones_are_refused_with_the_reason(
    session, moving, grace
):
    drafts.begin(session, "process", BLANK, by=grace, project_id=moving.id)
    other = keeping.create(session, "Other", by=grace)
    brought = Unpacked(
        {
            "a.bpmn": BLANK.encode(),
            "b.bpmn": b"<html>",
            "c.yaml": b"scenario: x\nprocess: a.bpmn\n",
            "d.yaml": b"{",
            "picture.png": b"..",
        }
    )

    report = importing.look(session, brought, other, by=grace)

    told = {item.path: (item.state, item.note) for item in report.items}
    assert told["a.bpmn"] == ("refused", "it belongs to the project “Moving”: move it here first")
    assert told["b.bpmn"][0] == told["c.yaml"][0] == told["d.yaml"][0] == "refused"
    assert told["picture.png"][0] == "left_out"
    assert importing.likely(session, brought) is moving


def test_a_folder_of_another_tool_is_taken_with_our_settings_beside_its_own(session, moving, grace):
    text = """<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
      xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="x">
      <process id="pay" isExecutable="true"><startEvent id="s"/><sequenceFlow id="f" sourceRef="s"
      targetRef="t"/><userTask id="t" name="Pay" camunda:formKey="pay_form"
      camunda:candidateGroups="billing"/></process></definitions>"""
    packed = archives.pack({"src/main/resources/pay.bpmn": text.encode()})

    importing.take(session, archives.unpack(packed), moving, by=grace)

    (file,) = listing.of_project(session, moving.id, by=grace)
    content = listing.text_of(session, file)
    assert 'camunda:candidateGroups="billing"' in content
    assert "pay_form" in content.replace('formKey="pay_form"', "")


@pytest.mark.parametrize(
    "name", ["../x.bpmn", "/etc/x.bpmn", "a/../../x.bpmn", "C:\\x.bpmn", "a\\..\\..\\x"]
)
def test_an_archive_whose_names_leave_their_folder_is_refused(name):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, "x")

    with pytest.raises(archives.ArchiveUnsafe):
        archives.unpack(packed.getvalue())
    with pytest.raises(archives.ArchiveUnsafe):
        archives.gathered([(name, b"x")])


def test_bombs_links_and_archives_in_archives_are_not_opened():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.bpmn", b"0" * 30_000_000)
        archive.writestr("inner.zip", archives.pack({"a.bpmn": b"x"}))
        archive.writestr("hidden.bpmn", archives.pack({"a.bpmn": b"x"}))
        link = zipfile.ZipInfo("link.bpmn")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("fine.form", b"{}")

    found = archives.unpack(packed.getvalue())

    assert list(found.files) == ["fine.form"]
    assert set(found.refused) == {"bomb.bpmn", "inner.zip", "hidden.bpmn", "link.bpmn"}


def test_too_many_or_too_large_archives_and_rubbish_are_refused():
    many = archives.pack({f"{number}.txt": b"" for number in range(1_001)})
    large = archives.pack({f"{number}.txt": b"0" * 1_900_000 for number in range(22)})
    for data, error in (
        (many, archives.ArchiveTooLarge),
        (large, archives.ArchiveTooLarge),
        (b"0" * 10_000_001, archives.ArchiveTooLarge),
        (b"PK\x03\x04 no zip", archives.ArchiveUnreadable),
    ):
        with pytest.raises(error):
            archives.unpack(data)


MODELS = [
    *sorted(LIBRARY.rglob("*.bpmn")),
    *sorted(LIBRARY.rglob("*.form")),
    *sorted((ROOT / "tests" / "conformance" / "miwg").glob("C.*.bpmn")),
]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_canonical_text_says_the_same_and_is_its_own_canonical_text(path):
    kind = "form" if path.suffix == ".form" else "process"
    text = path.read_text()

    once = canonical(kind, text)

    assert canonical(kind, once) == once
    if kind == "process" and LIBRARY in path.parents:
        spread = re.sub(r'" ([\w:]+=")', r'"\n       \1', once).replace("\n  <", "\n\t\t<")
        assert canonical(kind, spread) == once
