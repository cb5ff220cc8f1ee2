"""The command line, as somebody at the machine uses it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from backoffice.__main__ import main
from tests.build import process


@pytest.fixture
def data(tmp_path):
    return str(tmp_path / "data")


def test_a_refused_deployment_says_where_and_why(tmp_path, data, capsys):
    main(["migrate", "--data", data])
    drawing = bytes(process("p").user_task("u").end()).replace(b'targetRef="u"', b'targetRef="v"')
    (tmp_path / "p.bpmn").write_bytes(drawing)

    code = main(["deploy", str(tmp_path / "p.bpmn"), "--data", data])

    assert code == 1
    first, problem, *_ = capsys.readouterr().err.splitlines()
    assert first.startswith("backoffice: The files cannot be deployed: ")
    assert problem.startswith("  p.bpmn: error at ")
    assert "v, is no element" in problem


def test_no_file_that_was_named_is_left_out(tmp_path, data, capsys):
    one, two, gone = (tmp_path / name / "p.bpmn" for name in ("one", "two", "gone"))
    for path in (one, two):
        path.parent.mkdir()
        path.write_bytes(bytes(process("p").user_task("u").end()))

    def deploy(*paths):
        return main(["deploy", *map(str, paths), "--data", data])

    assert (deploy(one, two), deploy(one, gone)) == (1, 1)
    assert capsys.readouterr().err.splitlines() == [
        f"backoffice: Two files have the same name: {one} and {two}.",
        f"backoffice: There is no process, decision or form file at {gone}.",
    ]


COMMANDS = {
    "token": ["token", "--role", "operator", "--name", "x"],
    "user": ["user", "add", "ada", "--role", "associate"],
    "start": ["start", "p"],
    "seed": ["seed"],
    "deploy": ["deploy", "processes/customer_onboarding"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_is_furnished_before_its_first_start_and_that_is_said(data, capsys, command):
    is_known = command != "start"

    assert main([*COMMANDS[command], "--data", data]) == (0 if is_known else 1)

    assert capsys.readouterr().err.startswith(f"Made a new, empty database in {data}\n")


def test_without_a_database_there_is_no_history_to_remove_and_none_is_made(data, capsys):
    assert main(["retention", "--dry-run", "--data", data]) == 1

    assert capsys.readouterr().err == (
        f"backoffice: There is no database at {data}/backoffice.db: "
        "`backoffice up` or `backoffice migrate` makes one.\n"
    )
    assert not Path(data, "backoffice.db").exists()


def set_revision(data, revision):
    with closing(sqlite3.connect(f"{data}/backoffice.db", isolation_level=None)) as rows:
        rows.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def test_a_database_that_is_behind_is_left_as_it_is(data, capsys):
    main(["migrate", "--data", data])
    set_revision(data, "0001")

    assert main([*COMMANDS["token"], "--data", data]) == 1

    assert "run `backoffice migrate` first" in capsys.readouterr().err
    with closing(sqlite3.connect(f"{data}/backoffice.db")) as rows:
        assert rows.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]


def test_after_going_back_commands_work_on_the_tables_of_the_later_release(data, capsys):
    main(["migrate", "--data", data])
    set_revision(data, "9999")

    assert main([*COMMANDS["token"], "--data", data]) == 0
    assert main(["migrate", "--data", data]) == 0

    assert capsys.readouterr().out.startswith("bo_")


def test_a_server_that_is_not_there_is_told_in_a_sentence(data, capsys):
    nowhere = "postgresql://office@127.0.0.1:1/office"

    assert main([*COMMANDS["token"], "--data", data, "--database-url", nowhere]) == 1

    told = capsys.readouterr().err
    assert told.startswith("backoffice: The database cannot be used: ")
    assert "Traceback" not in told


def test_a_project_goes_out_as_a_folder_and_comes_back_as_it_was(tmp_path, data, capsys):
    def command(action, path, *more):
        return main(["project", action, str(path), "--data", data, *more])

    library = Path(__file__).parents[2] / "processes" / "complaint_handling"
    assert command("import", library, "--dry-run") == command("import", library) == 0
    assert "Complaint handling: 8 new\n" in capsys.readouterr().out
    name = ("--project", "Complaint handling")
    assert command("export", tmp_path / "out", *name) == 0
    assert command("export", tmp_path / "a.zip", *name) == 0
    capsys.readouterr()
    assert command("export", tmp_path / "out", *name) == 0
    assert capsys.readouterr().out == ""
    assert command("import", tmp_path / "out", *name) == 0
    assert "9 unchanged" in capsys.readouterr().out
    assert command("export", tmp_path / "b.zip", *name) == 0

    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert main(["deploy", str(tmp_path / "out"), "--data", data]) == 0
    assert main(["test", str(tmp_path / "out")]) == 0
    assert command("export", tmp_path / "c", "--project", "None") == 1


def test_a_project_is_deployed_as_a_whole_unless_a_scenario_fails(tmp_path, data, capsys):
    library = Path(__file__).parents[2] / "processes" / "complaint_handling"
    wrong = tmp_path / "wrong" / "scenarios" / "wrong.yaml"
    wrong.parent.mkdir(parents=True)
    wrong.write_text(
        "process: ../complaint.bpmn\nscenario: Too good\nsteps: [{expect: {ended: true}}]\n"
    )
    (wrong.parents[1] / "complaint.bpmn").write_bytes((library / "complaint.bpmn").read_bytes())
    name = ("--project", "Complaint handling", "--data", data)

    assert main(["project", "import", str(library), "--data", data]) == 0
    assert main(["project", "deploy", *name, "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "changed  complaint_handling.bpmn version 1" in told
    assert "4 to deploy, nothing deployed yet" in told
    assert main(["project", "import", str(wrong.parents[1]), *name]) == 0
    assert main(["project", "deploy", *name]) == 1
    assert "FAIL     Complaint handling: Too good" in capsys.readouterr().out


def test_a_project_tells_what_real_cases_would_do_before_it_is_deployed(tmp_path, data, capsys):
    library = Path(__file__).parents[2] / "processes" / "complaint_handling"
    half = tmp_path / "half"
    half.mkdir()
    form = (library / "complaint_assessment.form").read_text()
    (half / "complaint_assessment.form").write_text(form.replace("writes about", "asks for"))
    name = ("--project", "Complaint handling", "--data", data)
    asked = '{"name": "Anna", "email": "a@mail.example", "topic": "bill", "complaint": "Twice"}'
    case = ("start", "complaint_handling", "--business-key", "C-1", "--variables", asked)

    assert main(["project", "import", str(library), "--data", data]) == 0
    assert main(["project", "deploy", *name]) == 0
    assert "replay" not in capsys.readouterr().out
    assert main([*case, "--data", data]) == 0
    assert main(["project", "import", str(half), *name]) == 0
    assert main(["project", "deploy", *name, "--dry-run", "--replay", "0"]) == 0
    assert "replay" not in capsys.readouterr().out
    assert main(["project", "deploy", *name, "--replay", "2000"]) == 1
    assert "1 to 1000 cases" in capsys.readouterr().err
    assert main(["project", "deploy", *name]) == 0

    told = capsys.readouterr().out
    assert "replay   Complaint handling: 0 of 1 go as they went, 1 would be otherwise\n" in told
    assert "shows a changed form complaint_assessment. (1: C-1)\n" in told
    assert "deployed form complaint_assessment version 2" in told
