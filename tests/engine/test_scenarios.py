"""Scenarios run as scenarios.md says, and a failing one says what is open instead."""

import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from textwrap import dedent

import pytest

from engine.bpmn import play, runtime
from engine.scenarios import Outcome, run_paths
from tests.build import Process, each, process, repeat

HEAD = "process: claim.bpmn\nscenario: It works\n"


class Desk:
    """A folder with one process in it, and scenarios run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def draw(self, drawing: Process | bytes, name: str = "claim.bpmn") -> None:
        data = drawing if isinstance(drawing, bytes) else drawing.xml()
        (self.folder / name).write_bytes(data)

    def outcome(
        self, text: str, *, head: str = "process: claim.bpmn\nscenario: It works\n"
    ) -> Outcome:
        path = self.folder / "one.yaml"
        path.write_text(head + dedent(text))
        lines: list[str] = []
        code = run_paths([path], True, lines.append)
        found = Outcome(**json.loads(lines[0]))
        assert code == (0 if found.passed else 1)
        return found

    def passes(self, text: str, **more: str) -> Outcome:
        found = self.outcome(text, **more)
        assert found.failure is None
        assert found.passed
        return found

    def failure(self, text: str, **more: str) -> str:
        found = self.outcome(text, **more)
        assert not found.passed
        return found.failure or ""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def claim() -> Process:
    """confirm → check → good? → pay → paid, or → refuse → refused."""
    drawing = process("claim").user_task("confirm").service_task("check", connector="http")
    drawing = drawing.exclusive_gateway("good").when("score > 500").user_task("pay").end("paid")
    return drawing.at("good").otherwise().manual_task("refuse").end("refused").pen


def test_people_and_services_are_played_by_the_steps(desk):
    desk.draw(claim())

    found = desk.passes("""
        start:
          variables: {customer: C-42, born: 1990-02-03}
        steps:
          - expect: {at: [confirm], visited: [], never: [check, pay], ended: false, end: []}
          - complete: confirm
            with: {ok: true}
          - expect: {at: check, counts: {confirm: 1, check: 1, pay: 0}, incident: null}
          - service: check
            returns: {score: 710}
          - complete: pay
          - expect:
              at: []
              visited: [confirm, check, good, paid]
              never: [refuse]
              variables: {ok: true, score: 710, born: "1990-02-03", nothing: null}
              ended: true
              end: [paid]
    """)

    assert found.visited == ["start", "confirm", "check", "good", "pay", "paid"]


def test_services_can_answer_by_themselves(desk):
    desk.draw(claim())

    desk.passes("""
        auto: {check: {returns: {score: 100}}}
        steps:
          - complete: confirm
          - expect: {at: [refuse]}
          - complete: refuse
          - expect: {end: refused}
    """)


def test_a_technical_failure_is_an_incident_until_the_call_is_answered(desk):
    desk.draw(claim())

    desk.passes("""
        steps:
          - complete: confirm
          - service: check
            fails: the bureau is down
          - expect: {incident: check, at: [check], ended: false}
          - service: check
            returns: {score: 600}
          - expect: {incident: null, at: [pay]}
    """)


def test_a_failing_service_that_answers_by_itself_is_asked_once(desk):
    desk.draw(claim())

    desk.passes("""
        auto: {check: {fails: down}}
        steps:
          - complete: confirm
          - expect: {incident: [check]}
    """)


def test_errors_of_services_are_caught_or_become_incidents(desk):
    drawing = claim().at("check").boundary("no_credit", error="NO_CREDIT").user_task("talk").end()
    desk.draw(drawing)

    desk.passes("""
        steps:
          - complete: confirm
          - service: check
            error: {code: NO_CREDIT, message: unknown, with: {why: new}}
          - expect: {at: [talk], visited: [no_credit], variables: {why: new}}
    """)
    desk.passes("""
        steps:
          - complete: confirm
          - service: check
            error: OTHER
          - expect: {incident: check, at: [check]}
    """)


def test_a_failure_that_is_mapped_to_an_error_throws_it(desk):
    mapped = (
        '<work:errorMap code="GONE" when="=response.status = 404"/><work:errorMap code="DOWN"/>'
    )
    drawing = process("claim").service_task("check", connector="http", settings=mapped).end()
    drawing = drawing.at("check").boundary("down", error="DOWN").user_task("wait").end()
    desk.draw(drawing)

    desk.passes("""
        steps:
          - service: check
            fails: no answer
          - expect: {at: [wait]}
    """)


def waiting() -> Process:
    drawing = process("claim").receive_task("answer", message="answered", correlation="=customer")
    drawing = drawing.end("done").at("answer").boundary("chase", timer="P5D", interrupting=False)
    drawing = drawing.user_task("call").end("called").pen
    return drawing.at("answer").boundary("over", timer="P10D").end("given_up").pen


def test_messages_reach_those_who_wait_under_their_key(desk):
    desk.draw(waiting())

    desk.passes("""
        start: {variables: {customer: 7}}
        steps:
          - message: {name: answered, key: 8, with: {kwh: 1}}
          - expect: {at: [answer], ended: false}
          - message: {name: answered, key: 7, with: {kwh: 812}}
          - expect: {end: [done], variables: {kwh: 812}}
    """)


def test_time_moves_by_hand_and_everything_due_fires_in_order(desk):
    desk.draw(waiting())

    desk.passes("""
        steps:
          - clock: P4D
          - expect: {at: [answer]}
          - clock: P1D
          - expect: {at: [answer, call]}
          - clock: 2026-02-01T00:00:00Z
          - expect: {at: [call], end: [given_up], visited: [chase, over]}
    """)


def test_the_clock_starts_where_the_scenario_says_and_only_moves_on(desk):
    desk.draw(waiting())
    head = "process: claim.bpmn\nscenario: Time\nnow: 2026-03-01\n"

    failure = desk.failure("steps: [{clock: 2026-02-01T00:00:00Z}]", head=head)

    assert "it is 2026-03-01T00:00:00+00:00 already" in failure
    assert "is not an ISO 8601" in desk.failure("steps: [{clock: soon}]", head=head)


def test_variables_are_set_and_signals_sent(desk):
    drawing = process("claim").catch("changed", signal="price").user_task("look").end()
    desk.draw(drawing)

    desk.passes("""
        steps:
          - set: {amount: 90}
          - expect: {variables: {amount: 90}}
          - signal: {name: price, with: {cents: 12}}
          - expect: {at: [look], variables: {cents: 12}}
          - signal: {name: price}
    """)


def test_items_of_a_loop_are_named_by_number(desk):
    drawing = process("claim").user_task("review", loop=each("rows", "row")).end("done")
    desk.draw(drawing)

    desk.passes("""
        start: {variables: {rows: [a, b, c]}}
        steps:
          - expect: {at: [review, review, review]}
          - complete: review[2]
          - expect: {at: ["review[0]", "review[1]"]}
          - complete: review
          - expect: {at: ["review[1]"]}
          - complete: review[0]
          - expect: {ended: true}
    """)


def test_elements_are_named_through_what_lies_around_them(desk):
    inner = process("inner").user_task("look").end("seen")
    drawing = process("claim").sub_process("first", inner).end("done")
    desk.draw(drawing)

    desk.passes("""
        steps:
          - expect: {at: [first/look]}
          - complete: first/look
          - expect: {end: [done]}
          - expect: {end: [seen, done]}
    """)
    assert "done/look is not open." in desk.failure("steps: [{complete: done/look}]")


def test_pools_start_one_another_by_messages_and_keep_what_comes_early(desk):
    shop = (
        process("shop")
        .throw("order", message="ordered")
        .user_task("pause")
        .receive_task("wait", message="delivered")
    )
    depot = (
        process("depot")
        .start("ordered_start", message="ordered")
        .throw("deliver", message="delivered")
    )
    desk.draw(shop.end("happy").pen.together(depot.end("sent").pen))

    desk.passes("""
        steps:
          - expect: {at: [pause], visited: [order, ordered_start, deliver, sent]}
          - complete: pause
          - expect: {ended: true, end: [happy]}
    """)


def test_a_scenario_may_start_by_message_at_an_element_or_in_another_process(desk):
    drawing = process("claim").start("by_post", message="letter").user_task("read").end()
    desk.draw(drawing)
    desk.draw(process("other").user_task("think").end(), "other.bpmn")
    both = "process: [other.bpmn, claim.bpmn]\nscenario: Start\n"

    desk.passes(
        """
        start: {message: {name: letter, key: 1, with: {text: hello}}}
        steps: [{expect: {at: [read], variables: {text: hello}}}]
    """,
        head=both,
    )
    desk.passes("start: {element: by_post}\nsteps: [{expect: {at: read}}]")
    desk.passes("start: {process: claim}\nsteps: [{expect: {at: read}}]", head=both)
    desk.passes("steps: [{expect: {at: think}}]", head=both)


def test_a_signal_starts_the_processes_that_begin_with_it(desk):
    sender = process("sender").throw("shout", signal="fire").end("shouted")
    hearer = process("hearer").start("alarm", signal="fire").user_task("run").end()
    desk.draw(sender.pen.together(hearer.pen))

    desk.passes("steps: [{expect: {at: [run], visited: [alarm]}}]")


DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
  namespace="urn:d"><inputData id="i" name="score"/><decision id="risk" name="risk">
  <informationRequirement id="r"><requiredInput href="#i"/></informationRequirement>
  <literalExpression id="l"><text>if score &gt; 5 then "low" else "high"</text></literalExpression>
  </decision></definitions>"""


