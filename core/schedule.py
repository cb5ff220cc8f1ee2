"""What the scheduler does again and again: one list."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Periodic:
    """A function named by dotted path, called in its own turn, at most once at a time."""

    job: str
    every: timedelta


PERIODIC = (
    # Half a second: timers fire within one second of their time, even when the machine is busy.
    Periodic("engine.jobs.sweep", every=timedelta(milliseconds=500)),
    Periodic("engine.jobs.bring_together", every=timedelta(seconds=5)),
    Periodic("engine.jobs.look_at_cases", every=timedelta(seconds=1)),
    Periodic("engine.jobs.learn_waits", every=timedelta(hours=1)),
    Periodic("engine.webhooks.jobs.sweep", every=timedelta(seconds=1)),
    Periodic("engine.webhooks.jobs.forget", every=timedelta(minutes=10)),
    Periodic("work.jobs.sort", every=timedelta(seconds=1)),
    Periodic("work.jobs.ask_rules", every=timedelta(minutes=2)),
    Periodic("work.jobs.follow_calendars", every=timedelta(seconds=5)),
    # As often as timers: points of clocks fire within one second of their time.
    Periodic("work.sla.jobs.keep", every=timedelta(milliseconds=500)),
    Periodic("work.sla.jobs.follow_calendars", every=timedelta(seconds=5)),
    Periodic("work.sla.jobs.learn_paths", every=timedelta(hours=1)),
    Periodic("work.sla.jobs.predict", every=timedelta(seconds=10)),
    Periodic("work.mails.jobs.send_mails", every=timedelta(seconds=5)),
    Periodic("work.mails.jobs.write_digests", every=timedelta(minutes=1)),
    Periodic("work.jobs.forget", every=timedelta(minutes=10)),
    Periodic("work.jobs.sweep_files", every=timedelta(hours=1)),
    Periodic("work.team.jobs.offer", every=timedelta(seconds=1)),
    Periodic("work.team.jobs.follow", every=timedelta(seconds=5)),
    Periodic("engine.jobs.remove_old_history", every=timedelta(seconds=30)),
    Periodic("web.jobs.forget", every=timedelta(minutes=10)),
    Periodic("api.jobs.forget_answers", every=timedelta(minutes=10)),
)
