"""Real cases played again on a draft: which would go another way, fail, or show another form.

recorded.py   what the execution log tells of one case: who answered what, and when
retelling.py  the same told to a play of other files, as far as they let it
comparing.py  where the two differ
cases.py      the last cases of a process, one after the other, and the report on all of them
"""

from work.replay.cases import Group, Report, replay

__all__ = ["Group", "Report", "replay"]
