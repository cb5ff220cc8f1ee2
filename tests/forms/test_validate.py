import pytest

from core.errors import TooLarge
from core.values import ValueTooDeep
from forms import scope
from forms.errors import FormInvalid
from forms.validate import for_start, initial, validate
from tests.forms.build import choice, field, form, group, number, rows, text

EXPENSE = form(
    text("purpose", validate={"required": True, "minLength": 3}),
    number("amount", validate={"required": True, "min": 1}),
    field(
        "textarea",
        "why",
        validate={"required": True},
        conditional={"hide": "=amount = null or amount <= 500"},
    ),
    rows("items", text("text", validate={"required": True}), number("price")),
    field("expression", "total", expression="=sum(items.price)"),
    field("text", "note", text="# Hello"),
)
GOOD = {
    "purpose": "Trip",
    "amount": 700.5,
    "why": "far away",
    "items": [{"text": "Train", "price": 80}, {"text": "Taxi", "price": 20.5}],
}


def errors(asked, answers, variables=None):
    with pytest.raises(FormInvalid) as caught:
        validate(asked, answers, variables or {})
    return caught.value.context["fields"]


def test_good_answers_come_back_clean_with_computed_fields():
    assert validate(EXPENSE, GOOD, {}) == {**GOOD, "total": 100.5}


def test_the_browser_is_not_believed_about_computed_fields():
    assert validate(EXPENSE, {**GOOD, "total": 999_999}, {})["total"] == 100.5


def test_unknown_keys_are_dropped_at_every_level():
    smuggled = {**GOOD, "evil": 1, "items": [{"text": "Train", "price": 1, "evil": 1}]}

    clean = validate(EXPENSE, smuggled, {})

    assert "evil" not in clean
    assert clean["items"] == [{"text": "Train", "price": 1}]


def test_a_hidden_field_is_neither_required_nor_taken():
    clean = validate(EXPENSE, {**GOOD, "amount": 10, "why": "smuggled"}, {})

    assert "why" not in clean


def test_a_field_is_required_once_its_condition_shows_it():
    assert errors(EXPENSE, {**GOOD, "why": ""}) == {"why": "This is required."}


def test_every_wrong_answer_is_named_by_its_path():
    found = errors(EXPENSE, {"purpose": "x", "amount": 0, "items": [{"text": 5}, {"text": ""}]})

    assert found == {
        "purpose": "Enter at least 3 characters.",
        "amount": "Enter 1 or more.",
        "items[0].text": "Enter a text.",
        "items[1].text": "This is required.",
    }


@pytest.mark.parametrize("given", ["x", {"a": 1}, [1], 5])
def test_a_list_wants_rows(given):
    assert errors(EXPENSE, {**GOOD, "items": given}) == {"items": "Answer with a list of rows."}


def test_a_list_has_a_limit_of_rows():
    found = errors(EXPENSE, {**GOOD, "items": [{}] * 1_001})

    assert found == {"items": "Enter at most 1,000 rows."}


def test_a_submission_has_a_limit_of_fields(monkeypatch):
    monkeypatch.setattr(scope, "MAX_FIELDS", 3)

    with pytest.raises(TooLarge, match="at most 3 answers"):
        validate(EXPENSE, GOOD, {})


def test_an_answer_has_a_limit_of_depth():
    deep = {}
    for _ in range(70):
        deep = {"a": deep}

    with pytest.raises(ValueTooDeep):
        validate(EXPENSE, deep, {})


def test_disabled_and_read_only_fields_keep_what_the_process_has():
    asked = form(
        number("limit", disabled=True),
        number("fee", readonly=True),
        number("rate", readonly="=limit > 100"),
        number("amount", validate={"max": "=limit"}),
    )
    variables = {"limit": 500, "fee": 3, "rate": 7}

    clean = validate(asked, {"limit": 9_999, "fee": 0, "rate": 0, "amount": 400}, variables)

    assert clean == {"amount": 400}
    assert errors(asked, {"limit": 9_999, "amount": 600}, variables) == {
        "amount": "Enter 500 or less."
    }


