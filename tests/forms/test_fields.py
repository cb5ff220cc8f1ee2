import pytest

from forms.errors import FormInvalid
from forms.validate import validate
from tests.forms.build import choice, field, form, number, text

FILE = {"id": "0190a7c2-0000-7000-8000-000000000001", "name": "a.pdf"}


def wrong(component, value, **variables):
    """The sentence about the one field, None when the answer is valid."""
    try:
        validate(form(component), {component["key"]: value}, variables)
    except FormInvalid as error:
        return error.context["fields"].pop(component["key"])
    return None


REQUIRED = {"required": True}


@pytest.mark.parametrize(
    ("component", "value", "sentence"),
    [
        (text("a", validate=REQUIRED), "", "This is required."),
        (text("a", validate=REQUIRED), None, "This is required."),
        (text("a", validate={"required": "=b > 1"}), "", "This is required."),
        (text("a"), "", None),
        (text("a"), 5, "Enter a text."),
        (text("a"), {"x": 1}, "Enter a text."),
        (text("a", validate={"minLength": 3}), " ab ", "Enter at least 3 characters."),
        (text("a", validate={"maxLength": 2}), "abc", "Enter at most 2 characters."),
        (text("a", validate={"maxLength": "=b"}), "abc", "Enter at most 2 characters."),
        (text("a"), "x" * 100_001, "Enter at most 100,000 characters."),
        (field("textarea", "a", validate={"minLength": "=b"}), "x", "Enter at least 2 characters."),
        (text("a", validate={"pattern": "^[A-Z]{2}$"}), "ab", "This does not have the form"),
        (text("a", validate={"pattern": "^[A-Z]{2}$"}), "AB", None),
        (text("a", validate={"pattern": "(?<x>[A-Z])$"}), "AB", None),
        (text("a", validate={"pattern": "x"}), "x" * 2_001, "Enter at most 2,000 characters."),
        (text("a", validate={"pattern": "["}), "AB", None),
        (
            text("a", validate={"pattern": "^x", "patternErrorMessage": "Begin with x."}),
            "y",
            "Begin with x.",
        ),
        (text("a", validate={"validationType": "email"}), "me@", "Enter an e-mail address"),
        (text("a", validate={"validationType": "email"}), "me@example.com", None),
        (text("a", validate={"validationType": "phone"}), "12", "Enter an international phone"),
        (text("a", validate={"validationType": "phone"}), "+4930664040900", None),
        (number("a"), "5", "Enter a number."),
        (number("a"), True, "Enter a number."),
        (number("a"), [1], "Enter a number."),
        (number("a"), 5, None),
        (number("a"), 0, None),
        (number("a", validate=REQUIRED), 0, None),
        (number("a", validate=REQUIRED), None, "This is required."),
        (number("a"), float("inf"), "Enter a number."),
        (number("a"), 10**40, "This number is too long."),
        (number("a"), 1e-40, "This number is too long."),
        (number("a", validate={"min": 0.01}), 0.001, "Enter 0.01 or more."),
        (number("a", validate={"max": 10}), 11, "Enter 10 or less."),
        (number("a", validate={"max": "=b * 2"}), 5, "Enter 4 or less."),
        (number("a", validate={"max": "=nothing"}), 5, None),
        (number("a", decimalDigits=0), 1.5, "Enter a whole number."),
        (number("a", decimalDigits=0), 100.0, None),
        (number("a", decimalDigits=1), 1.25, "Enter at most 1 decimal digit."),
        (number("a", decimalDigits=2), 1.255, "Enter at most 2 decimal digits."),
        (number("a", increment="0.25"), 1.3, "the two nearest are 1.25 and 1.50"),
        (number("a", increment="0.25"), 1.5, None),
        (number("a", serializeToString=True), "12.50", None),
        (number("a", serializeToString=True), "twelve", "Enter a number."),
        (field("checkbox", "a"), True, None),
        (field("checkbox", "a"), False, None),
        (field("checkbox", "a"), "yes", "Answer with yes or no."),
        (field("checkbox", "a", validate=REQUIRED), False, "This is required."),
        (choice("a", "x", "y"), "x", None),
        (choice("a", "x", "y"), "z", "Choose one of the options."),
        (choice("a", 1, 2), True, "Choose one of the options."),
        (choice("a", "x", kind="radio"), ["x"], "Choose one of the options."),
        (choice("a", valuesKey="c"), "q", None),
        (choice("a", valuesKey="d.e"), "deep", None),
        (choice("a", valuesKey="c"), "z", "Choose one of the options."),
        (choice("a", valuesExpression="=c"), "r", None),
        (choice("a", valuesExpression="=nothing"), "r", "Choose one of the options."),
        (choice("a", "x", "y", kind="checklist"), ["x", "y"], None),
        (choice("a", "x", "y", kind="checklist"), ["x", "x"], "Choose each option only once."),
        (choice("a", "x", "y", kind="taglist"), ["z"], "Choose only from the options."),
        (choice("a", "x", "y", kind="taglist"), "x", "Choose from the options."),
        (choice("a", "x", kind="taglist"), ["x"] * 1_001, "Choose at most 1,000."),
        (choice("a", "x", kind="taglist", validate=REQUIRED), [], "This is required."),
        (field("datetime", "a"), "2026-03-31", None),
        (field("datetime", "a"), "2026-02-31", "Enter a date, like"),
        (field("datetime", "a"), "31.03.2026", "Enter a date, like"),
        (field("datetime", "a"), "2026-03-31T10:00", "Enter a date, like"),
        (field("datetime", "a"), 20260331, "Enter a date, like"),
        (field("datetime", "a", subtype="time"), "14:30", None),
        (field("datetime", "a", subtype="time"), "14:30+01:00", None),
        (field("datetime", "a", subtype="time"), "25:30", "Enter a time, like"),
        (field("datetime", "a", subtype="time"), "half past two", "Enter a time, like"),
        (field("datetime", "a", subtype="datetime"), "2026-03-31T14:30Z", None),
        (field("datetime", "a", subtype="datetime"), "2026-03-31", "Enter a date and a time"),
        (field("datetime", "a", disallowPassedDates=True), "2026-01-05", None),
        (field("datetime", "a", disallowPassedDates=True), "2026-01-03", "has not passed"),
        (field("filepicker", "a"), [FILE], None),
        (field("filepicker", "a", multiple=True), [FILE, FILE], None),
        (field("filepicker", "a", multiple="=1 = 1"), [FILE, FILE], None),
        (field("filepicker", "a"), [FILE, FILE], "Choose one file."),
        (field("filepicker", "a"), "files::1", "Choose up to 20 files."),
        (field("filepicker", "a"), [{"id": "x"}], "Choose up to 20 files."),
        (field("filepicker", "a", multiple=True), [FILE] * 21, "Choose up to 20 files."),
    ],
)
def test_an_answer_is_judged_by_the_rules_of_its_field(clock_at, component, value, sentence):
    found = wrong(
        component, value, b=2, c=["q", {"label": "R", "value": "r"}, None], d={"e": ["deep"]}
    )

    assert found is None if sentence is None else sentence in found


def test_unanswered_fields_have_the_empty_value_of_their_kind():
    asked = form(
        text("text"),
        number("number"),
        field("checkbox", "checkbox"),
        choice("tags", "x", kind="taglist"),
        field("datetime", "day"),
    )

    assert validate(asked, {}, {}) == {
        "text": "",
        "number": None,
        "checkbox": False,
        "tags": [],
        "day": None,
    }


def test_numbers_kept_as_texts_stay_texts():
    asked = form(number("amount", serializeToString=True))

    assert validate(asked, {"amount": 12.5}, {}) == {"amount": "12.5"}


def test_line_breaks_have_no_place_in_a_text_field():
    assert validate(form(text("a")), {"a": "one\ntwo"}, {}) == {"a": "one two"}
