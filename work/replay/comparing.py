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
    recorded: Recorded, retold: Retold, forms: Mapping[str, str]
) -> Iterator[Difference]:
    """All differences; `forms` says of elements in words that they show another form now."""
    name = {**recorded.names, **retold.names}
    for element_id, reason in retold.failures.items():
        where = f"at “{name.get(element_id, element_id)}”: " if element_id else ""
        yield Difference("fails", element_id, f"It fails {where}{reason}".strip())
    yield from _way(recorded, retold, name)
    entered = set(retold.entered)
    for element_id, reason in retold.refused.items():
        title = name.get(element_id, element_id)
        yield Difference("form", element_id, f"“{title}” refuses the answers of then: {reason}")
    for element_id, sentence in forms.items():
        if element_id in entered and element_id in recorded.entered:
            title = name.get(element_id, element_id)
            yield Difference("form", element_id, f"“{title}” {sentence}")


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
