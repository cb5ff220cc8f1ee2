import pytest

import forms
from tests.forms.build import choice, field, form, group, number, rows, source, text


def found(*components):
    return [(problem.rule, problem.severity) for problem in forms.check(source(*components))]


def test_a_form_that_works_has_no_problems():
    assert not found(
        text("name", validate={"required": True, "pattern": "^[A-Z]+$"}),
        number("amount", validate={"min": 1, "max": "=limit"}),
        choice("speed", "slow", "fast"),
        field("expression", "total", expression="=amount * 2", computeOn="change"),
        group(text("city"), path="address"),
        rows("items", text("text", conditional={"hide": "=this.price < 1"})),
        {"type": "text", "text": "# Hello {{name}} {{#if name}}of {{address.city}}{{/if}}"},
        {"type": "image", "source": "data:image/png;base64,AAAA", "alt": "a"},
        {"type": "image", "source": "/static/a.png", "alt": "a"},
        {"type": "button", "label": "Submit", "key": "name"},
    )


def test_what_is_no_form_is_one_problem():
    (problem,) = forms.check(b"{")

    assert (problem.element, problem.rule, problem.severity) == (None, "form_readable", "error")
    assert problem.message.startswith("This is not a form")


@pytest.mark.parametrize(
    ("component", "problem"),
    [
        ({"type": "textfield"}, ("form_key", "error")),
        ({"type": "textfield", "key": "a..b"}, ("form_key", "error")),
        (rows(""), ("form_key", "error")),
        (text("a", conditional={"hide": "=1 +"}), ("form_feel", "error")),
        (text("a", conditional={"hide": "a = 1"}), ("form_condition", "warning")),
        (field("expression", "a", expression="1 + 1"), ("form_feel", "error")),
        (number("a", validate={"max": "=("}), ("form_feel", "error")),
        (number("a", validate={"max": "many"}), ("form_rule", "error")),
        (text("a", validate={"exactly": 3}), ("form_rule", "error")),
        (text("a", validate={"validationType": "iban"}), ("form_rule", "error")),
        (field("datetime", "a", subtype="week"), ("form_rule", "error")),
        (text("a", validate={"pattern": "["}), ("form_pattern", "error")),
        (text("a", validate={"pattern": "^(a+)+$"}), ("form_pattern", "error")),
        (choice("a"), ("form_options", "error")),
        ({"type": "table", "dataSource": "=rows[", "columns": []}, ("form_feel", "error")),
        ({"type": "text", "text": "Dear {{customer.}}"}, ("form_feel", "error")),
        ({"type": "html", "content": "{{#if a >}}x{{/if}}"}, ("form_feel", "error")),
        ({"type": "image", "source": "https://example.com/a.png"}, ("form_outside", "error")),
        ({"type": "image", "source": "//example.com/a.png"}, ("form_outside", "error")),
        ({"type": "iframe", "url": "javascript:alert(1)"}, ("form_outside", "error")),
        ({"type": "iframe", "url": "/terms.html"}, ("form_outside", "warning")),
        (group(text("a"), properties={"step": "true"}), ("form_step", "warning")),
        (text("a", properties={"step": "true"}), ("form_step", "error")),
    ],
)
def test_a_setting_that_does_not_work_is_named(component, problem):
    assert problem in found(component)
    assert {rule for rule, _ in found(component)} == {problem[0]}


@pytest.mark.parametrize(
    "components",
    [
        (text("a"), text("a")),
        (text("a"), group(text("b"), path="a")),
        (rows("a", text("b")), text("a.c")),
        (rows("a", text("b"), text("b")),),
    ],
)
def test_two_components_must_not_write_to_one_place(components):
    assert ("form_key", "error") in found(*components)


def test_a_problem_names_its_component():
    (problem,) = forms.check(source(text("a", validate={"pattern": "["})))

    assert problem.element == "Field_a"
    assert form(text("a")).components[0].id == "Field_a"


def test_two_groups_at_the_top_can_be_steps():
    step = {"properties": {"step": "true"}}

    assert not found(group(text("a"), **step), group(text("b"), **step))
    assert ("form_step", "error") in found(group(group(text("a"), **step)))
    assert len(form(group(text("a"), **step), group(text("b"), **step), text("c")).steps) == 2
    assert form(group(text("a"), **step), text("c")).steps == ()
