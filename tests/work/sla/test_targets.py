from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from core import calendars
from core.calendars import Wanted
from engine.models import Incident
from tests.work.sla.claims import claims, deploy, only, point, sla, start

TABLE = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="promises" name="promises"
 namespace="urn:test">
  <inputData id="tier_in" name="tier"><variable name="tier" typeRef="string"/></inputData>
  <decision id="promises" name="promises">
    <variable name="promises"/>
    <informationRequirement><requiredInput href="#tier_in"/></informationRequirement>
    <decisionTable hitPolicy="FIRST">
      <input><inputExpression><text>tier</text></inputExpression></input>
      <output name="target"/><output name="atRisk"/>
      <rule><inputEntry><text>"gold"</text></inputEntry>
        <outputEntry><text>"PT4H"</text></outputEntry>
        <outputEntry><text>"50%"</text></outputEntry></rule>
      <rule><inputEntry><text>"odd"</text></inputEntry>
        <outputEntry><text>"soon"</text></outputEntry>
        <outputEntry><text>null</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 1, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("target", "due_at"),
    [
        ("PT4H", at(5, 13)),
        ("P1D", at(5, 17)),
        ("PT40H", at(9, 17)),
        (
            "=if tier = &quot;gold&quot; then duration(&quot;PT1H&quot;) else &quot;P9D&quot;",
            at(5, 10),
        ),
        ("=date and time(&quot;2026-01-07T10:00:00Z&quot;)", at(7, 10)),
        ("=&quot;P1M&quot;", datetime(2026, 2, 4, 17, tzinfo=UTC)),
    ],
)
def test_a_target_is_a_duration_or_a_moment(session, clock_at, target, due_at):
    deploy(session, claims(sla(name="Settle", target=target)))

    clock = only(session, start(session, tier="gold"))

    assert (clock.due_at, clock.basis) == (due_at, "model")


def test_a_decision_gives_the_target_and_the_places_of_points(session, clock_at):
    deploy(session, claims(sla(name="Settle", decision="promises")), ("promises.dmn", TABLE))

    clock = only(session, start(session, tier="gold"))

    assert (clock.basis, clock.due_at, clock.next_at) == ("decision", at(5, 13), at(5, 11))


@pytest.mark.parametrize(
    ("tier", "said"), [("odd", "soon is no duration"), ("none", "gives no target")]
)
def test_what_a_decision_cannot_say_the_model_says(session, clock_at, tier, said):
    promise = sla(name="Settle", decision="promises", target="P2D")
    deploy(session, claims(promise), ("promises.dmn", TABLE))

    clock = only(session, start(session, tier=tier))

    assert (clock.basis, clock.target) == ("model", "P2D")
    problems = [each.message for each in session.scalars(select(Incident))]
    assert [said in each for each in problems] == ([True] if tier == "odd" else [])


def test_a_decision_with_one_output_gives_the_target(session, clock_at):
    table = TABLE.decode().replace(
        '<output name="target"/><output name="atRisk"/>', '<output name="t"/>'
    )
    for second in ('"50%"', "null"):
        table = table.replace(f"<outputEntry><text>{second}</text></outputEntry>", "")
    deploy(
        session, claims(sla(name="Settle", decision="promises")), ("promises.dmn", table.encode())
    )

    clock = only(session, start(session, tier="gold"))

    assert (clock.basis, clock.due_at) == ("decision", at(5, 13))


FAR = "=date and time(&quot;9999-12-31T00:00:00Z&quot;)"


@pytest.mark.parametrize(
    "target", ["=nothing", "=12", "=&quot;later&quot;", "=1 / 0", "=null", FAR]
)
def test_a_target_that_is_none_never_blocks_a_case(session, clock_at, target):
    deploy(session, claims(sla(name="Settle", target=target)))

    clock = only(session, start(session))

    assert (clock.basis, clock.target) == ("default", "P5D")
    assert session.scalars(select(Incident)).one().kind == "service_level"


def test_points_lie_at_parts_of_the_target_or_before_and_after_it(session, clock_at):
    points = (
        point("reminder", at="25%"),
        point("atRisk", at="PT1H"),
        point("breach", at="-PT2H"),
    )
    deploy(session, claims(sla(*points, name="Settle", target="P1D", pause="none")))

    clock = only(session, start(session))

    moments = [(each["kind"], each["moment"]) for each in clock.points]
    assert moments == [
        ("reminder", at(5, 11).isoformat()),
        ("atRisk", at(5, 16).isoformat()),
        ("breach", at(5, 17).isoformat()),
        ("breach", at(6, 11).isoformat()),
    ]


def test_the_calendar_is_the_models_else_that_of_the_owners_queue(session, root, clock_at):
    late = Wanted(zone="UTC", week=((("12:00", "20:00"),),) * 5 + ((), ()))
    calendars.put(session, "late", late, by=root)
    deploy(session, claims(sla(name="Settle", target="PT1H", calendar="=shift")))

    assert only(session, start(session, shift="late")).due_at == at(5, 13)
    unknown = only(session, start(session, shift="none"))
    assert (unknown.calendar, unknown.due_at) == ("office", at(5, 10))
    assert "There is no calendar none" in (unknown.problem or "")
