from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from core import calendars, readers
from core.calendars import Wanted
from core.people import SYSTEM, Actor, Role, add_person
from engine import incidents, instances, user_tasks
from engine.models import Incident, LogEntry
from tests.build import process
from tests.work.sla.claims import (
    claims,
    complete,
    deploy,
    only,
    point,
    send,
    sla,
    start,
    told,
    turn,
)
from tests.work.test_mails import mailbox  # noqa: F401
from tests.work.test_mails import send as mail_of
from work.models import Mail
from work.sla import calendars as following_calendars


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


def fired(session, case) -> list[str]:
    return [name for name, _ in told(session, case) if name in ("reminder", "at_risk", "breach")]


def details(session, case, lifecycle: str) -> dict:
    query = select(LogEntry).where(
        LogEntry.instance_id == case.id, LogEntry.kind == "sla", LogEntry.lifecycle == lifecycle
    )
    return session.scalars(query).one().variables


@pytest.fixture
def people(session, root):
    groups = {"groups": ["claims"], "by": root}
    add_person(session, "ada", roles=["associate"], email="ada@example.org", **groups)
    add_person(session, "lea", roles=["team_leader"], email="lea@example.org", **groups)
    add_person(session, "max", roles=["associate"], groups=["second_line"], by=root)


def test_each_point_fires_once_when_its_moment_has_come(session, clock_at):
    deploy(session, claims(sla(point("reminder"), name="Settle", target="PT4H", pause="none")))
    case = start(session)

    for minutes in (119, 120, 121, 179, 180, 239, 240, 241, 600):
        clock_at(minutes=minutes)
        turn(session)
        turn(session)

    assert told(session, case)[1:] == [
        ("reminder", at(5, 11)),
        ("at_risk", at(5, 12)),
        ("breach", at(5, 13)),
    ]
    clock = only(session, case)
    assert (clock.condition, clock.next_at, clock.state) == ("breached", None, "running")


def test_points_that_come_while_the_clock_stands_still_do_not_fire(session, clock_at):
    deploy(session, claims(sla(name="Settle", target="PT4H")))
    case = start(session)
    clock_at(hours=2)
    complete(session, case, "check")

    clock_at(days=2)
    turn(session)
    assert fired(session, case) == []

    send(session)
    turn(session)
    clock_at(days=2, hours=1)
    turn(session)
    assert fired(session, case) == ["at_risk"]


def test_what_a_late_sweep_finds_is_judged_by_the_log(session, clock_at):
    deploy(session, claims(sla(name="Settle", target="PT4H")))
    case = start(session)
    clock_at(hours=2)
    complete(session, case, "check")

    # The sweep was out of order; the case has waited for the customer since eleven.
    clock_at(days=2)
    turn(session)

    assert fired(session, case) == []
    assert only(session, case).state == "paused"


def test_a_point_that_has_fired_stays_so_when_the_calendar_changes(session, root, clock_at):
    deploy(session, claims(sla(name="Settle", target="PT4H", pause="none")))
    case = start(session)
    clock_at(hours=3)
    turn(session)

    late = Wanted(zone="UTC", week=((("11:00", "20:00"),),) * 5 + ((), ()))
    calendars.put(session, "office", late, by=root)
    following_calendars.follow(session)
    turn(session)
    clock_at(hours=5)
    turn(session)

    assert fired(session, case) == ["at_risk"]
    assert only(session, case).next_at == at(5, 15)


def test_a_point_writes_a_mail_to_those_it_names(session, people, clock_at):
    points = point("atRisk", notify="leaders, assignee")
    deploy(session, claims(sla(points, name="Settle", target="PT4H")))
    case = start(session)
    (task,) = user_tasks.find(session, by=SYSTEM, instance_id=case.id)
    user_tasks.hand_over(session, task.id, "ada", by=SYSTEM)

    clock_at(hours=3)
    turn(session)

    mail = session.scalars(select(Mail)).one()
    assert mail.people == ["lea", "ada"]
    assert mail.subject == "At risk: Settle, C-7"
    assert mail.body.splitlines() == [
        "Settle: 1 h of working time left",
        "Due: Mon, Jan 5, 2026, 13:00 UTC",
        "Case: C-7, claims",
        "Open: check, ada",
    ]
    assert mail.path == f"/cases/{case.id}"
    assert details(session, case, "notify")["people"] == ["lea", "ada"]


