"""The case that runs under fire: every step happens once, so that a second time shows.

register ─┬─ check papers (a person) ────┬─ open account ─ done
          ├─ confirmed (a message) ─ pay ┤
          └─ pause (a timer) ────────────╯
"""

from collections.abc import Mapping

from tests.build import Process, process

KEY = "chaos"
MESSAGE = "confirmed"
#: The calls of one case, by element; each must leave one effect in the ledger.
CALLS = ("register", "pay", "open_account")
#: A call that must not be repeated when it is unsure whether it happened.
AT_MOST_ONCE = "pay"
#: What the log of a finished case must show complete exactly once.
STEPS = (
    "register",
    "count_register",
    "check_papers",
    "confirmed",
    "pay",
    "pause",
    "open_account",
    "count_account",
    "done",
)
#: What `counted` is at the end of a case.
COUNTED = 2
#: A worker that is killed uses up an attempt, and nobody is to look after that here.
RETRY: Mapping[str, object] = {"attempts": 50, "delay": "PT1S", "backoff": 1.5, "max": "PT5S"}


def drawing(pause: str = "PT3S") -> bytes:
    """The BPMN file; `pause` is how long the timer waits, as ISO 8601."""
    pen = _call(process(KEY, name="Chaos"), "register")
    pen.script_task("count_register", "=counted + 1", result="counted").parallel_gateway("fork")
    pen.user_task("check_papers").parallel_gateway("join")
    _call(pen, "open_account")
    pen.script_task("count_account", "=counted + 1", result="counted").end("done")
    pen.at("fork").catch("confirmed", message=MESSAGE, correlation="=case")
    _call(pen, AT_MOST_ONCE, promise="at-most-once").to("join")
    return bytes(pen.at("fork").catch("pause", timer=pause).to("join").xml())


def _call(pen: Process, name: str, **retry: object) -> Process:
    return pen.service_task(
        name,
        connector="http",
        inputs={"url": f"partner:/effects/{name}", "body": "={case: case}"},
        outputs={f"{name}_receipt": "=response.body.receipt"},
        retry={**RETRY, **retry},
    )
