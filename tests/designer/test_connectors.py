"""Descriptions of connectors that an integrator lays into the data folder."""

import json

import pytest

from designer import connectors

SMS = {
    "key": "sms",
    "name": "Send an SMS",
    "description": "Through the gateway of the house.",
    "icon": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "type": "http",
    "fixed": {"method": "POST", "url": "sms:/messages"},
    "inputs": [
        {"name": "body", "label": "What", "type": "expression", "required": True},
        {"name": "timeout", "type": "choice", "options": ["PT5S", "PT20S"], "default": "PT5S"},
    ],
    "outputs": [{"name": "smsId", "value": "=response.body.id"}],
    "retry": {"attempts": "5"},
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / connectors.FOLDER).mkdir()
    return tmp_path


def lay(folder, name, description):
    (folder / connectors.FOLDER / name).write_text(json.dumps(description))


def test_a_description_is_offered_beside_those_of_the_platform(folder):
    lay(folder, "sms.json", SMS)

    found, problems = connectors.offered(folder)

    sms = found[-1]
    assert problems == []
    assert [each["key"] for each in found[:2]] == ["http", "email"]
    assert (sms["name"], sms["fixed"]["url"]) == ("Send an SMS", "sms:/messages")
    assert [each["label"] for each in sms["inputs"]] == ["What", "timeout"]
    assert sms["inputs"][1]["options"] == ["PT5S", "PT20S"]
    assert sms["icon"].startswith("data:image/svg+xml,%3Csvg")


def test_without_a_folder_there_are_those_of_the_platform(tmp_path):
    assert connectors.offered(tmp_path) == (connectors.BUILT_IN, [])


def test_a_key_is_given_once(folder):
    lay(folder, "a.json", SMS)
    lay(folder, "b.json", SMS)

    found, problems = connectors.offered(folder)

    assert [each["key"] for each in found].count("sms") == 1
    assert problems == ["b.json: the key sms is taken already"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": ""}, "it has no name"),
        ({"name": 5}, "are texts"),
        ({"type": "soap"}, "its type is one of"),
        ({"type": "external"}, "has a topic"),
        ({"colour": "red"}, "colour, which nobody knows"),
        ({"icon": "https://elsewhere.example/a.png"}, "its icon is the text of an SVG"),
        ({"inputs": {}}, "inputs are a list"),
        ({"inputs": [{"label": "x"}]}, "has a name"),
        ({"inputs": [{"name": "x", "type": "colour"}]}, "is of type colour"),
        ({"inputs": [{"name": "x", "type": "choice"}]}, "offers no options"),
        ({"inputs": [{"name": "x", "options": [1]}]}, "a list of texts"),
        ({"inputs": [{"name": "x", "help": "y"}]}, "help, which nobody knows"),
        ({"outputs": [{"name": "x"}]}, "a name and a value"),
        ({"fixed": {"url": 1}}, "names with texts"),
        ({"retry": {"often": "yes"}}, "often, which nobody knows"),
    ],
)
def test_what_cannot_be_read_is_not_offered_and_says_why(folder, change, reason):
    lay(folder, "sms.json", {**SMS, **change})

    found, [problem] = connectors.offered(folder)

    assert found == connectors.BUILT_IN
    assert reason in problem


@pytest.mark.parametrize("data", [b"{", b"[]", b" " * 100_001])
def test_what_is_no_description_is_refused(data):
    with pytest.raises(connectors.Unreadable):
        connectors.read(data)
