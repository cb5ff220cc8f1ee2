"""Log lines carry the ids of what is being done, as text or as JSON."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core import logs
from core.config import Config

log = logging.getLogger("tests.logs")


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Config]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield Config(data_dir=tmp_path, database_url="sqlite://", secret_key="x", log_level="INFO")
    root.handlers[:] = before
    root.setLevel(level)


def test_a_json_line_carries_ids_extras_and_the_trace(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up(replace(config, log_json=True))
    logs.set_up(replace(config, log_json=True))

    with logs.about(request_id="r1"), logs.about(instance_id=7, attempt=2):
        try:
            raise RuntimeError("gone")
        except RuntimeError:
            log.exception("calling %s failed", "bank", extra={"host": Path("/x")})
    log.info("quiet again")
    log.debug("not written")

    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert first["message"] == "calling bank failed"
    assert (first["level"], first["logger"]) == ("error", "tests.logs")
    assert (first["request_id"], first["instance_id"], first["attempt"]) == ("r1", 7, 2)
    assert first["host"] == "/x"
    assert "RuntimeError: gone" in first["trace"]
    assert "request_id" not in second


def test_a_readable_line_carries_them_too_and_stays_one_line(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up(config)

    with logs.about(request_id="r1\nforged"):
        log.warning("slow")

    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith("WARNING tests.logs: slow request_id=r1 forged")


def test_sentences_are_warned_of(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(config)

    logs.warn_of(["The setting X is unknown."])

    assert "The setting X is unknown." in capsys.readouterr().err
