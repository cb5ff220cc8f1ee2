"""People are told what concerns them, and once a day by mail at the hour they chose."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from core import readers
from core.languages import Speech
from core.people import SYSTEM, Actor, add_person
from engine import user_tasks
from screens.notices import presenting as notices
from tests.work.desk import LANE, arrive, deploy
from tests.work.sla import claims
from tests.work.test_mails import mailbox, send  # noqa: F401
from work import assignment, digests, notifications, telling
from work.digests import HourInvalid
from work.models import Mail
from work.team import covers, delegation, leading

BERLIN = "Europe/Berlin"


@pytest.fixture(autouse=True)
def people(session, clock_at):
    for name in ("ada", "bob"):
        email = f"{name}@example.org"
        add_person(session, name, roles=["associate"], groups=[LANE], email=email, by=SYSTEM)


def told(session, name: str) -> list[tuple[str, str | None]]:
    return [(each.kind, each.by) for each in notifications.of(session, name)]


def test_whoever_is_given_a_task_is_told_who_gave_it_and_nobody_tells_themselves(
    session, ada, bob, lea
):
    deploy(session)
    first, second = arrive(session), arrive(session)

    user_tasks.claim(session, first.id, by=ada)
    assert told(session, "ada") == []
    delegation.delegate(session, first.id, "bob", by=ada)
    assert told(session, "bob") == [("assigned", "ada")]
    delegation.hand_back(session, first.id, by=bob)
    assert told(session, "ada") == [("assigned", "bob")]
    leading.reassign(session, [second.id], "bob", why="busy", by=lea)
    assert told(session, "bob")[0] == ("assigned", "lea")
    assignment.hand_over(session, second.id, "ada", by=lea)
    assert told(session, "ada")[0] == ("assigned", "lea")
    [newest, *_] = notifications.of(session, "ada")
    assert (newest.task_id, newest.details["task"]) == (second.id, "look")


def test_a_cover_is_told_of_it_and_of_the_tasks_that_come(session, ada, clock_at):
    deploy(session)
    task = arrive(session)
    user_tasks.claim(session, task.id, by=ada)

    until = datetime(2026, 1, 9, 16, tzinfo=UTC)
    covers.name(session, "ada", "bob", until=until, note="Skiing", by=ada)
    covers.follow(session)

    assert told(session, "bob") == [("assigned", "system"), ("cover", "ada")]
    assert notifications.of(session, "bob")[1].details == {"until": "2026-01-09", "text": "Skiing"}


def test_whoever_has_a_task_in_hand_is_told_when_it_is_at_risk_and_late(session, clock_at):
    claims.deploy(session, claims.claims(claims.sla(name="Settle", target="PT4H")))
    case = claims.start(session)
    [task] = user_tasks.find(session, by=SYSTEM, instance_id=case.id)
    user_tasks.hand_over(session, task.id, "ada", by=SYSTEM)

    clock_at(hours=3, minutes=1)
    claims.turn(session)
    clock_at(hours=4, minutes=1)
    claims.turn(session)

    assert told(session, "ada") == [("breach", None), ("at_risk", None)]
    assert notifications.of(session, "ada")[0].details["case"] == "C-7"


def test_the_mail_of_the_day_tells_once_what_is_new_and_unread(
    session,
    config,
    ada,
    mailbox,  # noqa: F811
    clock_at,
):
    # It is ten o'clock in Berlin.
    digest = digests.choose(session, 8, BERLIN, by=ada)
    assert digest.next_at == datetime(2026, 1, 6, 7, tzinfo=UTC)
    details = {"case": "K-7", "text": "Look at\nthis"}
    known = notifications.notify(session, "ada", "mention", details=details)
    notifications.read(session, by=ada, only=known.id)
    notifications.notify(session, "ada", "mention", details=details)
    notifications.notify(session, "bob", "mention", details=details)
    clock_at(hours=21, minutes=59)
    assert not digests.has_due(session)

    clock_at(hours=22)
    assert digests.has_due(session)
    digests.send(session)

    [mail] = session.scalars(select(Mail)).all()
    smtp = replace(config, smtp_url=mailbox.url, public_url="https://desk.example")
    send(session, smtp, mail)
    ((_, recipients, message),) = mailbox.mails
    assert (recipients, message["Subject"]) == (["ada@example.org"], "1 thing is new")
    assert message.get_content().splitlines()[:4] == [
        "- The platform mentioned you in K-7",
        "  Look at this",
        "",
        "https://desk.example/notifications",
    ]
    assert digest.next_at == datetime(2026, 1, 7, 7, tzinfo=UTC)

    clock_at(days=1, hours=23)
    digests.send(session)
    assert len(session.scalars(select(Mail)).all()) == 1


def everything_told(session, person: str) -> None:
    """A notification of each kind, in the order of `telling.WORDS`."""
    details = {"case": "K-7", "task": "Check", "until": "2026-01-09"}
    add_person(session, "carl", roles=["associate"], display_name="Carl Gauß", by=SYSTEM)
    carl = Actor("carl", frozenset())
    for kind in reversed(telling.WORDS):
        by = None if kind in ("at_risk", "breach") else carl
        notifications.notify(session, person, kind, details=details, by=by)


@pytest.mark.parametrize(
    ("language", "subject", "lines"),
    [
        (
            "en",
            "8 things are new",
            [
                "- Carl Gauß mentioned you in K-7",
                "- Carl Gauß mentioned you in the drawing of K-7",
                "- Carl Gauß gave you Check of K-7",
                "- Carl Gauß undid that you completed Check of K-7",
                "- Carl Gauß looked at your days",
                "- You stand in for Carl Gauß until Jan 9, 2026",
                "- Check of K-7 is at risk",
                "- Check of K-7 is late",
            ],
        ),
        (
            "de",
            "8 Neuigkeiten für Sie",
            [
                "- Carl Gauß hat Sie in K-7 erwähnt",
                "- Carl Gauß hat Sie in der Zeichnung von K-7 erwähnt",
                "- Carl Gauß hat „Check“ von K-7 an Sie weitergegeben",
                "- Carl Gauß hat Ihren Abschluss von „Check“ (K-7) rückgängig gemacht",
                "- Carl Gauß hat sich Ihre Tage angesehen",
                "- Sie vertreten Carl Gauß bis 09.01.2026",
                "- „Check“ von K-7 ist gefährdet",
                "- „Check“ von K-7 ist überfällig",
            ],
        ),
    ],
)
def test_everybody_reads_the_mail_of_the_day_in_their_own_language(
    session,
    config,
    ada,
    mailbox,  # noqa: F811
    clock_at,
    language,
    subject,
    lines,
):
    readers.choose(session, language, by=ada)
    digests.choose(session, 8, BERLIN, by=ada)
    everything_told(session, "ada")
    clock_at(days=1)

    digests.send(session)

    send(session, replace(config, smtp_url=mailbox.url), session.scalars(select(Mail)).one())
    ((_, _, message),) = mailbox.mails
    assert message["Subject"] == subject
    assert message.get_content().splitlines()[:8] == lines


def test_every_kind_has_words_and_a_sign():
    assert set(telling.WORDS) == set(notices.ICONS)


def test_who_chose_none_or_is_gone_gets_no_mail(session, ada, bob, clock_at):
    digests.choose(session, 8, BERLIN, by=ada)
    digests.choose(session, None, BERLIN, by=ada)
    assert digests.of(session, by=ada).next_at is None
    assert digests.of(session, by=bob) is None
    notifications.notify(session, "ada", "mention")
    clock_at(days=3)

    assert not digests.has_due(session)
    assert digests.send(session) == 0
    for hour, zone in [(24, BERLIN), (-1, BERLIN), (8, "Nowhere/City")]:
        with pytest.raises(HourInvalid):
            digests.choose(session, hour, zone, by=ada)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        # Clocks go from two to three: half past two is not there, the mail comes once.
        ("2026-03-28T12:00", "2026-03-29T01:00"),
        ("2026-03-29T01:00", "2026-03-30T00:00"),
        # Clocks go from three to two: the hour comes twice, the mail once.
        ("2026-10-24T12:00", "2026-10-25T00:00"),
        ("2026-10-25T00:00", "2026-10-26T01:00"),
    ],
)
def test_the_hour_is_that_of_the_clocks_also_when_they_change(after, expected):
    start = datetime.fromisoformat(after).replace(tzinfo=UTC)

    found = digests.following(2, BERLIN, start)

    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert timedelta(0) < found - start <= timedelta(hours=26)


def test_many_news_are_counted(session, ada, clock_at):
    digests.choose(session, 8, BERLIN, by=ada)
    for number in range(digests.MAX_TOLD + 3):
        notifications.notify(session, "ada", "assigned", details={"task": f"t{number}"})
    clock_at(days=1)

    digests.send(session)

    mail = session.scalars(select(Mail)).one()
    assert mail.subject == "53 things are new"
    assert mail.body.endswith("- and 3 more\n")


def test_a_single_thing_is_one_thing_and_many_are_written_as_the_language_writes_numbers():
    words = "%(num)s thing is new", "%(num)s things are new"
    said = [Speech(each).ngettext(*words, count) for each in ("en", "de") for count in (1, 1_200)]

    assert said == [
        "1 thing is new",
        "1,200 things are new",
        "1 Neuigkeit für Sie",
        "1.200 Neuigkeiten für Sie",
    ]
