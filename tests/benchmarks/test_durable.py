"""The benchmark of durable work runs to its end: small numbers, and no judgement on time."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import postgres

ROOT = Path(__file__).parent.parent.parent
PATIENCE_SECONDS = 600.0


@pytest.mark.timeout(PATIENCE_SECONDS)
@pytest.mark.parametrize("parts", ["stored", "service,timers"])
def test_it_prints_one_line_of_figures_with_their_bars(tmp_path: Path, parts: str) -> None:
    try:
        postgres.find_binaries(tmp_path)
    except ImportError:
        pytest.skip("needs PostgreSQL")
    command = [sys.executable, "benchmarks/durable.py", "--json", "--quick", "--only", parts]

    done = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    [line] = done.stdout.splitlines()
    figures = json.loads(line)
    assert set(parts.split(",")) < set(figures)
    assert {bar["part"] for bar in figures["bars"]} == set(parts.split(","))
