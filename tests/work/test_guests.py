from datetime import timedelta
from uuid import UUID

import pytest

from core.people import Actor, Role
from engine import deployments, guest_access, guest_links, instances, service_tasks, user_tasks
from engine.connectors.guest_link import give_guest_link
from engine.errors import UserTaskClosed
from engine.guest_access import (
    GuestLinkEarly,
    GuestLinkExpired,
    GuestLinkRevoked,
    GuestLinkUsed,
    NoFormForGuests,
    NotYoursToShare,
)
from engine.guest_links import (
    MAX_OPEN,
    GuestLinkLifetime,
    GuestLinkNotFound,
    TooManyGuestLinks,
    token_of,
)
from forms.errors import FormInvalid, FormOutdated
from tests.build import process
from tests.forms.build import number, source, text
from work import guests
from work.guests import NotPublic, ProgressTooLarge

KEY = "a key of the tests, long enough to count"
READING = source(
    text("customer.name", disabled=True),
    number("reading", validate={"required": True, "min": "=last_reading"}),
    id="reading",
)
SIGN_UP = source(text("name", validate={"required": True}), id="sign_up")
SECRETS = {
    "customer": {"name": "Kim", "iban": "DE89"},
    "last_reading": 100,
    "margin": 0.4,
}


@pytest.fixture
def read_meter(session, grace, root, clock_at):
    """A user task that a customer answers; the case knows more than the form asks."""
    drawing = process("metering").user_task("read", form="reading", lane="customer_service").end()
    files = {"metering.bpmn": drawing, "reading.form": READING}
    deployments.deploy(session, files, by=grace)
    instance = instances.start(session, key="metering", variables=SECRETS, by=root)
    (task,) = user_tasks.find(session, by=root, instance_id=instance.id)
    return task


@pytest.fixture
def link(session, read_meter, ada):
    return guest_access.make(session, read_meter.id, label="Kim", by=ada)


def test_a_guest_sees_what_the_form_reaches_and_nothing_else_of_the_case(session, link):
    seen = guests.shown(session, token_of(link.id, KEY), KEY)

    assert seen.title == "read"
    assert seen.values == {"customer": {"name": "Kim"}, "last_reading": 100, "reading": None}


def test_an_answer_completes_the_task_under_the_name_of_the_link(session, link, read_meter, ada):
    user_tasks.claim(session, read_meter.id, by=ada)

    guests.answer(session, token_of(link.id, KEY), KEY, {"reading": 120, "margin": 0})

    assert (read_meter.state, read_meter.completed_by) == ("completed", link.actor.name)
    variables = instances.variables(session, read_meter.instance)
    assert variables == {**SECRETS, "reading": 120}
    with pytest.raises(GuestLinkUsed):
        guests.shown(session, token_of(link.id, KEY), KEY)


def test_answers_of_guests_are_judged_like_everybodys(session, link, read_meter):
    with pytest.raises(FormInvalid) as refused:
        guests.answer(session, token_of(link.id, KEY), KEY, {"reading": 99})

    assert set(refused.value.context["fields"]) == {"reading"}


def test_what_was_typed_is_kept_until_it_is_sent(session, link):
    token = token_of(link.id, KEY)

    guests.keep(session, token, KEY, {"reading": 111}, 2)

    seen = guests.shown(session, token, KEY)
    assert (seen.values["reading"], seen.step) == (111, 2)
    with pytest.raises(ProgressTooLarge):
        guests.keep(session, token, KEY, {"reading": "9" * 300_000}, 0)


def test_a_link_is_over_when_its_time_is(session, link, clock_at):
    clock_at(days=15)

    with pytest.raises(GuestLinkExpired):
        guests.answer(session, token_of(link.id, KEY), KEY, {"reading": 120})


def test_a_withdrawn_link_opens_nothing(session, link, ada, bob):
    stranger = Actor("eve", frozenset({Role.ASSOCIATE}), frozenset({"other"}))
    with pytest.raises(GuestLinkNotFound):
        guest_access.revoke(session, link.id, by=stranger)

    guest_access.revoke(session, link.id, by=bob)

    with pytest.raises(GuestLinkRevoked):
        guests.shown(session, token_of(link.id, KEY), KEY)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"),
        lambda t: ("B" if t[0] != "B" else "C") + t[1:],
        lambda t: t[:40],
        lambda t: "",
        lambda t: "é" * 64,
        lambda t: t + "AAAA",
    ],
)
def test_a_token_that_we_did_not_sign_opens_nothing(session, link, spoil):
    with pytest.raises(GuestLinkNotFound):
        guests.shown(session, spoil(token_of(link.id, KEY)), KEY)


def test_another_key_makes_other_tokens(session, link):
    with pytest.raises(GuestLinkNotFound):
        guests.shown(session, token_of(link.id, "another key, also long enough to count"), KEY)


def test_a_link_dies_with_its_task(session, link, read_meter, ada):
    user_tasks.complete(session, read_meter.id, {}, by=ada)

    with pytest.raises(GuestLinkUsed):
        guests.shown(session, token_of(link.id, KEY), KEY)
    with pytest.raises(UserTaskClosed):
        guest_access.make(session, read_meter.id, by=ada)


