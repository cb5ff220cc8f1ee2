"""A sample of what `make fuzz-models` does 100,000 times: mutated models break nothing."""

import pytest

from tests.engine.bpmn import fuzz

#: Files in the sample; it is to take a few seconds.
SAMPLE = 300


def test_mutated_models_neither_crash_nor_hang_the_check() -> None:
    found = fuzz.run(range(SAMPLE))

    assert found.failures == []
    assert found.count == SAMPLE
    assert set(found.verdicts) == {"runs", "drawing", "refused"}


def test_the_same_number_always_makes_the_same_file() -> None:
    assert [fuzz.mutated(n) for n in range(40)] == [fuzz.mutated(n) for n in range(40)]


def test_a_crash_and_a_hang_would_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(files: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(fuzz, "check_files", crash)
    monkeypatch.setattr(fuzz, "MAX_SECONDS", 0.0)
    found = fuzz.run([7])

    assert found.failures[0] == "7: RecursionError: too deep"
    assert found.failures[1].startswith("7: took")


def test_it_says_what_it_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert fuzz.main(["20", "--processes", "1", "--first", "1000"]) == 0
    assert '"models": 20, "failures": 0' in capsys.readouterr().out
