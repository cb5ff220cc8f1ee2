from forms import paths
from forms.paths import MISSING


def test_reading_tells_null_from_missing():
    data = {"a": {"b": None}, "rows": [{"c": 1}]}

    assert paths.read(data, ("a", "b")) is None
    assert paths.read(data, ("a", "x")) is MISSING
    assert paths.read(data, ("rows", 0, "c")) == 1
    assert paths.read(data, ("rows", 1, "c")) is MISSING
    assert paths.read(data, ("rows", "c")) is MISSING
    assert repr(MISSING) == "MISSING"


def test_writing_makes_the_objects_on_the_way():
    data = {"rows": [{}], "a": 3}

    paths.write(data, ("a", "b", "c"), 1)
    paths.write(data, ("rows", 0, "d", "e"), 2)

    assert data == {"a": {"b": {"c": 1}}, "rows": [{"d": {"e": 2}}]}


def test_leaving_out_does_not_touch_the_original():
    data = {"a": {"b": 1, "c": 2}, "d": 3}

    assert paths.without(data, [("a", "b"), ("x", "y"), ("d", "e")]) == {"a": {"c": 2}, "d": 3}
    assert data == {"a": {"b": 1, "c": 2}, "d": 3}


def test_a_path_is_written_with_dots_and_brackets():
    assert paths.text(("customer", "items", 0, "price")) == "customer.items[0].price"