def test_decisions_run_for_real(desk):
    drawing = process("claim").business_rule_task("judge", decision="risk", result="risk")
    desk.draw(drawing.user_task("look").end())
    (desk.folder / "risk.dmn").write_text(DMN)
    head = "process: [claim.bpmn, risk.dmn]\nscenario: Risk\n"

    desk.passes(
        """
        start: {variables: {score: 7}}
        steps: [{expect: {at: [look], variables: {risk: low}}}]
    """,
        head=head,
    )


def test_drawings_ask_which_way_to_go_and_when_to_go_on(desk):
    drawing = process("claim").exclusive_gateway("good").when("").user_task("pay").end()
    drawing = drawing.at("good").when("", flow_id="no").catch("later", timer="").task("ask").end()
    desk.draw(drawing)
    boxes = process("claim").inclusive_gateway("any").when("", flow_id="a").user_task("x").end()
    desk.draw(boxes.at("any").when("", flow_id="b").user_task("y").end(), "any.bpmn")

    desk.passes(
        """
        steps:
          - expect: {at: [good]}
          - choose: {good: no}
          - complete: later
          - complete: ask
          - expect: {ended: true}
    """.replace("good: no", 'good: "no"')
    )
    desk.passes(
        """
        steps:
          - choose: {any: [a, b]}
          - expect: {at: [x, y]}
    """,
        head="process: any.bpmn\nscenario: Both\n",
    )
    assert "up does not leave good; auto_claim_flow2, no do." in desk.failure(
        "steps: [{choose: {good: up}}]"
    )


