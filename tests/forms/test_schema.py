import json

import pytest

from forms.errors import FormUnreadable
from forms.schema import MAX_COMPONENTS, MAX_NESTING, parse
from tests.forms.build import form, group, rows, source, text


def test_a_form_is_a_tree_of_components_with_paths():
    read = form(group(text("name"), path="customer"), rows("items", text("a.b")))

    assert read.id == "form"
    assert [component.path for component in read.walk()] == [
        ("customer",),
        ("name",),
        ("items",),
        ("a", "b"),
    ]
    assert [component.repeats for component in read.walk()] == [False, False, True, False]


def test_the_schema_is_kept_as_it_was_written_for_the_browser():
    assert form(text("name")).schema["components"][0]["key"] == "name"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"{", "not JSON"),
        (b"[]", "does not hold an object"),
        (b"\xff\xfe", "not JSON"),
        (b'{"id": "a\\u0000b", "components": []}', "U[+]0000"),
        (b'{"schemaVersion": 20, "components": []}', "newer than 19"),
        (b'{"schemaVersion": "x", "components": []}', "not a whole number"),
        (b'{"schemaVersion": true, "components": []}', "not a whole number"),
        (b'{"type": "other", "components": []}', "not “default”"),
        (b'{"components": {}}', "not a list"),
        (b'{"components": ["x"]}', "not an object"),
        (b'{"components": [{"type": "hologram"}]}', "“hologram”"),
        (b'{"components": [{"type": ["x"]}]}', "nobody knows"),
        (b'{"components": [{"type": "textfield", "key": 3}]}', "not a text"),
    ],
)
def test_what_is_no_form_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(FormUnreadable, match=sentence):
        parse(data)


def test_a_form_has_a_limit_of_components():
    with pytest.raises(FormUnreadable, match=f"at most {MAX_COMPONENTS}"):
        parse(source(*[text(f"key_{number}") for number in range(MAX_COMPONENTS + 1)]))


def test_groups_have_a_limit_of_nesting():
    nested = text("deep")
    for _ in range(MAX_NESTING + 1):
        nested = group(nested)

    with pytest.raises(FormUnreadable, match="nested deeper"):
        parse(source(nested))


def test_the_size_of_a_file_is_limited():
    huge = json.dumps({"components": [], "filler": "x" * 1_000_001}).encode()

    with pytest.raises(FormUnreadable, match="bytes"):
        parse(huge)