def test_only_those_who_have_a_hand_in_the_task_share_it(session, read_meter, olga, lea, grace):
    assert guest_access.make(session, read_meter.id, by=lea).created_by == "lea"
    assert guest_access.make(session, read_meter.id, by=olga).created_by == "olga"
    with pytest.raises(NotYoursToShare):
        guest_access.make(session, read_meter.id, by=grace)
    with pytest.raises(NotYoursToShare):
        guest_access.of_task(session, read_meter, by=grace)


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(seconds=-5), timedelta(days=400)])
def test_a_link_lives_for_a_sensible_time(session, read_meter, ada, lifetime):
    with pytest.raises(GuestLinkLifetime):
        guest_access.make(session, read_meter.id, lifetime=lifetime, by=ada)


def test_a_case_has_a_limited_number_of_links(session, read_meter, ada):
    for _ in range(MAX_OPEN):
        guest_access.make(session, read_meter.id, by=ada)

    with pytest.raises(TooManyGuestLinks):
        guest_access.make(session, read_meter.id, by=ada)


def test_a_task_without_a_form_has_nothing_for_guests(session, grace, root, clock_at):
    drawing = process("plain").user_task("look").end()
    deployments.deploy(session, {"plain.bpmn": drawing}, by=grace)
    instance = instances.start(session, key="plain", by=root)
    (task,) = user_tasks.find(session, by=root, instance_id=instance.id)

    with pytest.raises(NoFormForGuests):
        guest_access.make(session, task.id, by=root)


def test_a_link_made_for_a_start_form_starts_one_case(session, grace, lea, clock_at):
    drawing = process("joining").start(form="sign_up").user_task("greet").end()
    files = {"joining.bpmn": drawing, "sign_up.form": SIGN_UP}
    definition = deployments.deploy(session, files, by=grace).definitions[0]
    link = guest_access.make_for_start(session, definition.id, by=lea)
    token = token_of(link.id, KEY)

    guests.answer(session, token, KEY, {"name": "Kim"})

    (started,) = instances.find(session, by=grace, key="joining")
    assert instances.variables(session, started) == {"name": "Kim"}
    with pytest.raises(GuestLinkUsed):
        guests.answer(session, token, KEY, {"name": "Kim"})


def test_a_process_makes_a_link_for_a_later_step_and_tells_it_to_the_next(
    session, grace, root, config, clock_at
):
    connector = {"element": "read", "lifetime": "P3D", "label": "=customer.name"}
    drawing = (
        process("asking")
        .service_task(
            "ask", connector="guest_link", inputs=connector, outputs={"link": "=response.url"}
        )
        .user_task("wait")
        .user_task("read", form="reading")
        .end()
    )
    files = {"asking.bpmn": drawing, "reading.form": READING}
    deployments.deploy(session, files, by=grace)
    instance = instances.start(session, key="asking", variables=SECRETS, by=root)

    call = service_tasks.take_next(session)
    answer = give_guest_link(call.request, key=call.idempotency_key, config=config)
    assert answer == give_guest_link(call.request, key="again", config=config)
    service_tasks.settle(session, call, service_tasks.Answer(answer))

    token = instances.variables(session, instance)["link"].removeprefix(
        f"{config.public_url}/guest/"
    )
    link = session.get_one(guest_links.GuestLink, UUID(call.request["link_id"]))
    assert (link.label, link.created_by) == ("Kim", "system")
    with pytest.raises(GuestLinkEarly):
        guests.shown(session, token, config.secret_key)
    (task,) = user_tasks.find(session, by=root, instance_id=instance.id)
    user_tasks.complete(session, task.id, {}, by=root)
    guests.answer(session, token, config.secret_key, {"reading": 130})
    assert instance.has_ended


def test_a_public_form_starts_cases_and_no_other_does(session, grace, clock_at):
    drawing = process("joining")
    drawing.settings = '<work:mayStart groups="customer_service, public"/>'
    closed = process("inside").start(form="sign_up").user_task("greet").end()
    files = {
        "joining.bpmn": drawing.start(form="sign_up").user_task("greet").end(),
        "inside.bpmn": closed,
        "sign_up.form": SIGN_UP,
    }
    deployments.deploy(session, files, by=grace)

    guests.start_publicly(session, "joining", {"name": "Kim", "evil": 1})

    (started,) = instances.find(session, by=grace, key="joining")
    assert instances.variables(session, started) == {"name": "Kim"}
    assert started.started_by == "guest:public"
    for key in ("inside", "nothing"):
        with pytest.raises(NotPublic):
            guests.public_form(session, key)


def test_answers_to_an_older_version_of_the_form_are_noticed(session, grace, clock_at):
    drawing = process("joining")
    drawing.settings = '<work:mayStart groups="public"/>'
    files = {
        "joining.bpmn": drawing.start(form="sign_up").user_task("greet").end(),
        "sign_up.form": SIGN_UP,
    }
    deployments.deploy(session, files, by=grace)
    seen = guests.public_form(session, "joining")
    newer = source(text("name"), text("town", validate={"required": True}), id="sign_up")
    deployments.deploy(session, {**files, "sign_up.form": newer}, by=grace)

    with pytest.raises(FormOutdated):
        guests.start_publicly(session, "joining", {"name": "Kim"}, version=seen.version)