def test_each_reads_the_mail_in_their_language_by_their_clock(
    session,
    people,
    root,
    config,
    mailbox,  # noqa: F811
    clock_at,
):
    lea = Actor("lea", frozenset())
    readers.choose(session, "de", by=lea)
    week = ((("09:00", "17:00"),),) * 7
    berlin = Wanted(person="lea", zone="Europe/Berlin", week=week)
    calendars.put(session, "of_lea", berlin, by=root)
    points = point("reminder", notify="leaders, candidates"), point("breach", notify="leaders")
    deploy(session, claims(sla(*points, name="Settle", target="PT4H", pause="none")))
    start(session)

    clock_at(hours=2)
    turn(session)
    clock_at(hours=5, minutes=30)
    turn(session)

    for mail in session.scalars(select(Mail).order_by(Mail.id)):
        mail_of(session, replace(config, smtp_url=mailbox.url), mail)
    read = [
        (to, message["Subject"], message.get_content().splitlines()[:4])
        for _, (to,), message in mailbox.mails
    ]
    assert read == [
        (
            "lea@example.org",
            "Erinnerung: Settle, C-7",
            [
                "Settle: noch 2 Std. Arbeitszeit",
                "Fällig: Mo., 5. Jan. 2026, 14:00 MEZ",
                "Vorgang: C-7, claims",
                "Offen: check, noch nicht übernommen (Claims)",
            ],
        ),
        (
            "ada@example.org",
            "Reminder: Settle, C-7",
            [
                "Settle: 2 h of working time left",
                "Due: Mon, Jan 5, 2026, 13:00 UTC",
                "Case: C-7, claims",
                "Open: check, not claimed yet (Claims)",
            ],
        ),
        (
            "lea@example.org",
            "Überfällig: Settle, C-7",
            [
                "Settle: um 1 Std. 30 Min. Arbeitszeit überfällig",
                "Fällig: Mo., 5. Jan. 2026, 14:00 MEZ",
                "Vorgang: C-7, claims",
                "Offen: check, noch nicht übernommen (Claims)",
            ],
        ),
    ]


def test_a_point_raises_the_priority_of_tasks_of_now_and_later(session, clock_at):
    deploy(session, claims(sla(point("breach", priority="urgent"), target="PT1H", pause="none")))
    case = start(session)
    clock_at(hours=2)
    turn(session)
    (task,) = user_tasks.find(session, by=SYSTEM, instance_id=case.id)
    assert (task.priority, task.class_id) == ("urgent", None)

    complete(session, case, "check")
    send(session)
    turn(session)

    (later,) = user_tasks.find(session, by=SYSTEM, instance_id=case.id)
    assert (later.element_id, later.priority) == ("settle", "urgent")


def test_a_point_gives_open_tasks_to_a_group_or_a_person(session, people, clock_at):
    points = point("atRisk", assign="second_line"), point("breach", assign="ada")
    deploy(session, claims(sla(*points, name="Settle", target="PT4H")))
    case = start(session)
    (task,) = user_tasks.find(session, by=SYSTEM, instance_id=case.id)
    user_tasks.hand_over(session, task.id, "ada", by=SYSTEM)

    clock_at(hours=3)
    turn(session)
    assert (task.assignee, task.groups) == (None, ("second_line",))

    clock_at(hours=4)
    turn(session)
    assert task.assignee == "ada"


def test_a_point_throws_an_escalation_that_the_case_catches(session, clock_at):
    late = process("late").start("overdue", escalation="late", interrupting=False)
    drawing = process("claims").with_settings(
        sla(point("breach", escalate="late"), name="Settle", target="PT1H")
    )
    drawing.event_sub_process("help", late.user_task("help_out").end())
    deploy(session, drawing.user_task("settle").end())
    case = start(session)

    clock_at(hours=1)
    turn(session)

    names = {each.element_id for each in user_tasks.find(session, by=SYSTEM, instance_id=case.id)}
    assert names == {"settle", "help_out"}
    assert details(session, case, "escalate") == {"level": "case", "code": "late", "caught": True}


