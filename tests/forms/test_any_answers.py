"""Whatever is sent: what a form does not ask never comes through, and nothing breaks."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from forms.errors import FormInvalid, FormTooLarge
from forms.schema import Form
from forms.validate import initial, validate
from tests.forms.build import choice, field, form, group, number, rows, text

KEYS = st.sampled_from(["a", "b", "c", "r", "g", "hidden", "locked", "evil", "__proto__", "a.b"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
ANSWERS = st.dictionaries(KEYS, VALUES, max_size=8)

EVERYTHING = form(
    text("a", validate={"maxLength": 5}),
    number("b", validate={"min": "=low", "max": 9}),
    choice("c", "x", "y", kind="checklist"),
    text("hidden", conditional={"hide": "=b != null"}),
    text("locked", disabled=True),
    text("secret", conditional={"hide": "=true"}),
    group(text("a"), text("gone", conditional={"hide": "=true"}), path="g"),
    rows("r", text("a"), number("b", conditional={"hide": '=this.a = "x"'})),
    field("expression", "sum", expression="=sum(r.b)", computeOn="change"),
)
FIRST = {"low": 2, "locked": "kept", "secret": "s"}


def sent_through(asked: Form, answers: dict[str, Any], variables: dict[str, Any]) -> Any:
    """What came through, or None for a refusal."""
    try:
        return validate(asked, answers, variables)
    except (FormInvalid, FormTooLarge):
        return None


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


@settings(max_examples=300, deadline=None)
@given(ANSWERS, ANSWERS)
def test_only_what_is_asked_and_shown_comes_through(answers, variables):
    clean = sent_through(EVERYTHING, answers, {**variables, **FIRST})

    if clean is None:
        return
    assert set(clean) <= {"a", "b", "c", "hidden", "g", "r", "sum"}
    assert "hidden" not in clean or clean["b"] is None
    assert set(clean["g"]) - set(_object(variables.get("g"))) <= {"a"}
    assert len(clean["a"]) <= 5
    assert clean["b"] is None or 2 <= clean["b"] <= 9
    assert all("b" not in row or row["a"] != "x" for row in clean["r"])
    assert set(map(str, clean["c"])) <= {"x", "y"}


@settings(max_examples=200, deadline=None)
@given(ANSWERS)
def test_what_a_page_shows_at_first_means_the_same_when_it_is_sent_again(variables):
    shown = initial(EVERYTHING, {**variables, **FIRST})

    clean = sent_through(EVERYTHING, shown, {**variables, **FIRST})

    again = {**shown, **(clean or {})}
    assert clean is None or validate(EVERYTHING, again, {**variables, **FIRST}) == clean


@settings(max_examples=200, deadline=None)
@given(ANSWERS)
def test_nobody_computes_what_the_form_computes(answers):
    clean = sent_through(EVERYTHING, {**answers, "sum": 1_000_000}, FIRST)

    assert clean is None or clean["sum"] != 1_000_000
