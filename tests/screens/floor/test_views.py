import re
from urllib.parse import unquote

import pytest

from core.db import transaction
from core.people import SYSTEM
from engine import user_tasks
from tests.browsing import add_person, signed_in
from tests.work.desk import LANE, arrive, deploy
from work import skills, sorting
from work.models.team import Lending

NUMBER = re.compile(r'class="number-link[^"]*"\s+href="([^"]+)"\s+aria-label="(\d+) ([^"]+)"')
COUNT = re.compile(r'page-header__count">(\d+)<')


@pytest.fixture
def lea(app, clock_at):
    """The leader of a team of one, with work of all kinds, at nine on a Monday."""
    with transaction() as session:
        deploy(session)
        deploy(session, "gas", assignment={"skills": "gas"})
        for due in (-90, 90, 9_000, 9_100):
            arrive(session, due=due)
        arrive(session, "gas", due=120)
        sorting.take_in(session)
    add_person("ada", "associate", groups=[LANE], display_name="Ada")
    add_person("ben", "associate", groups=["credit"], display_name="Ben")
    browser = signed_in(app, "lea", "team_leader", groups=[LANE])
    clock_at(seconds=5)
    return browser


def numbers(page):
    return [
        (address.replace("&amp;", "&"), int(value)) for address, value, _ in NUMBER.findall(page)
    ]


@pytest.mark.parametrize("rows", ["", "?rows=teams"])
def test_every_number_opens_a_list_that_counts_the_same(lea, rows):
    page = lea.page(f"/floor{rows}")

    found = set(numbers(page))
    assert len(found) > 20
    assert "As of" in page
    for address, value in found:
        listed = COUNT.search(lea.page(unquote(address)))
        assert listed, address
        assert int(listed[1]) == value, address


def test_the_numbers_alone_are_the_same_as_on_the_page(lea):
    assert set(numbers(lea.page("/floor/now"))) == set(numbers(lea.page("/floor")))
    assert "<html" not in lea.page("/floor/now")


def test_a_list_says_what_it_counts_and_never_who(lea):
    with transaction() as session:
        user_tasks.hand_over(
            session,
            sorted(user_tasks.find(session, by=SYSTEM), key=lambda t: t.id)[0].id,
            "ada",
            by=SYSTEM,
        )

    page = lea.page(f"/floor/tasks?what=in_hand&queue={LANE}")

    assert "In hand" in page
    assert "queue Customer service" in page
    assert "Ada" not in page.split("<main")[1]
    assert lea.get("/floor/tasks?what=nonsense").status_code == 422
    assert lea.get("/floor/tasks?what=open&band=x").status_code == 422
    assert "Nothing here right now" in lea.page("/floor/tasks?what=breached")


def test_few_people_are_not_told_one_by_one(lea, clock_at):
    page = lea.page("/floor/people")

    assert "Not told one by one" in page
    assert "Ada" not in page.split("<main")[1]
    for name in ("p1", "p2", "p3", "p4"):
        add_person(name, "associate", groups=[LANE], display_name=name.upper())
    clock_at(seconds=9)
    page = lea.page("/floor/people")
    assert "P4" in page
    assert "Not told one by one" not in page


def test_all_behind_a_number_is_weighed_with_a_reason(lea, clock_at):
    form = lea.page("/floor/priority?what=at_risk")
    assert "Priority of 2 tasks" in form

    refused = lea.post("/floor/priority", what="at_risk", word="urgent", why="")
    assert refused.status_code == 422
    assert "Say why" in refused.text

    done = lea.post(
        "/floor/priority", what="at_risk", word="urgent", why="Before noon", next="/floor"
    )
    assert done.headers["Location"] == "/floor"
    assert "2 tasks changed: Urgent." in lea.page("/floor")
    assert lea.page("/floor/tasks?what=at_risk").count(">Urgent</span>") == 2


def test_selected_tasks_are_put_first(lea):
    page = lea.page("/floor/tasks?what=open")
    first = re.findall(r'name="task"\s+value="([^"]+)"', page)[-1]

    answer = lea.post(
        "/floor/priority", what="open", selected="on", task=first, word="first", why="The mayor"
    )

    assert answer.status_code == 303
    assert lea.page("/floor/tasks?what=open").count(">First</span>") == 1


def test_a_person_is_lent_until_the_evening(lea):
    form = lea.page(f"/floor/lend?team={LANE}")
    assert "Ben" in form
    assert 'value="2026-01-05"' in form

    refused = lea.post("/floor/lend", team=LANE, person="ben", until="", why="Much to do")
    assert "Choose a day." in refused.text
    lea.post("/floor/lend", team=LANE, person="ben", until="2026-01-05", why="Much to do")

    assert "Ben works for Customer service now." in lea.page("/floor")
    with transaction() as session:
        (made,) = session.query(Lending).all()
        assert (made.person, made.group_name, made.until.hour) == ("ben", LANE, 23)
    assert "16 h" in lea.page("/floor/people")


def test_only_people_with_the_skill_are_offered(lea, root, clock_at):
    assert "Nobody else who is here" in lea.page(f"/floor/lend?team={LANE}&skill=gas:1")
    with transaction() as session:
        skills.declare(session, "ben", {"gas": 1}, site="Hamburg", by=root)
    clock_at(seconds=9)
    page = lea.page(f"/floor/lend?team={LANE}&skill=gas:1")
    assert "Ben" in page
    assert "Hamburg" in page


def test_the_floor_is_for_leaders(app, lea):
    assert 'href="/floor"' in lea.page("/work")
    kim = signed_in(app, "kim", "associate", groups=[LANE])
    assert kim.get("/floor").status_code == 403
    assert 'href="/floor"' not in kim.page("/work")


def test_what_is_kept_from_a_leader_has_no_name(app, lea):
    with transaction() as session:
        task = user_tasks.find(session, by=SYSTEM)[0]
        task.excluded = ["lea"]
        name = task.business_key or str(task.instance_id)

    page = lea.page("/floor/tasks?what=open")

    assert re.sub(r"aria-label=\"[^\"]*\"", "", page).count("Kept from you (four eyes)") == 1
    assert name not in page.split("<main")[1]
