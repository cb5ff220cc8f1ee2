"""The designer over HTTP: pages, drafts that are saved by scripts, deployment, and who may not."""

import io
import json
import re

import pytest

from designer import starters
from tests.browsing import Browser, signed_in

MODEL = starters.get("approval").content("claim", "Claim")


class Analyst(Browser):
    """A browser whose scripts send JSON, as those of the designer do."""

    def send(self, method, path, body=None):
        headers = {"X-CSRFToken": self.token(), "Accept": "application/json"}
        return self.client.open(path, method=method, json=body, headers=headers)

    def begin(self, name="Claim", starter="approval"):
        """The address of a new draft."""
        answer = self.post("/designer/drafts", name=name, starter=starter)
        assert answer.status_code == 303
        return answer.location


@pytest.fixture
def analyst(app):
    browser = Analyst(app)
    browser.client = signed_in(app, "grace", "analyst").client
    return browser


def config_of(page):
    return json.loads(re.search(r"data-config>(.*?)</script>", page.text, re.DOTALL)[1])


def test_the_list_is_empty_at_first_and_says_how_to_begin(analyst):
    page = analyst.get("/designer")

    assert page.status_code == 200
    assert "Nothing drawn yet" in page.text


def test_a_template_becomes_a_draft_under_a_key_of_its_own(analyst):
    first, second = analyst.begin("Claim"), analyst.begin("Claim")

    assert config_of(analyst.get(first))["draft"]["key"] == "claim"
    assert config_of(analyst.get(second))["draft"]["key"] == "claim_2"
    assert analyst.get("/designer").text.count('data-row="claim') == 2


def test_a_draft_without_a_name_is_asked_for_one(analyst):
    page = analyst.post("/designer/drafts", name=" ", starter="blank")

    assert page.status_code == 422
    assert "Give it a name of 1 to 120 characters." in page.text


def test_a_file_becomes_a_draft(analyst):
    file = (io.BytesIO(MODEL.encode()), "from_elsewhere.bpmn")

    answer = analyst.post("/designer/drafts", file=file)

    assert answer.location.endswith("#problems")
    assert config_of(analyst.get(answer.location))["draft"]["name"] == "Claim"


def test_a_file_that_is_no_model_is_refused_with_the_reason(analyst):
    page = analyst.post("/designer/drafts", file=(io.BytesIO(b"<html>"), "a.bpmn"))

    assert page.status_code == 422
    assert "cannot be read" in page.text


def test_a_draft_is_saved_and_a_second_window_is_told(analyst):
    config = config_of(analyst.get(analyst.begin()))
    changed = config["draft"]["content"].replace("Decide", "Judge")

    saved = analyst.send("PUT", config["urls"]["draft"], {"content": changed, "revision": 1})
    late = analyst.send("PUT", config["urls"]["draft"], {"content": MODEL, "revision": 1})
    copy = analyst.send("POST", config["urls"]["drafts"], {"kind": "process", "content": MODEL})

    assert saved.json["revision"] == 2
    assert (late.status_code, late.json["error"]) == (409, "DraftMoved")
    assert copy.status_code == 201
    assert config_of(analyst.get(copy.json["url"]))["draft"]["content"] == MODEL


@pytest.mark.parametrize("body", [{}, {"content": 1, "revision": 1}, {"content": "x"}, []])
def test_a_save_that_lacks_something_is_invalid(analyst, body):
    config = config_of(analyst.get(analyst.begin()))

    assert analyst.send("PUT", config["urls"]["draft"], body).status_code == 422


def test_the_check_names_problems_and_stores_nothing(analyst):
    config = config_of(analyst.get(analyst.begin()))
    broken = MODEL.replace('targetRef="decide"', 'targetRef="nowhere"')

    answer = analyst.send("POST", config["urls"]["check"], {"kind": "process", "content": broken})

    assert answer.json["verdict"] == "refused"
    assert answer.json["problems"][0]["severity"] == "error"


def test_a_draft_is_deployed_and_its_version_shown(analyst):
    config = config_of(analyst.get(analyst.begin()))

    plan = analyst.send("GET", config["urls"]["plan"]).json
    answer = analyst.send("POST", config["urls"]["deployment"], {"message": "First <b>"})
    editor = analyst.get(answer.json["url"]).text
    version = re.search(r'"(/designer/versions/[^"]+)"', analyst.get("/designer").text)[1]

    assert (plan["action"], plan["may_deploy"]) == ("Deploy version 1", True)
    assert (answer.status_code, answer.json["version"]) == (201, 1)
    assert "Claim is deployed: version 1 is the latest now." in editor
    assert "First &lt;b&gt;" in analyst.get(version).text


def test_a_refused_model_answers_with_its_problems(analyst):
    config = config_of(analyst.get(analyst.begin()))
    broken = MODEL.replace('targetRef="decide"', 'targetRef="nowhere"')
    analyst.send("PUT", config["urls"]["draft"], {"content": broken, "revision": 1})

    answer = analyst.send("POST", config["urls"]["deployment"], {"message": ""})

    assert (answer.status_code, answer.json["error"]) == (422, "ModelRefused")
    assert analyst.get(config["urls"]["list"]).status_code == 200


def test_a_form_is_drawn_deployed_and_offered_to_processes(analyst):
    form = config_of(analyst.get(analyst.begin("Decision", "decision_form")))
    analyst.send("POST", form["urls"]["deployment"], {"message": ""})

    config = config_of(analyst.get(analyst.begin()))

    (offered,) = config["catalogue"]["forms"]
    assert (offered["key"], offered["keys"]) == ("decision", ["approved", "reason"])
    page = analyst.get(
        re.search(r'"(/designer/versions/[^"]+)"', analyst.get("/designer?kind=form").text)[1]
    )
    assert "data-readonly" in page.text


def test_a_version_is_edited_in_a_draft_of_ones_own(analyst):
    config = config_of(analyst.get(analyst.begin()))
    analyst.send("POST", config["urls"]["deployment"], {"message": ""})
    analyst.send("DELETE", config["urls"]["draft"])
    version = re.search(r'"(/designer/versions/[^"]+)"', analyst.get("/designer").text)[1]

    opened = analyst.post(f"{version}/draft")

    assert "from version 1" in analyst.get(opened.location).text


def test_a_draft_is_thrown_away_from_the_list(analyst):
    draft = analyst.begin()

    answer = analyst.post(f"{draft}/removal")

    assert answer.status_code == 303
    assert analyst.get(draft).status_code == 404


def test_somebody_elses_draft_is_told_and_can_be_opened(app, analyst):
    config = config_of(analyst.get(analyst.begin()))
    analyst.send("POST", config["urls"]["deployment"], {"message": ""})
    other = signed_in(app, "hedy", "analyst")

    assert other.get(f"/designer/drafts/{config['draft']['id']}").status_code == 200
    assert "grace has a draft too" in other.get("/designer").text


def test_the_designer_is_for_analysts(app):
    associate = signed_in(app, "ada", "associate")

    assert associate.get("/designer").status_code == 403


def test_only_the_editors_allow_style_elements(analyst):
    editor = analyst.get(analyst.begin()).headers["Content-Security-Policy"]
    listed = analyst.get("/designer").headers["Content-Security-Policy"]

    assert "style-src-elem 'self' 'unsafe-inline'" in editor
    assert "style-src-elem" not in listed
    assert "unsafe-eval" not in editor
