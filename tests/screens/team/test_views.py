import re

import pytest

from core.db import reading, transaction
from core.people import SYSTEM, get_person, make_token
from tests.browsing import Browser, add_person, signed_in
from tests.work.desk import LANE
from work import skills

TOMORROW, FRIDAY = "2026-01-06", "2026-01-09"


@pytest.fixture
def lea(app, clock_at):
    add_person("ada", "associate", groups=[LANE], display_name="Ada Okafor")
    add_person("bob", "associate", groups=[LANE], display_name="Bob Tran")
    add_person("eve", "associate", groups=["billing"], display_name="Eve Sand")
    return signed_in(app, "lea", "team_leader", groups=[LANE])


def test_leaders_see_the_people_of_their_groups(lea):
    page = lea.page("/team")

    assert "Ada Okafor" in page
    assert "Eve Sand" not in page
    assert "Desk closed" in page


def test_skills_and_limits_are_declared_a_line_each(lea):
    sent = {"skills": "gas: 2\ngerman", "in_hand_limit": "4", "site": "Hamburg"}
    assert lea.post("/team/ada/skills", **sent).status_code == 303

    with reading() as session:
        worker = skills.of(session, "ada")
        assert (worker.skills, worker.in_hand_limit) == ({"gas": 2, "german": 1}, 4)
        assert worker.site == "Hamburg"
    assert "gas 2" in lea.page("/team")
    assert "Hamburg" in lea.page("/team")
    wrong = lea.post("/team/ada/skills", skills="gas: 12", in_hand_limit="")
    assert wrong.status_code == 422
    assert "gas: 12" in wrong.text
    assert lea.post("/team/ada/skills", skills="", in_hand_limit="x").status_code == 422


def test_absences_come_and_go(lea):
    days = {"first": TOMORROW, "last": FRIDAY, "reason": "Leave"}
    assert lea.post("/team/ada/absences", **days).status_code == 303
    assert "Leave" in lea.page("/team/ada")

    lea.post("/team/ada/absences/removal", first=TOMORROW, last=FRIDAY)

    assert "None noted from today on." in lea.page("/team/ada")
    assert lea.post("/team/ada/absences", first="soon").status_code == 422
    assert lea.post("/team/ada/absences", first=FRIDAY, last=TOMORROW).status_code == 422


def test_associates_note_their_own_absence_and_name_their_cover(app, lea):
    eva = signed_in(app, "eva", "associate", groups=[LANE])
    sent = {"first": TOMORROW, "last": FRIDAY, "reason": "Holiday", "cover": "bob"}
    assert "/team/eva" in eva.page("/work")

    assert eva.post("/team/eva/absences", **sent).status_code == 303

    page = eva.page("/team/eva")
    assert "Jan 6, 2026 – Jan 9, 2026" in page
    assert "Holiday" in lea.page("/team/eva")
    team = lea.page("/team")
    assert "Absent" in team
    assert "Covered by bob" in team
    again = eva.post("/team/eva/absences", **sent)
    assert again.status_code == 409
    assert "noted from 2026-01-06 to 2026-01-09 already" in again.text
    backwards = eva.post("/team/eva/absences", first=FRIDAY, last=TOMORROW)
    assert "ends after it begins" in backwards.text
    assert f'value="{FRIDAY}"' in backwards.text
    assert eva.post("/team/bob/absences", **sent).status_code == 403
    far = {"cover": "bob", "since": "", "until": "9999-12-31"}
    assert "9999-12-31 is out of reach" in eva.post("/team/eva/covers", **far).text
    assert eva.post("/team/eva/absences/removal", first=TOMORROW).status_code == 303
    assert "None noted from today on." in eva.page("/team/eva")


def test_a_person_is_lent_and_comes_back(lea):
    sent = {"group": LANE, "until": FRIDAY, "why": "Flu"}
    assert lea.post("/team/eve/lendings", **sent).status_code == 303

    assert "Lent to Customer service" in lea.page("/team")
    found = re.search(r'action="(/team/eve/lendings/[^"]+/end)"', lea.page("/team/eve"))
    assert lea.post(found[1]).status_code == 303
    with reading() as session:
        assert [group.name for group in get_person(session, "eve").groups] == ["billing"]
    assert "“Flu”" in lea.page("/team")
    assert lea.post("/team/eve/lendings", **{**sent, "why": ""}).status_code == 422
    assert lea.post("/team/eve/lendings", **{**sent, "until": ""}).status_code == 422


