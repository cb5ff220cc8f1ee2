import json

from werkzeug.datastructures import MultiDict

from forms.schema import parse
from screens.task.plain_form import answers, controls
from tests.forms.build import group, rows, text


def form(*components):
    schema = {"id": "f", "type": "default", "schemaVersion": 18, "components": components}
    return parse(json.dumps(schema).encode())


def field(kind, key, **settings):
    return {"type": kind, "id": key, "key": key, "label": key, **settings}


COLOURS = [{"label": "Red", "value": "red"}, {"label": "Blue", "value": "blue"}]


def test_values_stand_in_their_controls():
    drawn = controls(
        form(field("textfield", "name"), field("checkbox", "agreed"), field("number", "days")),
        {"name": "Ada", "agreed": True, "days": 3},
    )

    assert [(each.kind, each.value) for each in drawn] == [
        ("text", "Ada"),
        ("checkbox", "true"),
        ("number", "3"),
    ]


def test_texts_tell_the_values_they_name():
    text = {"type": "text", "id": "t", "text": "For **{{name}}**, {{ street }} {{missing}}."}

    (words,) = controls(form(text), {"name": "Ada", "street": "Am Markt 3"})

    assert words.value == "For **Ada**, Am Markt 3 ."


def test_a_choice_knows_what_is_chosen():
    (select,) = controls(form(field("select", "colour", values=COLOURS)), {"colour": "blue"})

    assert [(each.value, each.chosen) for each in select.options] == [
        ("red", False),
        ("blue", True),
    ]


def test_options_come_from_variables_and_expressions():
    drawn = controls(
        form(
            field("radio", "a", valuesKey="known"),
            field("radio", "b", valuesExpression='=["x", "y"]'),
        ),
        {"known": ["k"]},
    )

    assert [each.value for each in drawn[0].options] == ["k"]
    assert [each.value for each in drawn[1].options] == ["x", "y"]


def test_what_a_condition_hides_is_left_out():
    hidden = field("textfield", "reason", conditional={"hide": "=agreed = true"})

    assert controls(form(hidden), {"agreed": True}) == ()
    assert len(controls(form(hidden), {"agreed": False})) == 1


def test_errors_stand_at_their_field():
    (name,) = controls(form(field("textfield", "name")), {}, {"name": "This is required."})

    assert name.error == "This is required."


def test_a_read_only_form_locks_every_field():
    (name,) = controls(form(field("textfield", "name")), {}, read_only=True)

    assert name.locked


def test_what_is_typed_comes_in_the_shape_of_form_js():
    sent = MultiDict(
        [
            ("answer:customer.name", "Ada"),
            ("answer:days", "3"),
            ("answer:price", "12.50"),
            ("answer:colours", "red"),
            ("answer:colours", "blue"),
            ("answer:agreed", "yes"),
        ]
    )
    asked = form(
        field("textfield", "customer.name"),
        field("number", "days"),
        field("number", "price"),
        field("checklist", "colours", values=COLOURS),
        field("checkbox", "agreed"),
        field("checkbox", "urgent"),
    )

    assert answers(asked, {}, sent) == {
        "customer": {"name": "Ada"},
        "days": 3,
        "price": 12.5,
        "colours": ["red", "blue"],
        "agreed": True,
        "urgent": False,
    }


def test_a_choice_keeps_the_kind_of_its_value():
    yes = [{"label": "Yes", "value": True}, {"label": "No", "value": False}]
    asked = form(field("radio", "accepted", values=yes))

    assert answers(asked, {}, MultiDict({"answer:accepted": "true"})) == {"accepted": True}


def test_what_is_no_number_stays_as_typed():
    asked = form(field("number", "days"))

    assert answers(asked, {}, MultiDict({"answer:days": "many"})) == {"days": "many"}
    assert answers(asked, {}, MultiDict({"answer:days": ""})) == {"days": None}


def test_locked_and_computed_fields_are_not_taken():
    asked = form(field("textfield", "id", disabled=True), field("expression", "sum"))

    assert answers(asked, {}, MultiDict({"answer:id": "x", "answer:sum": "9"})) == {}


LIST = {
    "type": "dynamiclist",
    "id": "items",
    "path": "items",
    "label": "Items",
    "components": [field("textfield", "name")],
}


def test_each_row_of_a_list_has_its_controls():
    (drawn,) = controls(form(LIST), {"items": [{"name": "a"}, {"name": "b"}]})

    assert [row[0].name for row in drawn.rows] == ["answer:items[0].name", "answer:items[1].name"]


def test_rows_come_back_and_one_can_be_added():
    sent = MultiDict(
        {"answer:items#": "2", "answer:items[0].name": "a", "answer:items[1].name": ""}
    )

    assert answers(form(LIST), {}, sent) == {"items": [{"name": "a"}, {"name": ""}]}

    sent["add_row"] = "items"
    assert len(answers(form(LIST), {}, sent)["items"]) == 3


def test_the_number_of_rows_has_a_limit():
    assert len(answers(form(LIST), {}, MultiDict({"answer:items#": "99999"}))["items"]) == 200


def test_words_and_tables_are_shown():
    words, table = controls(
        form(
            {"type": "text", "id": "t", "text": "# Hello"},
            {
                "type": "table",
                "id": "x",
                "label": "Bills",
                "dataSource": "=bills",
                "columns": [{"key": "no", "label": "Number"}],
            },
        ),
        {"bills": [{"no": 1}, {"no": 2}]},
    )

    assert words.value == "# Hello"
    assert table.columns == ("Number",)
    assert table.lines == (("1",), ("2",))


def test_a_row_is_removed_by_its_own_button():
    asked = form(rows("items", text("name"), rows("parts", text("no"))))
    sent = MultiDict(
        {
            "answer:items#": "2",
            "answer:items[0].name": "first",
            "answer:items[1].name": "second",
            "answer:items[0].parts#": "0",
            "answer:items[1].parts#": "2",
            "answer:items[1].parts[0].no": "a",
            "answer:items[1].parts[1].no": "b",
        }
    )

    outer = answers(asked, {}, MultiDict({**sent, "remove_row": "items[0]"}))
    inner = answers(asked, {}, MultiDict({**sent, "remove_row": "items[1].parts[0]"}))
    nothing = answers(asked, {}, MultiDict({**sent, "remove_row": "items[7]"}))

    assert [row["name"] for row in outer["items"]] == ["second"]
    assert [row["no"] for row in inner["items"][1]["parts"]] == ["b"]
    assert len(nothing["items"]) == 2


def test_steps_are_numbered_and_pictures_of_other_hosts_left_out():
    step = {"properties": {"step": "true"}}
    asked = form(
        group(text("a"), label="Who", **step),
        group(text("b"), label="Where", **step),
        {"type": "image", "source": "https://example.com/a.png"},
        {"type": "image", "source": "/static/a.png", "alt": "A map"},
        {"type": "html", "content": "<b>Dear {{a}}</b><script>x</script>"},
        text("c", validate={"required": '=a = "x"'}, conditional={"hide": "=nothing > 1"}),
        text("d", validate={"required": '=a = "x"'}),
    )

    drawn = controls(asked, {"a": "x"})

    assert [each.stage for each in drawn[:2]] == ["1/2", "2/2"]
    assert [(each.kind, each.label) for each in drawn[2:]] == [
        ("image", "A map"),
        ("words", ""),
        ("text", ""),
    ]
    assert drawn[3].value.startswith("Dear x")
    assert drawn[4].required
