"""The guide for workers works as it is written: its process, its curl calls and its program."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from engine import leases, service_tasks
from tests.serving import served

GUIDE = Path(__file__).parent.parent.parent / "docs/guides/workers.md"


def block(language):
    """The code of one language in the guide."""
    [code] = re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    return code


@pytest.fixture
def address(app):
    """The application behind a real socket."""
    with served(app) as address:
        yield address


@pytest.fixture
def run(address, token, tmp_path):
    """Runs a program of the guide in a folder with the guide's process."""
    (tmp_path / "credit_check.bpmn").write_text(block("xml"))
    environment = {
        "PATH": os.environ["PATH"],
        "BACKOFFICE_URL": address,
        "TOKEN": token("integrator", name="credit-worker"),
        "ANALYST": token("analyst"),
    }

    def run(*command):
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
        )

    return run


def test_the_calls_by_hand(run, tmp_path):
    (tmp_path / "by_hand.sh").write_text(block("bash"))

    done = run("bash", "-eu", "-o", "pipefail", "by_hand.sh")

    assert done.returncode == 0, done.stderr
    assert "}710\n" in done.stdout  # The answers before it end without a new line.
    assert "refused" in done.stdout


def test_the_program(run, tmp_path, administrator):
    (tmp_path / "credit_worker.py").write_text(block("python"))
    assert administrator.deploy(credit_bpmn=block("xml").encode()).status_code == 201
    cases = [
        administrator.post(
            "/process-instances", {"key": "credit_check", "variables": {"customer": customer}}
        ).json["id"]
        for customer in ("C-42", "nobody")
    ]

    done = run(sys.executable, "credit_worker.py", "--until-idle")

    assert done.returncode == 0, done.stderr
    scored, refused = (administrator.get(f"/process-instances/{each}").json for each in cases)
    assert (scored["state"], scored["variables"]["score"]) == ("completed", 704)
    assert (refused["state"], "score" in refused["variables"]) == ("completed", False)


def test_the_limits_that_it_names():
    text = GUIDE.read_text()

    assert f"up to {service_tasks.MAX_LEASED} tasks" in text
    assert f"up to {service_tasks.MAX_TOPICS} topics" in text
    assert f"{service_tasks.MAX_LEASE_SECONDS:,} seconds" in text
    assert leases.BEATS_PER_LEASE == 3