def test_an_unknown_key_does_not_deceive_a_rule():
    asked = form(number("amount", validate={"max": "=limit"}))

    assert errors(asked, {"amount": 600, "limit": 9_999}, {"limit": 500})


def test_a_key_that_is_absent_is_what_the_page_would_have_shown():
    asked = form(
        text("name", validate={"required": True}),
        choice("speed", "slow", "fast", defaultValue="slow"),
        text("city", defaultValue="Berlin"),
    )

    clean = validate(asked, {}, {"name": "Ada", "city": "Cork"})

    assert clean == {"name": "Ada", "speed": "slow", "city": "Cork"}


def test_a_key_that_is_null_is_an_answer_too():
    asked = form(text("city", defaultValue="Berlin", validate={"required": True}))

    assert errors(asked, {"city": None}) == {"city": "This is required."}


def test_a_nested_key_changes_only_its_part_of_the_variable():
    asked = form(group(text("name"), text("address.city"), path="customer"))
    variables = {"customer": {"id": 7, "address": {"zip": "10115"}}}

    clean = validate(asked, {"customer": {"name": "Ada", "address": {"city": "Berlin"}}}, variables)

    assert clean == {
        "customer": {"id": 7, "name": "Ada", "address": {"zip": "10115", "city": "Berlin"}}
    }
    assert variables == {"customer": {"id": 7, "address": {"zip": "10115"}}}


def test_a_group_without_a_path_is_only_looks():
    assert validate(form(group(text("name"))), {"name": "Ada"}, {}) == {"name": "Ada"}


def test_a_hidden_group_hides_all_in_it():
    asked = form(
        group(
            text("name", validate={"required": True}),
            rows("kids", text("name", validate={"required": True})),
            conditional={"hide": "=true"},
        )
    )

    assert validate(asked, {"name": "x", "kids": [{}]}, {}) == {}


def test_a_list_that_does_not_repeat_is_a_group_with_a_path():
    asked = form(rows("customer", text("name"), isRepeating=False))

    assert validate(asked, {"customer": {"name": "Ada"}}, {}) == {"customer": {"name": "Ada"}}


def test_a_row_sees_itself_its_parent_and_its_number():
    asked = form(
        number("most"),
        rows(
            "items",
            number("price", validate={"max": "=parent.most"}),
            text("why", conditional={"hide": "=this.price < 10"}, validate={"required": True}),
            field("expression", "line", expression="=i[1]"),
        ),
    )

    found = errors(asked, {"most": 50, "items": [{"price": 60, "why": "x"}, {"price": 20}]})
    clean = validate(asked, {"most": 50, "items": [{"price": 5, "why": "x"}]}, {})

    assert found == {"items[0].price": "Enter 50 or less.", "items[1].why": "This is required."}
    assert clean == {"most": 50, "items": [{"price": 5, "line": 1}]}


def test_rows_that_cannot_be_added_or_removed_keep_what_people_cannot_change():
    asked = form(
        rows("readings", text("meter", readonly=True), number("value"), allowAddRemove=False)
    )
    variables = {"readings": [{"meter": "A", "unit": "kWh"}, {"meter": "B", "unit": "m3"}]}

    clean = validate(asked, {"readings": [{"meter": "X", "value": 1}, {"value": 2}]}, variables)

    assert clean == {
        "readings": [
            {"meter": "A", "unit": "kWh", "value": 1},
            {"meter": "B", "unit": "m3", "value": 2},
        ]
    }
    assert errors(asked, {"readings": [{"value": 1}]}, variables) == {
        "readings": "This list has 2 rows; none can be added or removed."
    }


def test_an_absent_list_has_the_rows_the_page_would_begin_with():
    asked = form(rows("items", text("text", defaultValue="x"), defaultRepetitions=2))

    assert validate(asked, {}, {}) == {"items": [{"text": "x"}, {"text": "x"}]}
    assert validate(asked, {"items": None}, {}) == {"items": []}
    assert validate(asked, {}, {"items": [{"text": "y"}, 3]}) == {
        "items": [{"text": "y"}, {"text": "x"}]
    }


