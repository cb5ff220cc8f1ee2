"""Real cases are played again on a draft, and what would be otherwise is told, without values."""

import json
import re
from pathlib import Path

import pytest

import forms
from core.errors import Forbidden, Invalid
from core.people import SYSTEM
from engine import deployments, instances, user_tasks
from work import replay

LIBRARY = Path(__file__).parents[3] / "processes" / "complaint_handling"
KEY = "complaint_handling"
ASKED = {"name": "Anna", "email": "a@mail.example", "topic": "bill", "complaint": "I paid twice"}
NO_MONEY = {"justified": "no", "refundAsked": "no", "answer": "The bill is right."}
MONEY = {"justified": "yes", "refundAsked": "yes", "answer": "You are right."}


@pytest.fixture
def files():
    return {
        path.name: path.read_bytes()
        for path in LIBRARY.iterdir()
        if path.suffix in (".bpmn", ".form")
    }


@pytest.fixture
def cases(session, files, clock_at, grace, olga):
    """Three cases: one waits for its first task, one ends without money, one with."""
    clock_at(hours=1)
    deployments.deploy(session, files, by=grace, check_form=forms.check)
    found = []
    for number, answers in enumerate([None, NO_MONEY, MONEY]):
        clock_at(hours=2 + number)
        found.append(begun(session, f"C-{number}"))
        if answers is not None:
            clock_at(hours=3 + number)
            done(session, found[-1], answers)
    clock_at(hours=8)
    done(session, found[-1], {"refund": 42.5, "refundReason": "Paid twice"})
    return found


def begun(session, business_key):
    return instances.start(session, key=KEY, business_key=business_key, variables=ASKED, by=SYSTEM)


def done(session, instance, answers):
    [task] = user_tasks.find(session, by=SYSTEM, instance_id=instance.id, state="open")
    user_tasks.complete(session, task.id, answers, by=SYSTEM)


def told(report):
    return {
        (group.difference.kind, group.difference.sentence): [
            case.business_key for case in group.cases
        ]
        for group in report.groups
    }


def test_the_version_that_cases_ran_on_tells_them_as_they_went(session, files, cases, grace):
    report = replay.replay(session, KEY, files, by=grace)

    assert (report.cases, report.same, told(report)) == (3, 3, {})


def test_a_planted_change_of_a_condition_is_caught(session, files, cases, grace):
    changed = replaced(
        files, 'justified = "yes" and refundAsked = "yes"', 'justified = "no" or refundAsked = "no"'
    )

    report = replay.replay(session, KEY, changed, by=grace)

    assert (report.cases, report.same, report.different, report.unclear) == (3, 1, 2, 0)
    assert told(report) == {
        ("way", "It goes to “Decide on the refund” instead of “Answer the customer”."): ["C-1"],
        ("way", "It does not reach “Decide on the refund”."): ["C-2"],
    }


def test_a_case_that_would_fail_is_told_with_the_reason(session, files, cases, grace):
    changed = replaced(files, ' default="refund_asked_to_answer_customer"', "")
    changed = replaced(
        changed,
        'targetRef="answer_customer" />\n    <bpmn:sequenceFlow id="refund_asked_to_decide',
        'targetRef="answer_customer"><bpmn:conditionExpression>false</bpmn:conditionExpression>'
        '</bpmn:sequenceFlow>\n    <bpmn:sequenceFlow id="refund_asked_to_decide',
    )

    report = replay.replay(session, KEY, changed, by=grace)

    [(kind, sentence)] = [place for place in told(report) if place[0] == "fails"]
    assert sentence.startswith("It fails at “Money to return?”")
    assert told(report)[kind, sentence] == ["C-1"]


def test_another_form_is_named_and_one_that_refuses_the_answers_of_then(
    session, files, cases, grace
):
    form = files["refund.form"].decode().replace('"key": "refundReason"', '"key": "why"')
    report = replay.replay(session, KEY, {**files, "refund.form": form.encode()}, by=grace)

    assert told(report)["form", "“Decide on the refund” shows a changed form refund."] == ["C-2"]
    assert (
        "form",
        "“Decide on the refund” refuses the answers of then: why would not be accepted.",
    ) in told(report)
    assert not any("Paid twice" in sentence for _, sentence in told(report))


def test_a_task_more_is_another_way(session, files, cases, grace):
    changed = replaced(
        files,
        '<bpmn:endEvent id="complaint_answered"',
        '<bpmn:userTask id="call" name="Call the customer"/><bpmn:endEvent id="complaint_answered"',
    )
    changed = replaced(
        changed,
        'sourceRef="understand_complaint" targetRef="refund_asked"',
        'sourceRef="understand_complaint" targetRef="call"',
    )
    report = replay.replay(session, KEY, changed, by=grace)

    assert {place[0] for place in told(report)} == {"way"}
    assert sorted(case for cases in told(report).values() for case in cases) == ["C-1", "C-2"]


def test_only_the_newest_cases_of_so_many_days_are_played(session, files, cases, clock_at, grace):
    assert replay.replay(session, KEY, files, limit=2, by=grace).cases == 2
    clock_at(days=60)
    assert replay.replay(session, KEY, files, by=grace).cases == 0


def test_when_time_is_up_the_report_says_that_it_is_partial(
    session, files, cases, grace, monkeypatch
):
    monkeypatch.setattr("work.replay.cases.SECONDS", 0.0)

    report = replay.replay(session, KEY, files, by=grace)

    assert (report.is_partial, report.cases, report.groups) == (True, 0, [])


def test_what_makes_no_sense_or_is_not_allowed_is_refused(session, files, ada, grace):
    with pytest.raises(Invalid):
        replay.replay(session, KEY, files, limit=0, by=grace)
    with pytest.raises(Forbidden):
        replay.replay(session, KEY, files, by=ada)


def replaced(files, old, new):
    text = files["complaint.bpmn"].decode()
    assert old in text
    return {**files, "complaint.bpmn": text.replace(old, new).encode()}


def test_a_failure_tells_no_value_of_a_personal_field(session, files, cases, grace):
    late = re.sub(
        rb"(<bpmn:timeDuration[^>]*>)[^<]*", rb"\1=name", files["complaint.bpmn"], count=1
    )
    marked = json.loads(files["complaint.form"])
    for component in marked["components"]:
        if component.get("key") == "name":
            component["properties"] = {"class": "personal"}

    plain = replay.replay(session, KEY, {**files, "complaint.bpmn": late}, by=grace)
    masked = replay.replay(
        session,
        KEY,
        {**files, "complaint.bpmn": late, "complaint.form": json.dumps(marked).encode()},
        by=grace,
    )

    assert any("Anna" in sentence for _kind, sentence in told(plain))
    assert not any("Anna" in sentence for _kind, sentence in told(masked))
    assert any("•••" in sentence for _kind, sentence in told(masked))
