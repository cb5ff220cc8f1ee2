"""Workers side by side: what two and four do of what one does, with calls that take their time."""

import time

from benchmarks.load.partner import Partner
from benchmarks.load.scene import Scene, scene, wait_until
from tests.build import process

CALL_SECONDS = 0.1
#: Seconds of work for each number of workers, and how many calls at its begin do not count.
SECONDS, WARM_UP = 15.0, 5


def measure(url: str, *, quick: bool) -> dict[str, float]:
    """Calls a second by 1, 2 and 4 workers, and how close to linear that is."""
    drawing = process("slow").service_task("call", connector="http", inputs={"url": "partner:/"})
    seconds = 1.0 if quick else SECONDS
    with (
        Partner(CALL_SECONDS) as partner,
        scene(url, {"slow.bpmn": drawing.end()}, workers=0, settings=partner.settings) as stage,
    ):
        rates = {count: rate(stage, partner, count, seconds) for count in (1, 2, 4)}
    return {
        **{f"workers_{count}": round(each, 2) for count, each in rates.items()},
        **{f"linear_{count}": round(rates[count] / rates[1] / count, 3) for count in (2, 4)},
    }


def rate(stage: Scene, partner: Partner, count: int, seconds: float) -> float:
    """Calls a second of so many workers, while all of them are there and have work."""
    total = round(count * (seconds / CALL_SECONDS + 2 * WARM_UP))
    stage.start("slow", total)
    partner.calls.clear()
    with stage.workers(count):
        # Workers come one after the other: it counts from when the first calls are done.
        wait_until(lambda: len(partner.calls) >= count * WARM_UP)
        time.sleep(1.0 if count > 1 else 0.0)
        first, begun = len(partner.calls), time.monotonic()
        wait_until(lambda: len(partner.calls) >= total - count * WARM_UP)
        done, ended = len(partner.calls), time.monotonic()
        stage.until_ended("slow")
    return (done - first) / (ended - begun)