def test_a_stage_throws_its_escalation_to_the_event_at_its_border(session, clock_at):
    drawing = process("claims").sub_process(
        "talk",
        process("inside").user_task("call").end(),
        settings=sla(point("breach", escalate="late"), name="Talk", target="PT1H"),
    )
    drawing.end().at("talk").boundary("overdue", escalation="late", interrupting=True)
    deploy(session, drawing.user_task("apologise").end())
    case = start(session)

    clock_at(hours=1)
    turn(session)
    turn(session)

    (task,) = user_tasks.find(session, by=SYSTEM, instance_id=case.id)
    assert task.element_id == "apologise"
    assert only(session, case).state == "cancelled"


def test_an_escalation_that_nobody_catches_is_told_and_changes_nothing(session, clock_at):
    deploy(session, claims(sla(point("breach", escalate="LATE"), name="Settle", target="PT1H")))
    case = start(session)
    clock_at(hours=1)
    turn(session)

    assert details(session, case, "escalate")["caught"] is False
    assert not session.scalars(select(Incident)).all()


def test_a_suspended_case_is_left_alone_until_it_goes_on(session, root, clock_at):
    deploy(session, claims(sla(name="Settle", target="PT4H", pause="none")))
    case = start(session)
    instances.suspend(session, case.id, "asked the lawyers", by=root)
    clock_at(hours=6)
    turn(session)
    assert fired(session, case) == []
    assert only(session, case).next_at is None

    instances.resume(session, case.id, by=root)
    turn(session)

    assert fired(session, case) == ["at_risk", "breach"]


def test_an_action_that_fails_is_an_incident_and_the_others_are_done(session, people, clock_at):
    wrong = point("breach", assign="nobody_here", notify="lea", priority="high")
    deploy(session, claims(sla(wrong, name="Settle", target="PT1H")))
    case = start(session)
    clock_at(hours=1)
    turn(session)

    incident = session.scalars(select(Incident)).one()
    assert incident.kind == "service_level"
    assert "nobody and no group is called so" in incident.message
    assert session.scalars(select(Mail)).one().people == ["lea"]
    (task,) = user_tasks.find(session, by=SYSTEM, instance_id=case.id)
    assert task.priority == "high"

    complete(session, case, "check")
    assert incident.is_open


def test_a_target_that_fails_lets_the_default_hold_and_can_be_tried_again(session, root, clock_at):
    deploy(session, claims(sla(name="Settle", target="=promised")))
    case = start(session)

    clock = only(session, case)
    assert (clock.basis, clock.target) == ("default", "P5D")
    incident = session.scalars(select(Incident)).one()
    assert "P5D" in incident.message

    instances.set_variables(session, case.id, {"promised": "P1D"}, by=root)
    incidents.retry(session, incident.id, by=root)
    turn(session)

    assert (clock.basis, clock.target, clock.due_at) == ("model", "P1D", at(5, 17))
    assert not incident.is_open
    assert clock.incident_id is None


def test_who_accepts_a_default_skips_its_incident(session, root, clock_at):
    deploy(session, claims(sla(name="Settle", target="=promised")))
    case = start(session)
    incident = session.scalars(select(Incident)).one()

    incidents.resolve(session, incident.id, reason="five days will do", by=root)
    turn(session)

    assert only(session, case).target == "P5D"
    assert session.scalars(select(Incident)).one().resolution == "skipped"


def test_leaders_are_those_who_lead_a_group_of_the_open_tasks(session, people, root, clock_at):
    roles = [Role.TEAM_LEADER]
    add_person(session, "tom", roles=roles, groups=["second_line"], email="t@x.org", by=root)
    deploy(session, claims(sla(point("breach", notify="leaders"), target="PT1H")))
    start(session)
    clock_at(hours=1)
    turn(session)

    assert session.scalars(select(Mail)).one().people == ["lea"]
