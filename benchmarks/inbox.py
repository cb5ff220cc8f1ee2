"""My work with very many open tasks: how long the server takes for a page, filtered and sorted.

    python -m benchmarks.inbox [--open 100000] [--rounds 7] [--json]

Fills a PostgreSQL database with open tasks of twelve groups (and as many completed ones), then asks
for pages as an associate of three groups and as a team leader of all. Milliseconds within the web
process, the page rendered and the database included; the median of the rounds, and the longest.
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
from core import db as database  # noqa: E402
from core.config import Config  # noqa: E402
from core.model import Model  # noqa: E402
from core.people import SYSTEM  # noqa: E402
from engine import deployments, instances  # noqa: E402
from tests import postgres  # noqa: E402
from tests.browsing import Browser, add_person  # noqa: E402
from tests.build import process  # noqa: E402
from wsgi import create_app  # noqa: E402

GROUPS = [f"group{number}" for number in range(12)]
PAGES = (
    ("associate", "/work"),
    ("associate", "/work?view=groups"),
    ("associate", "/work?view=groups&sort=created"),
    ("associate", "/work?view=groups&due=late"),
    ("associate", "/work?view=groups&group=group1&due=week"),
    ("associate", "/work?view=groups&q=SU-999"),
    ("associate", "/work?view=groups&q=nothing+like+this"),
    ("associate", "/work?view=groups&q=tier:gold"),
    ("associate", "/work?view=groups&q=number:4711"),
    ("associate", "/work?view=all"),
    ("leader", "/work?view=groups"),
    ("leader", "/work?view=all&due=late"),
    ("leader", "/work?view=all&q=SU-999"),
    ("leader", "/work/rows?view=all"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, postgres.server() as url:
        config = Config.from_environment(
            {"BACKOFFICE_DATA": folder, "BACKOFFICE_DATABASE_URL": url}
        )
        tables.migrate(config)
        app = create_app(replace(config, secure_cookies=False))
        with app.app_context():
            fill(options.open)
            found = measure(app, options.rounds)
            database.db.session.remove()
            database.db.engine.dispose()
    if options.json:
        print(json.dumps({"open": options.open, "pages": found}))
        return
    print(f"{options.open:,} open tasks; ms, median and longest")
    for page, (middle, longest) in found.items():
        print(f"{middle:8.1f} {longest:8.1f}  {page}")


def fill(count: int) -> None:
    """One real case, and so many like it, with other keys, dates, groups and values."""
    drawing = process("claims")
    drawing.settings = '<work:label variable="tier"/><work:label variable="number"/>'
    with database.transaction() as session:
        drawn = drawing.user_task("look", groups="group0").end()
        deployments.deploy(session, {"claims.bpmn": drawn}, by=SYSTEM)
        variables = {"tier": "gold", "number": 1}
        instances.start(session, key="claims", business_key="SU-0", variables=variables, by=SYSTEM)
    steps = (
        f"CREATE TEMP TABLE made AS SELECT n, gen_random_uuid() AS case_id, "
        f"gen_random_uuid() AS task_id FROM generate_series(1, {2 * count}) AS n",
        copy("process_instance", id="m.case_id", business_key="'SU-' || m.n"),
        copy(
            "user_task",
            id="m.task_id",
            instance_id="m.case_id",
            business_key="'SU-' || m.n",
            token="'t' || m.n",
            name="'Look at claim of kind ' || m.n % 9",
            due_at="now() + (m.n % 20000 - 4000) * interval '1 minute'",
            class_id="NULL",
            rank_at="NULL",
            assignee="CASE WHEN m.n % 31 = 0 THEN 'p' || m.n % 200 END",
            state=f"CASE WHEN m.n <= {count} THEN 'open' ELSE 'completed' END",
        ),
        "INSERT INTO user_task_candidate (task_id, group_name) "
        "SELECT task_id, 'group' || n % 12 FROM made",
        "INSERT INTO instance_variable (instance_id, name, value) SELECT case_id, 'tier', "
        "CASE n % 50 WHEN 0 THEN 'gold' ELSE 'tin' END FROM made",
        "INSERT INTO instance_variable (instance_id, name, value) "
        "SELECT case_id, 'number', n::text FROM made",
    )
    with database.transaction() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        for step in steps:
            session.execute(text(step))
    with database.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
        link.execute(text("VACUUM ANALYZE"))


def copy(table: str, /, **changes: str) -> str:
    """SQL that copies the one row of a table for each row of `made`, with some columns changed."""
    columns = [column.name for column in Model.metadata.tables[table].columns]
    values = ", ".join(changes.get(each, f"one.{each}") for each in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} "
        f"FROM made AS m, (SELECT * FROM {table} LIMIT 1) AS one"
    )


def measure(app: Any, rounds: int) -> dict[str, tuple[float, float]]:
    add_person("p1", "associate", groups=GROUPS[:3])
    add_person("lea", "team_leader", groups=GROUPS)
    browsers = {"associate": Browser(app), "leader": Browser(app)}
    browsers["associate"].sign_in("p1")
    browsers["leader"].sign_in("lea")
    found = {}
    for who, path in PAGES:
        took = []
        for _ in range(rounds + 1):
            began = time.perf_counter()
            answer = browsers[who].get(path)
            took.append(1000 * (time.perf_counter() - began))
            assert answer.status_code == 200, answer.text
        found[f"{who} {path}"] = (round(statistics.median(took[1:]), 1), round(max(took[1:]), 1))
    return found


if __name__ == "__main__":
    main()