AD_HOC = """<adHocSubProcess id="box"><completionCondition>enough</completionCondition>
  <userTask id="look"/><scriptTask id="count"><script>1</script></scriptTask></adHocSubProcess>"""


def test_what_lies_in_an_ad_hoc_sub_process_is_started_when_a_step_needs_it(desk):
    drawing = process("claim").extend(AD_HOC.replace("<", "<bpmn:").replace("<bpmn:/", "</bpmn:"))
    desk.draw(drawing.start().to("box").at("box").end("done"))

    desk.passes("""
        steps:
          - complete: look
          - expect: {at: [box]}
          - complete: look
          - expect: {counts: {look: 2}}
          - complete: box
          - expect: {ended: true}
    """)
    assert "cannot be taken" in desk.failure("steps: [{complete: look}, {service: box}]")
    both = "steps: [{complete: look}, {complete: count}]"
    assert "count is not open any more" in desk.failure(both)


def test_processes_that_start_one_another_for_ever_are_stopped(desk):
    ping = process("ping").start("heard", message="pong").throw("call", message="ping").end()
    pong = process("pong").start("heard2", message="ping").throw("answer", message="pong").end()
    desk.draw(ping.pen.together(pong.pen))

    assert "more than 200 instances start one another" in desk.failure("steps: []")


def test_a_long_way_is_run_to_its_end(desk, monkeypatch):
    monkeypatch.setattr(runtime, "Budget", partial(runtime.Budget, elements=5))
    counting = repeat("n < 50")
    desk.draw(process("claim").script_task("count", "n + 1", result="n", loop=counting).end("done"))

    desk.passes("""
        start: {variables: {n: 0}}
        steps: [{expect: {ended: true, variables: {n: 50}}}]
    """)


def test_services_that_are_called_for_ever_are_stopped(desk, monkeypatch):
    monkeypatch.setattr(play, "MAX_ROUNDS", 20)
    drawing = process("claim").service_task("check", connector="http").to("check")
    desk.draw(drawing)

    failure = desk.failure("auto: {check: {returns: {}}}")

    assert "it does not come to rest. Open instead: check" in failure


