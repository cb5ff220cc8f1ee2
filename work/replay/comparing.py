"""Where a case that was told again differs from how it went."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from work.replay.recorded import Recorded
from work.replay.retelling import Retold


@dataclass(frozen=True)
class Difference:
    """One thing that would be otherwise. `kind`: "fails", "way" or "form"."""

    kind: str
    element_id: str
    sentence: str


def differences(
    recorded: Recorded, retold: Retold, forms: Mapping[str, tuple[str, str]]
) -> Iterator[Difference]:
    """All differences; `forms` has the key before and now of elements that show another form."""
    name = {**recorded.names, **retold.names}
    for element_id, reason in retold.failures.items():
        title = name.get(element_id, element_id)
        words = f"It fails at “{title}”: {reason}" if element_id else f"It fails: {reason}"
        yield Difference("fails", element_id, words)
    yield from _way(recorded, retold, name)
    entered = set(retold.entered)
    for element_id, reason in retold.refused.items():
        title = name.get(element_id, element_id)
        yield Difference("form", element_id, f"“{title}” refuses the answers of then: {reason}")
    for element_id, (before, key) in forms.items():
        if element_id in entered and element_id in recorded.entered:
            title = name.get(element_id, element_id)
            words = f"“{title}” shows a changed form {key}."
            if before != key:
                words = f"“{title}” shows the form {key} instead of {before}."
            yield Difference("form", element_id, words)


def _way(recorded: Recorded, retold: Retold, name: Mapping[str, str]) -> Iterator[Difference]:
    before, now = Counter(recorded.entered), Counter(retold.entered)
    left_out = [each for each in dict.fromkeys(recorded.entered) if now[each] < before[each]]
    added = [each for each in dict.fromkeys(retold.entered) if now[each] > before[each]]
    if left_out and added:
        words = f"It goes to “{name[added[0]]}” instead of “{name[left_out[0]]}”."
        yield Difference("way", added[0], words)
    elif added:
        yield Difference("way", added[0], f"It also goes to “{name[added[0]]}”.")
    elif left_out:
        yield Difference("way", left_out[0], f"It does not reach “{name[left_out[0]]}”.")
