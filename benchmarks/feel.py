"""FEEL and decision tables beside three baselines, measured in the same run on one core.

    python -m benchmarks.feel --json        # one line: {"condition": {"ours": …, …}, …}

Baselines of the condition: the same as a Python closure, as text for `eval`, in SpiffWorkflow's
default script engine, and in feelin in Node (compiled and evaluated on each call, as it offers
nothing else).
Figures are calls in a second of processor time, the best of several runs.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from SpiffWorkflow.bpmn.script_engine.python_environment import TaskDataEnvironment

from core import feel
from engine.dmn import decisions

ROOT = Path(__file__).parent.parent
CONDITION = 'amount > 1000 and status = "open" and priority <= 3'
PYTHON = 'amount > 1000 and status == "open" and priority <= 3'
VARIABLES = {"amount": 2000, "status": "open", "priority": 2}
TYPICAL = (
    'if amount > {} and customer.status in ("gold", "silver") '
    "then sum(for x in items return x.price * x.quantity) else round half up(amount / 3, 2)"
)
IN_NODE = """
import {{ evaluate }} from "feelin";
const context = {context}, text = {text}, end = performance.now() + 1000;
let count = 0;
while (performance.now() < end) {{ evaluate(text, context); count += 1; }}
console.log(count);
"""


def rate(call: Callable[[], object], seconds: float = 0.5, runs: int = 3) -> float:
    """Calls in a second of processor time, the best of some runs."""
    best = 0.0
    for _ in range(runs):
        count, begun = 0, time.process_time()
        while (spent := time.process_time() - begun) < seconds:
            for _ in range(50):
                call()
            count += 50
        best = max(best, count / spent)
    return round(best)


def condition() -> dict[str, float | None]:
    """A condition of three clauses, with its variables as JSON brings them."""
    expression = feel.compile(CONDITION)

    def closure() -> bool:
        return (
            VARIABLES["amount"] > 1000  # type: ignore[operator]
            and VARIABLES["status"] == "open"
            and VARIABLES["priority"] <= 3  # type: ignore[operator]
        )

    spiffworkflow = TaskDataEnvironment()
    return {
        "ours": rate(lambda: expression(VARIABLES)),
        "python closure": rate(closure),
        "python eval": rate(lambda: eval(PYTHON, {}, VARIABLES)),
        "spiffworkflow": rate(lambda: spiffworkflow.evaluate(PYTHON, VARIABLES)),
        "feelin": in_node(),
    }


def in_node() -> float | None:
    """The condition in the browser's FEEL; None without Node."""
    node = shutil.which("node")
    if node is None:
        return None
    script = IN_NODE.format(context=json.dumps(VARIABLES), text=json.dumps(CONDITION))
    command = [node, "--input-type=module", "--eval", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return float(done.stdout) if done.returncode == 0 else None


def compiling() -> dict[str, float]:
    """Milliseconds for a typical expression that was never seen before."""
    begun, count = time.process_time(), 300
    for at in range(count):
        feel.compile(TYPICAL.format(at))
    return {"milliseconds": round((time.process_time() - begun) / count * 1000, 3)}


def importing() -> dict[str, float]:
    """Milliseconds of processor time for the first import in a new process."""
    script = (
        "import time; begun = time.process_time(); import core.feel; "
        "print((time.process_time() - begun) * 1000)"
    )
    times = [
        float(subprocess.check_output([sys.executable, "-c", script], cwd=ROOT)) for _ in range(5)
    ]
    return {"milliseconds": round(min(times), 1)}


def table(rules: int) -> dict[str, float]:
    """Decisions of a table with five inputs: numbers, ranges, texts, anything, numbers."""
    model = decisions.load({"table.dmn": table_file(rules)})
    variables = {"a": rules * 5, "b": rules * 3, "c": "v3", "d": "x", "e": 5}
    return {"ours": rate(lambda: model.evaluate("d1", variables))}


def table_file(rules: int) -> bytes:
    """A DMN file with one table of that many rules."""
    head = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="t" name="t">'
    columns = "".join(
        f"<input><inputExpression><text>{name}</text></inputExpression></input>" for name in "abcde"
    )
    rows = "".join(
        f'<rule id="r{at}">'
        + "".join(
            f"<inputEntry><text>{cell}</text></inputEntry>"
            for cell in (
                f"&gt;= {at * 10}",
                f"[{at * 5}..{at * 5 + 50}]",
                f'"v{at % 7}"',
                "-",
                f"&lt; {at + 1000}",
            )
        )
        + f'<outputEntry><text>"o{at}"</text></outputEntry></rule>'
        for at in range(rules)
    )
    return (
        f'{head}<decision id="d1" name="d1"><decisionTable hitPolicy="COLLECT">{columns}'
        f'<output name="o"/>{rows}</decisionTable></decision></definitions>'
    ).encode()


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    figures = {
        "condition": condition(),
        "compile": compiling(),
        "import": importing(),
        "table of 20 rules": table(20),
        "table of 2000 rules": table(2000),
    }
    if parser.parse_args().json:
        print(json.dumps(figures))
        return
    for name, values in figures.items():
        print(name, ", ".join(f"{key}: {value:,}" for key, value in values.items() if value))


if __name__ == "__main__":
    main()