def test_timers_that_fire_for_ever_are_stopped(desk, monkeypatch):
    monkeypatch.setattr(play, "MAX_FIRINGS", 20)
    desk.draw(process("claim").catch("tick", timer="PT1S").to("tick"))

    assert "more than 20 timers fire before" in desk.failure("steps: [{clock: P1D}]")


def test_nothing_is_seen_of_a_play_that_has_not_started():
    with pytest.raises(play.CannotPlay, match="nothing has been started"):
        _ = play.Play({}, at=datetime(2026, 1, 5, tzinfo=UTC)).main


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ("- complete: pay", "Step 1 (complete: pay): pay has not been reached."),
        ("- complete: pay", "Open instead: confirm (user task)."),
        ("- complete: confrim", "there is no element confrim; did you mean confirm?"),
        ("- complete: xyz", "there is no element xyz. Open instead: confirm (user task)."),
        ("- service: confirm", "confirm (user task) cannot be taken by this kind of step."),
        ("- complete: confirm\n- complete: confirm", "confirm is not open any more."),
        ("- message: {name: hello}", "no process here waits for a message hello."),
        ("- signal: {name: hello}", "no process here waits for a signal hello."),
        ("- message: hello", "message, must hold keys and values"),
        ("- choose: {good: f}", "good has not been reached."),
        ("- expect: [confirm]", "expect, must hold keys and values"),
        ("- complete: confirm[", "there is no element confirm[; did you mean confirm?"),
        ("- expect: {at: null}", "expected to wait at [], but"),
        ("- choose:\n- complete: pay", "Step 2 (complete: pay)"),
        ("- expect: {at: []}", "expected to wait at [], but it waits at confirm (user task)."),
        ("- expect: {at: [confirm, pay]}", "expected to wait at [confirm, pay], but it waits at"),
        ("- expect: {visited: [confirm, start]}", "start was not entered in this order"),
        ("- expect: {visited: [pay]}", "pay was not entered; entered were start, confirm"),
        ("- expect: {never: [confirm]}", "confirm was entered"),
        ("- expect: {counts: {confirm: 2}}", "confirm was entered once, expected 2 times"),
        ("- expect: {variables: {a: 1}}", "there is no variable a; there are none"),
        ("- set: {a: true}\n- expect: {variables: {a: 1}}", "a is True, expected 1"),
        ("- set: {a: {b: [1]}}\n- expect: {variables: {a: {b: [2]}}}", "expected {'b': [2]}"),
        ("- expect: {ended: true}", "it has not ended. Open instead: confirm (user task)."),
        ("- expect: {end: [paid]}", "expected the ends [paid], reached []"),
        ("- expect: {incident: pay}", "expected an incident at pay; there is none"),
        ("- expect: {colour: red}", "there is nothing to expect called colour"),
        (
            "- complete: confirm\n- service: check\n  fails: down\n- expect: {incident: null}",
            "expected no incident, but there is check: down",
        ),
        (
            "- complete: confirm\n- service: check\n  fails: down\n- complete: pay",
            "Open instead: check (service task). Incident at check: down",
        ),
        (
            "- complete: confirm\n- service: check\n- complete: refuse\n- complete: pay",
            "Nothing is open: it has ended.",
        ),
        (
            "- complete: confirm\n- service: check\n- complete: refuse\n- expect: {ended: false}",
            "it has ended.",
        ),
    ],
)
def test_a_failing_step_says_why_and_what_is_open_instead(desk, steps, words):
    desk.draw(claim())

    assert words in desk.failure(f"steps:\n{steps}\n")


