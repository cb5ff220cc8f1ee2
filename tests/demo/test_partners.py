"""The demo's partner systems: steady answers, moods at set rates, messages later."""

import random
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from smtplib import SMTP

from demo import mailbox
from demo.callbacks import Callbacks
from demo.partners import PERFECT, Callback, Rates, answer, parse
from tests.demo.listener import Listener, free_port

ADDRESS = {"postcode": "50667", "street": "Domkloster", "houseNumber": "4"}


def test_the_same_question_gets_the_same_answer() -> None:
    first = answer("/address-matches", ADDRESS, PERFECT, random.Random(1))
    second = answer("/address-matches", ADDRESS, PERFECT, random.Random(2))

    assert first == second
    assert first.status == 200
    assert first.body["match"] is True


def test_moods_come_at_their_rates() -> None:
    rates = Rates(slow=0.2, broken=0.1, silent=0.05)
    chance = random.Random(7)

    said = [answer("/address-matches", ADDRESS, rates, chance) for _ in range(2_000)]

    statuses = Counter(one.status for one in said)
    assert 60 < statuses[504] < 150
    assert 130 < statuses[503] < 260
    assert 250 < sum(one.after_seconds >= 1 and one.status == 200 for one in said) < 450


def test_a_mix_of_customers_meets_every_credit_band() -> None:
    bands = Counter(
        answer("/credit-checks", {"customer": f"C-{n}"}, PERFECT_MIX, random.Random(n)).body["band"]
        for n in range(500)
    )

    assert set(bands) == {"good", "borderline", "poor"}
    assert bands["good"] > bands["borderline"] > bands["poor"]


PERFECT_MIX = replace(PERFECT, borderline=0.2, rejected=0.05)


def test_wrong_calls_are_told_so() -> None:
    assert answer("/nowhere", {}, PERFECT, random.Random(1)).status == 404
    assert answer("/credit-checks", {}, PERFECT, random.Random(1)).status == 400
    assert parse(b"[1]") is None
    assert parse(b"{") is None


def test_a_later_answer_is_sent_once_even_after_a_restart(tmp_path: Path) -> None:
    callback = Callback("meter_reading_received", "C-1", {"reading": 4711}, after_seconds=0.0)
    with Listener() as api:
        before = Callbacks(tmp_path / "answers.json", api.url, "bo_secret")
        before.add(callback, "key-1")
        after = Callbacks(tmp_path / "answers.json", api.url, "bo_secret")

        assert after.send_due() == 1
        after.add(callback, "key-1")
        assert after.send_due() == 0

        (request,) = api.requests
    assert request.path == "/api/v1/messages"
    assert request.headers["Authorization"] == "Bearer bo_secret"
    assert request.headers["Idempotency-Key"] == "key-1"
    assert request.body["correlationKey"] == "C-1"


def test_an_answer_that_nobody_takes_is_kept(tmp_path: Path) -> None:
    callbacks = Callbacks(tmp_path / "answers.json", "http://127.0.0.1:1", "bo_secret")
    callbacks.add(Callback("m", "k", {}, after_seconds=0.0), "key-1")

    assert callbacks.send_due() == 0
    assert "key-1" in (tmp_path / "answers.json").read_text()


def test_a_mail_becomes_a_file(tmp_path: Path) -> None:
    port = free_port()
    controller = mailbox.start(tmp_path / "mails", port)
    try:
        with SMTP("127.0.0.1", port, timeout=5) as smtp:
            smtp.sendmail("a@x.example", ["b@x.example"], b"Subject: Welcome\r\n\r\nHello")
        deadline = time.monotonic() + 5
        while not (kept := list((tmp_path / "mails").glob("*.eml"))):
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        controller.stop()

    assert b"Welcome" in kept[0].read_bytes()
