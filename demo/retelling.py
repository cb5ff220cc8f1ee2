"""Tells one past case: the engine itself runs it, with the clock stopped at each of its moments.

Partners answer, people work in their hours, timers and SLA clocks go off, until the case has ended
or the present is reached. All of it is one transaction, so nobody ever sees half a past.
"""

import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import clock, ids
from core.people import Actor, Role, get_person
from demo.answers import ANSWERS, HOURS, LEFT, MINUTES, MOST_HOURS, TIMES, USUAL_HOURS
from demo.company import ZONE
from demo.diaries import Appointment, Diaries
from demo.partners import Rates, answer
from demo.past import PastCase
from engine import instances, messages, service_tasks, timers, user_tasks
from engine.models import ProcessInstance, ServiceTask, Timer, UserTask
from engine.service_tasks import Answer
from work import comments, completion, sorting
from work.models import Mail, Notification, SlaClock
from work.sla import firing, following

WEBSITE = Actor("website", frozenset({Role.INTEGRATOR}), kind="token")
PARTNERS = Actor("partner systems", frozenset({Role.INTEGRATOR}), kind="token")
#: Partners of the past never break down; what they say later takes them days.
RATES = replace(Rates(), slow=0.0, broken=0.0, silent=0.0)
LATER_HOURS = {"supply_start_confirmed": (20.0, 90.0), "meter_reading_received": (30.0, 200.0)}
#: What was told so long ago has been read.
READ_AFTER = timedelta(days=1)
#: Steps that follow one another so soon are seen together by the sweep.
SOON = timedelta(minutes=3)
#: In minutes; longer than SOON, so that every task is sorted in before it is completed.
SHORTEST = 4.0
#: How much of what is open somebody has in hand, in parts of all, and for how long at most.
IN_HAND, IN_HAND_FOR = 0.4, timedelta(hours=3)
#: About how much of what is in hand the team leader has something to say, in parts of all.
NOTED = 0.4
NOTES = (
    "please call the customer before noon, she has written twice.",
    "is anything missing here that I can get for you?",
    "the customer was promised an answer this week. Can you take it first?",
)
#: No case takes more steps than that.
MAX_STEPS = 400

Act = Callable[[], object]