def test_messages_that_nobody_waited_for_are_remembered(desk):
    desk.draw(waiting())

    failure = desk.failure("""
        start: {variables: {customer: 7}}
        steps:
          - message: {name: answered, key: 8}
          - message: {name: answered}
          - expect: {ended: true}
    """)

    assert "Note: nobody waited for the message answered with key 8." in failure
    assert "answer (message answered, key 7)" in failure
    assert "chase (timer, due 2026-01-10T09:00:00+00:00)" in failure


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("scenario: [", "it is not YAML"),
        ("scenario: x", "process must name a file"),
        ("scenario: x\nprocess: []", "process must name a file"),
        ("scenario: x\nprocess: a.bpmn\nsteps: 1", "steps must be a list"),
        ("scenario: x\nprocess: a.bpmn\nsteps: [hello]", "step 1 must be one of"),
        ("scenario: x\nprocess: a.bpmn\nsteps: [{wait: 1}]", "step 1 has wait; it needs one of"),
        ("scenario: x\nprocess: a.bpmn\nsteps: [{}]", "step 1 has nothing"),
        ("scenario: x\nprocess: a.bpmn\nsteps: [{complete: a, by: b}]", "has no by; it knows with"),
        ("scenario: x\nprocess: a.bpmn\nsteps: [{clock: a, by: b}]", "has no by; it knows no more"),
        (
            "scenario: x\nprocess: a.bpmn\nsteps: [{service: a, fails: b, returns: {}}]",
            "several of returns, fails and error",
        ),
        ("scenario: x\nprocess: a.bpmn\nsteps: [{complete: a, with: 5}]", "with, must hold keys"),
        ("scenario: x\nprocess: a.bpmn\nauto: {a: {returns: 5}}", "returns, must hold keys"),
        ("scenario: x\nprocess: a.bpmn\nstart: {variables: 5}", "variables must hold keys"),
        ("scenario: x\nprocess: a.bpmn\nstart: now", "start must hold keys and values"),
        ("scenario: x\nprocess: a.bpmn\nstart: {at: 1}", "start has no at"),
        ("scenario: x\nprocess: a.bpmn\ncolour: red", "a scenario has no colour"),
        ("scenario: x\nprocess: a.bpmn\nnow: today", "now is no ISO 8601 time: today"),
        ("scenario: x\nprocess: a.bpmn", "There is no file"),
        ("scenario: x\nprocess: none.bpmn\nstart: {process: a}", "there is no process"),
        ("scenario: x\nprocess: claim.bpmn\nstart: {element: a}", "It cannot start:"),
        ("scenario: x\nprocess: claim.bpmn\nstart: {message: {name: a}}", "It cannot start:"),
        ("scenario: x\nprocess: bad.bpmn", "bad.bpmn cannot be read"),
    ],
)
def test_what_is_wrong_with_a_scenario_is_said(desk, text, words):
    desk.draw(claim())
    desk.draw(b"hello", "bad.bpmn")
    desk.draw(process("empty"), "none.bpmn")

    assert words in desk.failure(text, head="")


def test_a_scenario_must_be_of_reasonable_size(desk):
    assert "more than 1,000,000 bytes" in desk.failure("#" * 1_000_001, head="scenario: x\n")


def test_all_scenarios_below_the_paths_are_run_and_told_to_people(tmp_path, capsys):
    desk = Desk(tmp_path)
    desk.draw(claim())
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "good.yaml").write_text("process: ../claim.bpmn\nscenario: Good\n---\n- 1")
    (tmp_path / "bad.yaml").write_text(
        "process: claim.bpmn\nscenario: Bad\nsteps: [{complete: pay}]"
    )
    (tmp_path / "other.yaml").write_text("colour: red")

    code = run_paths([tmp_path, tmp_path / "none"])

    out = capsys.readouterr().out
    assert code == 1
    assert f"ok    {tmp_path}/deep/good.yaml: Good" in out
    assert f"FAIL  {tmp_path}/bad.yaml: Bad\n      Step 1 (complete: pay): pay has not" in out
    assert f"FAIL  {tmp_path}/none\n      There is no such file or folder." in out
    assert out.endswith("3 scenarios, 2 failed\n")
    assert "claim.bpmn, claim: 0 of 2 branches covered\n      none covers: “" in out
    assert run_paths([tmp_path / "deep"]) == 0
    assert run_paths([tmp_path / "other.yaml"]) == 1


def test_scripts_in_python_run_for_real(desk):
    script = "total = sum(rows)\nlabel = f'{total} EUR'"
    desk.draw(process("claim").script_task("sum_up", script, language="python").end("done"))

    desk.passes(
        """
        start: {variables: {rows: [1, 2.5]}}
        steps:
          - expect: {ended: done, variables: {total: 3.5, label: 3.5 EUR}}
        """
    )


def test_a_script_that_fails_is_an_incident(desk):
    desk.draw(process("claim").script_task("sum_up", "x = 1 / 0", language="python").end("done"))

    failure = desk.failure(
        """
        steps:
          - expect: {ended: done}
        """
    )

    assert "division by zero" in failure
