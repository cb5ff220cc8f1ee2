"""The floor with very many open tasks: how long the server takes for the board and for its lists.

    python -m benchmarks.floor [--open 100000] [--done 10000] [--rounds 9] [--json]

Fills a PostgreSQL database with open tasks of 36 classes in twelve groups, each fourth with an SLA
clock, and with tasks that came and were done today and on the same weekday of the last four weeks
(`--done` on each of these days); 200 associates with some of 12 skills and calendars of their own.
Then asks for pages as the leader of three groups and of all. Milliseconds within the web process,
the page rendered and the database included; the median of the rounds, and the longest. `snapshot`
is what is computed once a second while anybody looks, `shared` the page for everybody else;
`first` is the first page of a process, which reads the four days of the past; `processor` is what a
page with a new snapshot costs the web process itself.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import text

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from backoffice import database as tables  # noqa: E402
from benchmarks.inbox import copy  # noqa: E402
from core import calendars  # noqa: E402
from core import db as database  # noqa: E402
from core.calendars import Wanted  # noqa: E402
from core.config import Config  # noqa: E402
from core.people import SYSTEM, add_person  # noqa: E402
from engine import deployments, instances  # noqa: E402
from tests import browsing, postgres  # noqa: E402
from tests.browsing import Browser  # noqa: E402
from tests.build import process  # noqa: E402
from work import skills, sorting  # noqa: E402
from work.floor import snapshot  # noqa: E402
from work.sla import following  # noqa: E402
from wsgi import create_app  # noqa: E402

GROUPS = [f"group{number}" for number in range(12)]
SKILLS, PEOPLE, WEEKS = 12, 200, 4
PAGES = (
    ("few", "/floor/now"),
    ("all", "/floor/now"),
    ("all", "/floor?rows=teams"),
    ("all", "/floor/tasks?what=late"),
    ("all", "/floor/tasks?what=at_risk&queue=group1"),
    ("all", "/floor/tasks?what=done"),
)
#: An id as it would have been made at the moment `{at}`.
ID_AT = (
    "(lpad(to_hex((extract(epoch FROM {at}) * 1000)::bigint), 12, '0') || '7' || "
    "substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--done", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, postgres.server("shared_buffers=256MB") as url:
        config = Config.from_environment(
            {"BACKOFFICE_DATA": folder, "BACKOFFICE_DATABASE_URL": url}
        )
        tables.migrate(config)
        app = create_app(replace(config, secure_cookies=False))
        with app.app_context():
            fill(options.open, options.done)
            found = measure(app, options.rounds)
            database.db.session.remove()
            database.db.engine.dispose()
    if options.json:
        print(json.dumps({"open": options.open, "done_a_day": options.done, "ms": found}))
        return
    print(f"{options.open:,} open tasks, {options.done:,} done a day; ms, median and longest")
    for page, (middle, longest) in found.items():
        print(f"{middle:8.1f} {longest:8.1f}  {page}")


def fill(open_tasks: int, done: int) -> None:
    """A real case of each class, and so many like them."""
    with database.transaction() as session:
        for number, group in enumerate(GROUPS):
            drawing = process(f"claims{number}")
            drawing.settings = '<work:sla name="Answer" target="PT8H"/>'
            assignment = {"skills": "=skill"}
            priority = {"class": "=tier", "weight": "=1"}
            drawn = drawing.user_task(
                "look", groups=group, assignment=assignment, priority=priority
            )
            deployments.deploy(session, {"claims.bpmn": drawn.end()}, by=SYSTEM)
            for tier in "abc":
                variables = {"skill": f"s{number}", "tier": tier}
                instances.start(session, key=f"claims{number}", variables=variables, by=SYSTEM)
    with database.transaction() as session:
        for instance_id in following.marked(session, limit=100):
            following.follow(session, instance_id)
        while sorting.take_in(session):
            pass
        people(session)
    classes = 3 * len(GROUPS)
    with database.transaction() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        session.execute(
            text(
                "CREATE TEMP TABLE one_of AS SELECT row_number() OVER (ORDER BY id) - 1 AS place, "
                "id, instance_id FROM user_task"
            )
        )
        many(session, open_tasks, classes, "now() - random() ^ 3 * interval '12 days'", None)
        for week in range(WEEKS + 1):
            begin = f"date_trunc('day', now()) - interval '{7 * week} days'"
            span = "(now() - date_trunc('day', now()))" if week == 0 else "interval '1 day'"
            at = f"{begin} + random() * {span}"
            many(session, done, classes, at, f"created + random() * ({begin} + {span} - created)")
    with database.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
        link.execute(text("VACUUM ANALYZE"))


def many(session: Any, count: int, classes: int, at: str, done_at: str | None) -> None:
    """Copies of the real tasks that came at a moment, open or done."""
    session.execute(text("DROP TABLE IF EXISTS made"))
    session.execute(
        text(
            f"CREATE TEMP TABLE made AS SELECT n, {at} AS created, gen_random_uuid() AS case_id "
            f"FROM generate_series(1, {count}) AS n"
        )
    )
    session.execute(text("ALTER TABLE made ADD task_id uuid, ADD task uuid, ADD old_case uuid"))
    session.execute(
        text(
            f"UPDATE made SET task_id = {ID_AT.format(at='created')}, task = one_of.id, "
            f"old_case = one_of.instance_id FROM one_of WHERE one_of.place = made.n % {classes}"
        )
    )
    of_task = "FROM made AS m JOIN user_task AS one ON one.id = m.task ORDER BY m.created"
    of_case = "FROM made AS m JOIN process_instance AS one ON one.id = m.old_case"
    due = "m.created + (m.n % 5000) * interval '3 minutes'"
    session.execute(
        text(copy("process_instance", id="m.case_id").partition("FROM made")[0] + of_case)
    )
    changes = {
        "id": "m.task_id",
        "instance_id": "m.case_id",
        "token": "'t' || m.n",
        "created_at": "m.created",
        "due_at": due,
        "rank_at": due,
        "assignee": "CASE WHEN m.n % 11 = 0 THEN 'p' || m.n % 200 END",
    }
    if done_at is not None:
        changes |= {"state": "'completed'", "completed_at": done_at.replace("created", "m.created")}
    session.execute(text(copy("user_task", **changes).partition("FROM made")[0] + of_task))
    session.execute(
        text(
            "INSERT INTO user_task_candidate (task_id, group_name) SELECT m.task_id, c.group_name "
            "FROM made AS m JOIN user_task_candidate AS c ON c.task_id = m.task"
        )
    )
    if done_at is None:
        clock = {
            "id": "gen_random_uuid()",
            "instance_id": "m.case_id",
            "condition": "(ARRAY['on_track', 'on_track', 'on_track', 'at_risk', 'breached'])"
            "[1 + m.n / 4 % 5]",
            "late_probability": "random() ^ 4",
        }
        session.execute(text(copy("sla_clock", **clock) + " WHERE m.n % 4 = 0"))


def people(session: Any) -> None:
    """Associates with skills and calendars of their own."""
    for number in range(PEOPLE):
        name, groups = f"p{number}", [GROUPS[number % 12], GROUPS[number % 7]]
        add_person(session, name, roles=["associate"], groups=groups, by=SYSTEM)
        known = {f"s{(number * step) % SKILLS}": 1 + number % 3 for step in (1, 5, 7)}
        skills.declare(session, name, known, by=SYSTEM)
        wanted = Wanted(based_on="office", person=name, week=((("06:00", "22:00"),),) * 7)
        calendars.put(session, f"hours of {name}", wanted, by=SYSTEM)


def measure(app: Any, rounds: int) -> dict[str, tuple[float, float]]:
    browsing.add_person("few", "team_leader", groups=GROUPS[:3])
    browsing.add_person("all", "team_leader", groups=GROUPS)
    browsers = {"few": Browser(app), "all": Browser(app)}
    for name, browser in browsers.items():
        browser.sign_in(name)
    found = {"first": (once(browsers["all"], "/floor/now"),) * 2}
    for who, path in PAGES:
        took = []
        for _ in range(rounds):
            with database.reading() as session:
                snapshot.forget(session)
            took.append(once(browsers[who], path))
        found[f"{who} {path}"] = (round(statistics.median(took), 1), max(took))
    busy = []
    for _ in range(rounds):
        with database.reading() as session:
            snapshot.forget(session)
        began = time.process_time()
        once(browsers["all"], "/floor/now")
        busy.append(round(1000 * (time.process_time() - began), 1))
    found["processor"] = (round(statistics.median(busy), 1), max(busy))
    took = [once(browsers["all"], "/floor/now") for _ in range(rounds)]
    found["shared"] = (round(statistics.median(took), 1), max(took))
    took = []
    for _ in range(rounds):
        with database.reading() as session:
            snapshot.forget(session)
            began = time.perf_counter()
            snapshot.current(session)
            took.append(round(1000 * (time.perf_counter() - began), 1))
    found["snapshot"] = (round(statistics.median(took), 1), max(took))
    return found


def once(browser: Browser, path: str) -> float:
    began = time.perf_counter()
    answer = browser.get(path)
    took = 1000 * (time.perf_counter() - began)
    assert answer.status_code == 200, answer.text
    return round(took, 1)


if __name__ == "__main__":
    main()