@dataclass
class Retelling:
    """One case while it is told."""

    session: Session
    case: PastCase
    diaries: Diaries
    until: datetime
    chance: random.Random = field(init=False)
    #: How far it is told.
    now: datetime = field(init=False)
    appointments: dict[UUID, Appointment | None] = field(default_factory=dict)
    answers_at: dict[UUID, datetime] = field(default_factory=dict)
    sent_later: list[tuple[datetime, str, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.case.seed)  # noqa: S311 - a demo
        self.now = self.case.at

    def tell(self) -> ProcessInstance:
        """Let the case happen, up to the present."""
        with self._at(self.case.at):
            self.instance = instances.start(
                self.session,
                key=self.case.key,
                business_key=self.case.business_key,
                variables=self.case.variables,
                by=WEBSITE,
            )
            self.session.flush()
        is_behind = True
        for _ in range(MAX_STEPS):
            moment, act = min(self._acts(), key=lambda each: each[0], default=(self.until, None))
            if is_behind and (act is None or moment > self.now + SOON):
                with self._at(self.now):
                    self._keep()
                is_behind = False
                continue
            if act is None or moment >= self.until:
                break
            self.now, is_behind = moment, True
            with self._at(self.now):
                act()
                self.session.flush()
        if self.chance.random() < NOTED:
            self._note()
        self._settle_post()
        return self.instance

    def _at(self, moment: datetime) -> ExitStack:
        stack = ExitStack()
        stack.enter_context(clock.stopped_at(moment))
        stack.enter_context(ids.told_at(moment))
        return stack

    def _keep(self) -> None:
        """What the sweep does soon after a step: sort tasks in, follow the clocks."""
        sorting.take_in(self.session)
        following.follow(self.session, self.instance.id)

    def _acts(self) -> list[tuple[datetime, Act]]:
        """What could happen next, each with its moment."""
        if self.instance.has_ended:
            return []
        return [*self._calls(), *self._timers(), *self._clocks(), *self._letters(), *self._work()]

    def _calls(self) -> list[tuple[datetime, Act]]:
        query = select(ServiceTask).where(
            ServiceTask.instance_id == self.instance.id, ServiceTask.state == "open"
        )
        found: list[tuple[datetime, Act]] = []
        for task in self.session.scalars(query):
            if task.id not in self.answers_at:
                seconds = 1 + self.chance.expovariate(1 / 8)
                self.answers_at[task.id] = task.not_before + timedelta(seconds=seconds)
            found.append((self.answers_at[task.id], partial(self._answer, task.id)))
        return found

    def _answer(self, task_id: UUID) -> None:
        call = service_tasks.take(self.session, task_id, worker="worker@past")
        assert call is not None
        response: dict[str, Any] = {"messageId": call.idempotency_key, "recipients": []}
        if call.connector == "http":
            path = str(call.request["url"]).removeprefix("partner:")
            said = answer(path, call.request["body"], RATES, self.chance, self._today())
            response = {"status": said.status, "headers": {}, "body": said.body}
            if said.callback is not None:
                shortest, longest = LATER_HOURS[said.callback.name]
                hours = self.chance.uniform(shortest, longest)
                at = clock.now() + timedelta(hours=hours)
                variables = said.callback.variables
                if "readAt" in variables:
                    variables = {**variables, "readAt": at.date().isoformat()}
                self.sent_later.append((at, said.callback.name, variables))
        service_tasks.settle(self.session, call, Answer(response))

    def _timers(self) -> list[tuple[datetime, Act]]:
        query = select(Timer).where(Timer.instance_id == self.instance.id, ~Timer.held)
        return [
            (timer.due_at, partial(timers.fire, self.session, timer.id))
            for timer in self.session.scalars(query)
        ]

    def _clocks(self) -> list[tuple[datetime, Act]]:
        query = select(SlaClock).where(
            SlaClock.instance_id == self.instance.id, SlaClock.next_at.is_not(None)
        )
        return [
            (max(each.next_at, self.now), partial(firing.fire, self.session, each.id))
            for each in self.session.scalars(query)
            if each.next_at is not None
        ]

    def _letters(self) -> list[tuple[datetime, Act]]:
        return [(letter[0], partial(self._send, letter)) for letter in self.sent_later]

    def _send(self, letter: tuple[datetime, str, dict[str, Any]]) -> None:
        self.sent_later.remove(letter)
        _, name, variables = letter
        key = str(self.case.variables["caseNumber"])
        messages.publish(self.session, name, key, variables, by=PARTNERS)

    def _work(self) -> list[tuple[datetime, Act]]:
        query = select(UserTask).where(
            UserTask.instance_id == self.instance.id, UserTask.state == "open"
        )
        found: list[tuple[datetime, Act]] = []
        for task in self.session.scalars(query):
            if task.id not in self.appointments:
                self.appointments[task.id] = self._arrange(task)
            booked = self.appointments[task.id]
            if booked is None:
                continue
            by = Actor(booked.person.name, frozenset({Role.ASSOCIATE}), _groups(booked))
            if task.assignee is None:
                claim = partial(user_tasks.claim, self.session, task.id, by=by)
                found.append((booked.taken or booked.start, claim))
            else:
                found.append((booked.stop, partial(self._complete, task, by)))
        return found

    def _arrange(self, task: UserTask) -> Appointment | None:
        element = task.element_id
        lies = HOURS.get(element, USUAL_HOURS) * self.chance.lognormvariate(0, 0.8)
        lies *= TIMES if self.chance.random() < LEFT else 1.0
        takes = MINUTES[element] * self.chance.lognormvariate(0, 0.5)
        booked = self.diaries.arrange(
            task.groups,
            task.skills or (),
            task.created_at + timedelta(hours=min(lies, MOST_HOURS)),
            timedelta(minutes=max(SHORTEST, takes)),
        )
        if booked is not None and booked.start > self.until and self.chance.random() < IN_HAND:
            # They took it already, and have not come to it yet.
            booked = replace(booked, taken=max(task.created_at + SOON, self.until - IN_HAND_FOR))
        return booked

    def _complete(self, task: UserTask, by: Actor) -> None:
        values = user_tasks.variables(self.session, task)
        answers = ANSWERS[task.element_id](values, self.chance, self._today())
        completion.complete(self.session, task.id, answers, by=by)

    def _note(self) -> None:
        """The team leader asks whoever has the case in hand about it."""
        query = select(UserTask).where(
            UserTask.instance_id == self.instance.id, UserTask.state == "open"
        )
        task = self.session.scalar(query.where(UserTask.assignee.is_not(None)).limit(1))
        if task is not None:
            leader = get_person(self.session, "lea").as_actor()
            words = f"@{task.assignee} {self.chance.choice(NOTES)}"
            with self._at(max(self.now, self.until - timedelta(hours=1))):
                comments.add(self.session, self.instance.id, words, task_id=task.id, by=leader)

    def _settle_post(self) -> None:
        """Mails of the past have been sent, and most of what people were told has been read."""
        its = Mail.instance_id == self.instance.id, Mail.state == "waiting"
        sent = {"state": "sent", "sent_at": Mail.created_at, "ring_at": None}
        self.session.execute(update(Mail).where(*its).values(sent))
        old = (
            Notification.instance_id == self.instance.id,
            Notification.at < self.until - READ_AFTER,
        )
        self.session.execute(update(Notification).where(*old).values(read_at=Notification.at))

    def _today(self) -> date:
        return clock.now().astimezone(ZoneInfo(ZONE)).date()


def _groups(booked: Appointment) -> frozenset[str]:
    return frozenset(booked.person.groups)
