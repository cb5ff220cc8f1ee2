import pytest

from screens.cases.values import in_words, shown, type_of


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "empty"),
        (True, "yes or no"),
        (3, "number"),
        (3.5, "number"),
        ("Ada", "text"),
        ("2026-02-03", "date"),
        ("2026-02-03T10:00:00Z", "time"),
        ("2026-99-99", "text"),
        ("1234-567-890", "text"),
        ([], "list"),
        ({}, "object"),
    ],
)
def test_a_value_has_a_type_that_people_know(value, kind):
    assert type_of(value) == kind


def test_a_long_text_is_cut_and_can_be_opened(app):
    with app.test_request_context():
        long = shown("note", "x" * 200)

    assert len(long.short) == 80
    assert long.whole == "x" * 200


def test_a_nested_value_opens_as_json(app):
    with app.test_request_context():
        nested = shown("lines", [{"a": 1}])

    assert nested.short == '[{"a":1}]'
    assert nested.whole == '[\n  {\n    "a": 1\n  }\n]'


@pytest.mark.parametrize(
    ("name", "words"),
    [("meterPoint", "Meter point"), ("meter_point", "Meter point"), ("a", "A"), ("", "")],
)
def test_names_of_variables_become_words(name, words):
    assert in_words(name) == words
