"""The short form of `make chaos`: nothing is lost, done twice or stuck, and the proof can fail."""

from pathlib import Path

import pytest

from tests.chaos.run import SHORT, under_fire, without_fences

pytestmark = [pytest.mark.xdist_group("installation"), pytest.mark.timeout(600)]


def test_nothing_is_lost_or_done_twice_while_everything_is_killed(tmp_path: Path) -> None:
    result = under_fire(tmp_path, SHORT)

    assert result.started == SHORT.instances
    assert result.deaths >= SHORT.kills // 2
    assert result.verdict.lost == []
    assert result.verdict.twice == []
    assert result.verdict.stuck == []


def test_without_the_fences_steps_are_done_twice(tmp_path: Path) -> None:
    assert without_fences(tmp_path).twice