def test_a_list_below_a_group_is_kept_below_it():
    asked = form(group(rows("items", text("text")), path="order"))

    assert validate(asked, {"order": {"items": []}}, {"order": {"id": 1}}) == {
        "order": {"id": 1, "items": []}
    }


def test_a_condition_sees_no_field_that_another_condition_hid():
    asked = form(
        field("checkbox", "business"),
        text("vat", conditional={"hide": "=business = false"}),
        text("country", conditional={"hide": '=vat = null or vat = ""'}),
    )

    assert validate(asked, {"business": False, "vat": "DE1", "country": "DE"}, {}) == {
        "business": False
    }


def test_computed_fields_may_read_each_other():
    asked = form(
        field("expression", "gross", expression="=net * 1.2"),
        field("expression", "net", expression="=amount * 2"),
        number("amount"),
        field("expression", "nothing"),
    )

    assert validate(asked, {"amount": 5}, {}) == {
        "gross": 12,
        "net": 10,
        "amount": 5,
        "nothing": None,
    }


def test_a_computed_field_that_reads_itself_comes_to_an_end():
    asked = form(field("expression", "n", expression="=if n = null then 1 else n + 1"))

    assert validate(asked, {}, {}) == {"n": 10}


def test_a_start_form_has_no_variables_yet():
    assert for_start(form(text("name")), {"name": "Ada"}) == {"name": "Ada"}


def test_a_page_begins_with_variables_defaults_and_computed_values():
    data = initial(EXPENSE, {"purpose": "Trip", "secret": 1})

    assert data == {
        "purpose": "Trip",
        "secret": 1,
        "amount": None,
        "why": "",
        "items": [{"text": "", "price": None}],
        "total": None,
    }


def test_a_page_shows_nothing_in_a_field_that_the_variable_does_not_fit():
    asked = form(
        text("text"),
        text("yes"),
        text("many"),
        number("number"),
        number("word"),
        field("checkbox", "agreed"),
        choice("speed", "slow", "fast"),
        choice("tags", "a", "b", kind="taglist"),
        choice("tag", "a", "b", kind="taglist"),
        field("datetime", "day"),
    )
    variables = {
        "text": 7,
        "yes": True,
        "many": [1],
        "number": "2.50",
        "word": "two",
        "agreed": "yes",
        "speed": "light",
        "tags": ["a", "z"],
        "tag": "a",
        "day": "tomorrow",
    }

    assert validate(asked, {}, variables) == {
        "text": "7",
        "yes": "true",
        "many": "",
        "number": 2.5,
        "word": None,
        "agreed": False,
        "speed": None,
        "tags": ["a"],
        "tag": [],
        "day": None,
    }


def test_rows_that_were_not_sent_keep_all_that_is_in_them():
    asked = form(rows("items", text("text"), conditional={"hide": "=false"}))
    variables = {"items": [{"text": "x", "id": 1}]}

    assert validate(asked, {}, variables) == variables


def test_a_row_without_shown_fields_may_be_null():
    asked = form(rows("items", text("text", conditional={"hide": "=i[1] = 1"})))

    assert validate(asked, {"items": [None, {"text": "x"}]}, {}) == {"items": [{}, {"text": "x"}]}


def test_a_condition_without_an_answer_hides():
    asked = form(number("limit"), text("why", conditional={"hide": "=limit < 5"}))

    assert validate(asked, {"limit": None, "why": "x"}, {}) == {"limit": None}


def test_an_expression_sees_the_first_value_of_a_hidden_field():
    asked = form(
        field("checkbox", "business"),
        text("vat", conditional={"hide": "=business = false"}),
        field("expression", "shown", expression='=if vat = null then "" else vat'),
    )

    clean = validate(asked, {"business": False, "vat": "new"}, {"vat": "old"})

    assert clean == {"business": False, "shown": "old"}


def test_a_computed_field_that_is_disabled_is_not_sent():
    asked = form(field("expression", "n", expression="=1", disabled=True))

    assert validate(asked, {}, {}) == {}
