"""The designer in Chromium, and what it asks of the server: `python -m benchmarks.designer`.

Prints one line of JSON: kilobytes of scripts a page (gzip), milliseconds until a page can be used
with everything in the cache, the same and frames a second while dragging for a model of 300
elements, the live check of 100 elements; and from `benchmarks.trial` and `benchmarks.replay` a
step of a test-run and the replay of 200 cases. Medians of ROUNDS, on the clock.
"""

import gzip
import json
import logging
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from core import db as database
from core import people
from core.config import Config
from core.model import Model
from core.people import Actor, Role
from designer import drafts, starters
from migrations.metadata import import_models
from tests.browsing import add_person
from tests.serving import served
from wsgi import create_app

ROOT = Path(__file__).parent.parent
DIST = ROOT / "static" / "dist"
#: The scripts that each page loads.
PAGES = {
    "process": ("app.js", "modeler.js"),
    "form": ("app.js", "task.js", "form_editor.js"),
    "decision": ("app.js", "decision_editor.js"),
}
ROUNDS = 5
#: Drawn in rows, so that all can be seen at once.
ACROSS = 15
STEP_X, STEP_Y = 150, 130
DRAGS = 60
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
GRACE = Actor("grace", frozenset({Role.ANALYST}), frozenset(), "person")
BARS = {
    "kb_gz": 600,
    "interactive_ms": 1_500,
    "open_300_ms": 2_000,
    "drag_300_fps": 30,
    "check_100_ms": 300,
    "trial_step_ms": 50,
    "replay_200_s": 20,
}


def main() -> None:
    import_models()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    figures: dict[str, Any] = {"kb_gz": {page: sizes(files) for page, files in PAGES.items()}}
    with TemporaryDirectory() as folder:
        data = Path(folder)
        url = f"sqlite:///{data / 'designer.db'}"
        app = create_app(Config(data_dir=data, database_url=url, secret_key="a benchmark"))
        with app.app_context():
            Model.metadata.create_all(database.db.engine)
            add_person("grace", "analyst", display_name="Grace Hopper")
            urls = {name: draw(text) for name, text in models().items()}
        with served(app) as address, sync_playwright() as playwright:
            found = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
            browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
            figures |= measure(app, browser, address, urls)
            browser.close()
    figures["trial_step_ms"] = asked("benchmarks.trial")["ms_behind_299"]
    figures["replay_200_s"] = asked("benchmarks.replay")["seconds"]
    # What else ran: clocks tell little where many wait for two cores.
    figures["load_average"] = round(os.getloadavg()[1], 1)
    print(json.dumps({"benchmark": "designer", **figures, "bars": BARS}))


def sizes(files: tuple[str, ...]) -> float:
    manifest = json.loads((DIST / "manifest.json").read_text())
    bytes_ = (len(gzip.compress((DIST / manifest[name]).read_bytes(), 9)) for name in files)
    return round(sum(bytes_) / 1000, 1)


def models() -> dict[str, str]:
    approval = starters.get("approval").content("approval", "Approval")
    return {"approval": approval, "hundred": chain("hundred", 51), "large": chain("large", 151)}


def draw(text: str) -> str:
    with database.transaction() as session:
        return f"/designer/drafts/{drafts.begin(session, 'process', text, by=GRACE).id}"


