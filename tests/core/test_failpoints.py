"""Failpoints: read once, named when wrong, and deadly only where they were asked for."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core import failpoints
from core.config import Config, SettingInvalid
from core.failpoints import POINTS, Failpoint

ROOT = Path(__file__).parent.parent.parent
PROGRAM = """
import sys
from core import failpoints

failpoints.arm(failpoints.read(sys.argv[1]))
for time in range(int(sys.argv[3])):
    failpoints.reached("after_take")
    failpoints.reached(sys.argv[2])
    print(time, flush=True)
"""


def passing(setting: str, point: str, times: int) -> tuple[int, list[str]]:
    """How a process ends that passes a point so many times, and which times it outlived."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, setting, point, str(times)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.split()


@pytest.mark.parametrize("point", POINTS[1:])
def test_a_process_dies_at_its_point_at_once(point: str) -> None:
    assert passing(point, point, 3) == (-signal.SIGKILL, [])


def test_it_may_die_the_third_time() -> None:
    assert passing("after_call:3", "after_call", 9) == (-signal.SIGKILL, ["0", "1"])


def test_it_may_die_by_chance() -> None:
    code, outlived = passing("after_call:0.2", "after_call", 1_000)

    assert code == -signal.SIGKILL
    assert len(outlived) < 200


def test_other_points_are_passed() -> None:
    assert passing("before_ring", "after_call", 3) == (0, ["0", "1", "2"])


def test_several_points_may_be_named() -> None:
    assert failpoints.read("after_take:0.5, before_ring:2") == (
        Failpoint("after_take", probability=0.5),
        Failpoint("before_ring", nth=2),
    )


def test_unset_nobody_dies() -> None:
    assert failpoints.read("") == ()
    assert passing("", "after_call", 2) == (0, ["0", "1"])


@pytest.mark.parametrize(
    "setting", ["after_lunch", "after_call:often", "after_call:0", "after_call:1.5", "after_call:"]
)
def test_a_wrong_failpoint_stops_the_start(tmp_path: Path, setting: str) -> None:
    with pytest.raises(SettingInvalid, match="BACKOFFICE_FAILPOINT"):
        Config.from_environment(
            {"BACKOFFICE_DATA": os.fspath(tmp_path), "BACKOFFICE_FAILPOINT": setting}
        )
