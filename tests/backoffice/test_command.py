"""The command line, as somebody at the machine uses it."""

import pytest

from backoffice.__main__ import main
from tests.build import process


@pytest.fixture
def data(tmp_path):
    return str(tmp_path / "data")


def test_a_refused_deployment_says_where_and_why(tmp_path, data, capsys):
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


def test_what_is_not_prepared_is_told_in_a_sentence_and_how_to_go_on(data, capsys):
    assert main(["retention", "--dry-run", "--data", str(data)]) == 1

    assert "run `backoffice migrate` first" in capsys.readouterr().err
