"""People, groups, tokens, and what each role may do."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import clock, people
from core.errors import Forbidden
from core.heartbeat import beat, is_fresh
from core.people import SYSTEM, Actor, NameInvalid, PersonExists, Role, UnknownRole
from core.permissions import allow, may


def test_a_person_acts_with_roles_and_groups(session: Session) -> None:
    person = people.add_person(
        session, "ada", roles=["associate"], groups=["billing", "billing"], by=SYSTEM
    )

    actor = person.as_actor()
    assert actor == Actor("ada", frozenset({Role.ASSOCIATE}), frozenset({"billing"}))
    assert people.get_person(session, "ada").is_active
    assert people.peopled_groups(session) == {"billing"}


def test_a_name_is_taken_once(session: Session) -> None:
    people.add_person(session, "ada", roles=[], by=SYSTEM)

    with pytest.raises(PersonExists):
        people.add_person(session, "ada", roles=[], by=SYSTEM)


@pytest.mark.parametrize("name", ["", " ada", "a/b", "<script>", "x" * 81, "a\nb"])
def test_strange_names_are_refused(session: Session, name: str) -> None:
    with pytest.raises(NameInvalid):
        people.add_person(session, name, roles=[], by=SYSTEM)


def test_a_role_that_does_not_exist_is_named(session: Session) -> None:
    with pytest.raises(UnknownRole, match="king"):
        people.make_token(session, "crm", roles=["king"], by=SYSTEM)


def test_a_token_is_known_by_its_secret_alone(session: Session) -> None:
    token, secret = people.make_token(
        session, "crm", roles=["integrator"], groups=["sales"], by=SYSTEM
    )

    assert secret.startswith("bo_")
    assert secret not in (token.secret_hash, token.prefix)
    actor = people.actor_of_token(session, secret)
    assert actor == Actor("crm", frozenset({Role.INTEGRATOR}), frozenset({"sales"}), kind="token")
    assert people.actor_of_token(session, secret + "x") is None


def test_who_can_work_is_an_active_person_or_holds_a_token(session: Session) -> None:
    person = people.add_person(session, "ada", roles=[], by=SYSTEM)
    token, _ = people.make_token(session, "bot", roles=["associate"], by=SYSTEM)
    people.make_token(session, "ada", roles=["associate"], by=SYSTEM)

    def active() -> list[str]:
        names, now = ("ada", "bot", "nobody"), clock.now()
        return [name for name in names if people.is_active(session, name, now)]

    assert active() == ["ada", "bot"]
    person.deactivated_at = clock.now()
    token.revoked_at = clock.now()
    assert active() == []


def test_a_token_ends_by_date_or_when_revoked(session: Session) -> None:
    token, secret = people.make_token(
        session, "crm", roles=[], expires_at=clock.now() + timedelta(hours=1), by=SYSTEM
    )

    with clock.stopped_at(clock.now() + timedelta(hours=2)):
        assert people.actor_of_token(session, secret) is None
    assert people.actor_of_token(session, secret) is not None
    token.revoked_at = clock.now()
    session.flush()
    assert people.actor_of_token(session, secret) is None


def test_a_role_allows_its_verbs_and_no_others(ada: Actor, olga: Actor, root: Actor) -> None:
    assert may(ada, "task.take")
    assert not may(ada, "deploy")
    assert may(olga, "instance.suspend")
    assert may(root, "people.manage")
    with pytest.raises(Forbidden, match="people"):
        allow(olga, "people.manage")


def test_a_thing_may_have_rules_of_its_own(ada: Actor, bob: Actor, root: Actor) -> None:
    class Mine:
        def allows(self, actor: Actor, verb: str) -> bool:
            return actor.name == "ada"

    assert may(ada, "task.take", Mine())
    assert not may(bob, "task.take", Mine())
    assert may(root, "task.take", Mine())


def test_a_process_that_falls_silent_is_no_longer_fresh(session: Session) -> None:
    beat(session, "scheduler", "scheduler@here:1")
    beat(session, "scheduler", "scheduler@here:1")

    assert is_fresh(session, "scheduler")
    assert not is_fresh(session, "worker")
    with clock.stopped_at(clock.now() + timedelta(minutes=1)):
        assert not is_fresh(session, "scheduler")
