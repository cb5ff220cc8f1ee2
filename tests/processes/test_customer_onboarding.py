"""Customer onboarding against the partners of the demo: what it sends is what they ask for."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core import feel
from core.values import to_json
from demo.customers import customers
from demo.partners import PERFECT, Rates, answer
from engine.bpmn.extensions import literal_or_feel
from engine.bpmn.play import Play
from engine.bpmn.stage import Open

FOLDER = Path(__file__).parents[2] / "processes" / "customer_onboarding"
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Partners:
    """Answers every call that a play waits for, and remembers the e-mails."""

    def __init__(self, play: Play, rates: Rates) -> None:
        self.play = play
        self.rates = rates
        self.mails: list[dict[str, Any]] = []

    def serve(self) -> None:
        while calls := [each for each in self.play.stage.open() if self._is_call(each)]:
            self._answer(calls[0])

    def _is_call(self, each: Open) -> bool:
        return each.wait.kind == "service_task"

    def _answer(self, call: Open) -> None:
        runtime, wait = call.runtime, call.wait
        connector = runtime.program.element(wait.process_key, wait.element_id).settings.connector
        assert connector is not None
        context = runtime.token_variables(wait.token)
        sent = {
            each.name: to_json(literal_or_feel(each.value, context)) for each in connector.inputs
        }
        if connector.type == "email":
            self.mails.append(sent)
            self.play.service(wait.element_id, {})
            return
        assert sent["method"] == "POST"
        said = answer(
            sent["url"].removeprefix("partner:"), sent["body"], self.rates, random.Random(1)
        )
        assert said.status < 300, said.body
        seen = {**context, "response": {"status": said.status, "body": said.body}}
        returns = {each.name: to_json(feel.compile(each.value)(seen)) for each in connector.outputs}
        self.play.service(wait.element_id, {"returns": returns})
        if said.callback:
            message = {"name": said.callback.name, "key": said.callback.correlation_key}
            self.play.message({**message, "with": said.callback.variables})


def begun(rates: Rates, **changed: Any) -> tuple[Play, Partners]:
    (customer,) = customers(1)
    play = Play({"onboarding.bpmn": (FOLDER / "onboarding.bpmn").read_bytes()}, at=START)
    play.start({"variables": {**customer, **changed}})
    partners = Partners(play, rates)
    partners.serve()
    return play, partners


def test_with_perfect_partners_nobody_has_to_do_anything():
    play, partners = begun(PERFECT)

    assert play.main.ended
    assert play.entries[-1].kind == "process"
    assert play.main.variables["billRight"] is True
    (mail,) = partners.mails
    assert mail["to"] == play.main.variables["email"]
    assert play.main.variables["billNumber"] in mail["body"]
    assert "\n\nwelcome!" in mail["body"]


def test_a_customer_who_is_not_taken_on_is_told_why():
    play, partners = begun(replace(PERFECT, rejected=1.0))

    assert play.main.ended
    (mail,) = partners.mails
    assert "our credit check did not allow it" in mail["body"]


def test_an_address_that_is_unknown_is_told_to_the_customer():
    play, partners = begun(replace(PERFECT, no_match=1.0))

    play.complete("clarify_address", {"addressOutcome": "unknown"})
    partners.serve()

    (mail,) = partners.mails
    assert "we found no meter point at" in mail["body"]


def test_silent_and_refusing_partners_are_chased():
    play, partners = begun(replace(PERFECT, borderline=1.0, unconfirmed=1.0))

    play.move_clock(START.replace(day=7))
    partners.serve()
    play.complete("decide_credit", {"creditDecision": "accept"})
    partners.serve()
    play.move_clock(START.replace(day=20))
    partners.serve()
    play.complete("settle_supply_start", {"supplyOutcome": "refused"})
    partners.serve()

    assert play.main.ended
    subjects = [mail["subject"].split(":")[0].split(" REG")[0] for mail in partners.mails]
    assert subjects == ["Credit decision waits", "Supply start", "Your sign-up with us"]
    assert "did not agree to the change" in partners.mails[-1]["body"]


def test_a_wrong_bill_is_corrected_until_it_is_right():
    play, partners = begun(
        Rates(
            0, 0, 0, no_match=0, rejected=0, borderline=0, unconfirmed=0, unread=0, wrong_bill=1.0
        )
    )

    assert play.main.variables["billRight"] is False
    partners.rates = PERFECT
    play.complete("correct_bill", {"reading": 12_000, "correctionNote": "One digit too many"})
    partners.serve()

    assert play.main.ended
    assert play.main.variables["billAttempt"] == 3


@pytest.mark.parametrize("number", range(1, 40))
def test_every_customer_of_the_demo_comes_to_an_end(number):
    (customer,) = customers(1, first=number)
    play = Play({"onboarding.bpmn": (FOLDER / "onboarding.bpmn").read_bytes()}, at=START)
    play.start({"variables": customer})
    partners = Partners(play, Rates(slow=0, broken=0, silent=0))

    answers: dict[str, dict[str, Any]] = {
        "clarify_address": {"addressOutcome": "corrected", "houseNumber": "1"},
        "decide_credit": {"creditDecision": "accept"},
        "settle_supply_start": {"supplyOutcome": "agreed", "supplyStart": "2026-02-01"},
        "estimate_reading": {"reading": 9000},
        "correct_bill": {"reading": 9000},
    }
    for _ in range(40):
        partners.serve()
        if play.main.ended:
            break
        person = [each for each in play.waits() if each.kind == "user_task"]
        if person and person[0].element_id == "clarify_address":
            # Some addresses are never found: another house is tried each time.
            answers["clarify_address"]["houseNumber"] += "1"
        if person:
            play.complete(person[0].element_id, answers[person[0].element_id])
        else:
            play.move_clock(play.stage.now.replace(year=play.stage.now.year + 1))

    assert play.main.ended, play.open_words()