def chain(key: str, count: int) -> str:
    """A process of `count` nodes in rows and the flows between them: twice as many, less one."""
    nodes, shapes = [], []
    for number in range(count):
        kind = "startEvent" if number == 0 else "endEvent" if number == count - 1 else "userTask"
        nodes.append(f'<bpmn:{kind} id="n{number}" name="Step {number}"/>')
        x, y = number % ACROSS * STEP_X, number // ACROSS * STEP_Y
        size = 'width="100" height="80"' if kind == "userTask" else 'width="36" height="36"'
        shapes.append(
            f'<bpmndi:BPMNShape id="n{number}_di" bpmnElement="n{number}">'
            f'<dc:Bounds x="{x}" y="{y}" {size}/></bpmndi:BPMNShape>'
        )
    for number in range(count - 1):
        after = number + 1
        nodes.append(
            f'<bpmn:sequenceFlow id="f{number}" sourceRef="n{number}" targetRef="n{after}"/>'
        )
        ends = "".join(
            f'<di:waypoint x="{each % ACROSS * STEP_X + 18}" y="{each // ACROSS * STEP_Y + 18}"/>'
            for each in (number, after)
        )
        shapes.append(
            f'<bpmndi:BPMNEdge id="f{number}_di" bpmnElement="f{number}">{ends}</bpmndi:BPMNEdge>'
        )
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
        ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
        ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="urn:benchmark">'
        f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{"".join(nodes)}</bpmn:process>'
        f'<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="p" bpmnElement="{key}">'
        f"{''.join(shapes)}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"
    )


def measure(app: Any, browser: Browser, address: str, urls: dict[str, str]) -> dict[str, Any]:
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    with app.app_context(), database.transaction() as session:
        link = people.make_sign_in_link(session, people.get_person(session, "grace"))
    page.goto(f"/sign-in/{link}")
    page.get_by_role("button").click()
    page.wait_for_url("**/account*")
    opened(page, urls["approval"])
    figures = {
        "interactive_ms": median(lambda: opened(page, urls["approval"])),
        "open_300_ms": median(lambda: opened(page, urls["large"])),
        "open_300_processor_ms": median(lambda: busy(page, urls["large"])),
        "drag_300_fps": median(lambda: frames(page)),
    }
    page.goto(urls["hundred"])
    page.locator(".bench[data-ready]").wait_for()
    figures["check_100_ms"] = median(lambda: checked(page))
    context.close()
    return figures


def opened(page: Page, url: str) -> float:
    """Milliseconds from asking for the page until it can be drawn on."""
    begun = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator(".bench[data-ready]").wait_for()
    return (time.perf_counter() - begun) * 1000


def busy(page: Page, url: str) -> float:
    """Milliseconds of processor time that the page's own thread takes for the same."""
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> float:
        found = tools.send("Performance.getMetrics")["metrics"]
        return next(float(each["value"]) for each in found if each["name"] == "TaskDuration")

    before = spent()
    opened(page, url)
    taken = (spent() - before) * 1000
    tools.detach()
    return taken


def frames(page: Page) -> float:
    """Frames a second while a task is dragged about."""
    box = page.locator('[data-element-id="n70"] .djs-hit').first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 8, y + 8)
    page.evaluate(
        "() => { const count = () => { window.drawn += 1; window.counting"
        " && requestAnimationFrame(count); }; window.drawn = 0; window.counting = true;"
        " window.begun = performance.now(); requestAnimationFrame(count); }"
    )
    for step in range(DRAGS):
        page.mouse.move(x + 8 + step, y + 8 + step % 20)
    rate: float = page.evaluate(
        "() => { window.counting = false;"
        " return window.drawn / (performance.now() - window.begun) * 1000; }"
    )
    page.keyboard.press("Escape")
    page.mouse.up()
    return rate


def checked(page: Page) -> float:
    """Milliseconds of a live check, from sending the model to having the answer."""
    return float(
        page.evaluate(
            "async () => { const config = JSON.parse(document.querySelector("
            "'script[data-config]').textContent); const begun = performance.now();"
            " const answer = await fetch(config.urls.check, {method: 'POST', headers: {"
            "'Content-Type': 'application/json', 'X-CSRFToken': document.querySelector("
            "'meta[name=csrf-token]').content}, body: JSON.stringify({kind: 'process',"
            " content: config.draft.content})}); await answer.json();"
            " if (!answer.ok) throw new Error(answer.status);"
            " return performance.now() - begun; }"
        )
    )


def median(run: Callable[[], float]) -> float:
    return round(statistics.median(run() for _ in range(ROUNDS)), 1)


def asked(module: str) -> dict[str, Any]:
    """The figures of another benchmark."""
    command = [sys.executable, "-m", module]
    answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(answer.stdout.strip().splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