def test_people_name_their_own_cover(app, lea):
    eva = signed_in(app, "eva", "associate", groups=[LANE])

    assert eva.get("/team").headers["Location"] == "/team/eva"
    page = eva.page("/team/eva")
    assert "Lend to another team" not in page
    sent = {"cover": "bob", "since": TOMORROW, "until": FRIDAY, "note": "Thanks"}
    assert eva.post("/team/eva/covers", **sent).status_code == 303
    assert eva.post("/team/eva/covers", **sent).status_code == 409
    assert "Covered by bob" in lea.page("/team")
    found = re.search(r'action="(/team/eva/covers/[^"]+/end)"', eva.page("/team/eva"))
    assert eva.post(found[1]).status_code == 303
    assert eva.get("/team/bob").status_code == 403
    assert eva.post("/team/bob/covers", **sent).status_code == 403


def test_the_team_with_most_people_is_shown_first(app, clock_at):
    leader = signed_in(app, "lea", "team_leader", groups=["billing", LANE])
    for name in ("ada", "bob", "cid", "dot"):
        add_person(name, "associate", groups=[LANE])
    add_person("eve", "associate", groups=["billing"])

    assert "Completed today" in leader.page("/team/days")
    assert "5 people" in leader.page("/team/days?group=billing")


def test_only_who_takes_tasks_is_lent_and_from_or_to_own_teams(lea):
    add_person("olga", "operator", groups=[LANE])
    sent = {"group": "billing", "until": FRIDAY, "why": "Flu"}

    refused = lea.post("/team/olga/lendings", **sent)
    assert refused.status_code == 422
    assert "olga takes no tasks" in refused.text
    add_person("zoe", "associate", groups=["field"])
    other = lea.post("/team/zoe/lendings", **sent)
    assert other.status_code == 403
    assert "Neither zoe nor billing is yours" in other.text
    assert lea.post("/team/ada/lendings", **sent).status_code == 303


def test_a_bot_has_a_page_that_says_how_often_it_may_give_up(lea):
    with transaction() as session:
        make_token(session, "reader", roles=["associate"], groups=[LANE], by=SYSTEM)
        make_token(session, "other", roles=["associate"], groups=["billing"], by=SYSTEM)
    page = lea.page("/team")
    assert "/team/+bots/reader" in page
    assert "/team/+bots/other" not in page
    assert lea.get("/team/+bots/other").status_code == 404

    sent = {"error_limit": "12,5 %", "skills": "gas: 2", "site": "", "in_hand_limit": "3"}
    assert lea.post("/team/+bots/reader", **sent).status_code == 303

    with reading() as session:
        worker = skills.of(session, "reader")
        assert (worker.error_limit, worker.skills, worker.in_hand_limit) == (0.125, {"gas": 2}, 3)
    assert 'value="12.5"' in lea.page("/team/+bots/reader")
    for wrong in ("120", "-1", "few", "nan"):
        refused = lea.post("/team/+bots/reader", **{**sent, "error_limit": wrong})
        assert refused.status_code == 422
        assert "from 0 to 100 percent" in refused.text
    lea.post("/team/+bots/reader", **{**sent, "error_limit": ""})
    with reading() as session:
        assert skills.of(session, "reader").error_limit is None


def test_days_are_of_the_team_and_of_one_person_for_a_reason(lea):
    assert "five" in lea.page("/team/days") or "5 people" in lea.page("/team/days")
    for name in ("cid", "dot", "fay"):
        add_person(name, "associate", groups=[LANE])
    assert "Completed today" in lea.page("/team/days")
    assert "Completed today" not in lea.page("/team/ada/days")
    assert lea.post("/team/ada/days", why="").status_code == 422

    shown = lea.post("/team/ada/days", why="You asked for advice")

    assert "Completed today" in shown.text
    assert "You asked for advice" in lea.page("/team")
    ada = Browser(lea.app)
    ada.sign_in("ada")
    assert "looked at your days" in ada.page("/notifications")
