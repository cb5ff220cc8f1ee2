"""`backoffice up`: one parent, ready soon, mended when a part dies, ended at once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from backoffice.up import MAX_SOCKET_PATH, ROOT, socket_path
from tests.backoffice.running import Installation, clean_environment

pytestmark = pytest.mark.xdist_group("installation")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation(tmp_path_factory.mktemp("up") / "data") as installation:
        yield installation


def test_it_is_alive_and_ready(running: Installation) -> None:
    assert httpx.get(f"{running.url}/health").status_code == 200
    assert httpx.get(f"{running.url}/ready").status_code == 200


def test_the_first_start_prints_a_link_for_the_administrator(running: Installation) -> None:
    line = running.wait_for_line("Sign in as the administrator")

    link = line.split()[-1]
    assert link.startswith(f"{running.url}/sign-in/")
    assert httpx.get(link).status_code == 200


def test_its_folder_is_for_its_owner_only(running: Installation) -> None:
    assert running.data_dir.stat().st_mode & 0o077 == 0


def test_a_second_start_on_the_folder_is_refused_with_a_sentence(running: Installation) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "backoffice", "up", "--port", "0", "--data", running.data_dir],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert second.returncode == 1
    assert "already runs" in second.stderr
    assert running.url in second.stderr
    assert len(second.stderr.splitlines()) == 1


def test_a_port_that_is_taken_is_said(running: Installation, tmp_path: Path) -> None:
    port = running.url.rpartition(":")[2]
    second = subprocess.run(
        [sys.executable, "-m", "backoffice", "up", "--port", port, "--data", tmp_path / "other"],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert second.returncode == 1
    assert f"Port {port} is taken" in second.stderr


def test_a_token_made_beside_it_opens_the_api(running: Installation) -> None:
    with running.client("operator") as client:
        assert client.get("/process-instances").json() == {"items": [], "next": None}


def test_a_part_that_is_killed_comes_back(running: Installation) -> None:
    victims = [
        process
        for process, command in running.children().items()
        if command.rstrip().endswith((" worker", " scheduler")) or "valkey" in command
    ]
    assert len(victims) == 4

    for process in victims:
        os.kill(process, signal.SIGKILL)
    running.wait_for_line("worker-1 ended (SIGKILL)")

    deadline = time.monotonic() + 15
    while len(running.children()) < 5 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(running.children()) == 5
    assert not set(victims) & set(running.children())


def test_it_ends_within_five_seconds_and_leaves_nobody_behind(tmp_path: Path) -> None:
    with Installation(tmp_path / "data") as installation:
        children = installation.children()
        assert len(children) == 5

        seconds = installation.end(signal.SIGINT)

    assert seconds < 5
    assert installation.process.returncode == 0
    assert not [process for process in children if Path(f"/proc/{process}").exists()]


def test_a_deep_folder_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 120)

    assert len(str(socket_path(deep))) <= MAX_SOCKET_PATH
    assert socket_path(deep) == socket_path(deep)
    assert socket_path(tmp_path / "d") == tmp_path / "d" / "valkey.sock"
