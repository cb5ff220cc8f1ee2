"""The templates: each one is whole, runs, and carries its name."""

import pytest

import forms
from designer import starters
from designer.contents import identify
from engine.bpmn.check import check_files

ALL = pytest.mark.parametrize("starter", starters.STARTERS, ids=lambda starter: starter.key)


@ALL
def test_a_template_is_checked_without_a_problem(starter):
    suffix = starter.file.suffix
    content = starter.content("moving", "Move & go").encode()

    (report,) = check_files({f"moving{suffix}": content}, check_form=forms.check)

    assert (report.verdict, report.problems) == ("runs", ())


@ALL
def test_a_template_takes_any_name(starter):
    identity = identify(starter.kind, starter.content("moving", 'Move & "go" <now>'))

    assert (identity.key, identity.name) == ("moving", 'Move & "go" <now>')


def test_an_unknown_template_is_named(app):
    with pytest.raises(starters.StarterNotFound):
        starters.get("../secrets")
