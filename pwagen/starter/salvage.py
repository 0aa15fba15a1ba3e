"""What remains of a value when only its wrong parts are taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Problems = Callable[[Any], list[str]]
"""Returns what is wrong with a value, nothing if it is right."""

_LABELS = ("name", "protocol", "action", "platform", "src", "origin", "url")


class Loss(NamedTuple):
    """A part that was taken away: where it was, ``shortcuts[Tides].icons[0]``, and why."""

    place: str
    reason: str


def salvage(place: str, value: Any, problems: Problems) -> tuple[Any, list[Loss]]:
    """Return the value without its wrong parts, None if nothing is left, and what was taken away.

    A list loses its wrong entries, a mapping its wrong members. A mapping that lacks something, or whose
    wrong member is a necessary one, is lost as a whole.
    """
    wrong = problems(value)
    if not wrong:
        return value, []
    if isinstance(value, list) and value:
        return _entries(place, value, problems)
    if isinstance(value, dict) and value:
        return _members(place, value, problems)
    return None, [Loss(place, "; ".join(wrong))]


def _entries(place: str, entries: list[Any], problems: Problems) -> tuple[Any, list[Loss]]:
    kept: list[Any] = []
    losses: list[Loss] = []
    for index, entry in enumerate(entries):
        rest, lost = salvage(f"{place}[{_label(entry, index)}]", entry, lambda new: problems([*kept, new]))
        losses += lost
        if rest is not None:
            kept.append(rest)
    return kept or None, losses


def _members(place: str, members: dict[str, Any], problems: Problems) -> tuple[Any, list[Loss]]:
    kept = dict(members)
    losses: list[Loss] = []
    for name, value in members.items():
        without = {key: member for key, member in kept.items() if key != name}
        others = problems(without)
        if len(others) >= len(problems(kept)):
            continue  # right, or missed if it were gone

        def in_place(new: Any, name: str = name, rest: Any = kept, others: Any = others) -> list[str]:
            return [problem for problem in problems({**rest, name: new}) if problem not in others]

        rest, lost = salvage(f"{place}.{name}", value, in_place)
        losses += lost
        kept = without if rest is None else {**kept, name: rest}
    if wrong := problems(kept):
        return None, [Loss(place, "; ".join(wrong))]
    return kept, losses


def _label(entry: Any, index: int) -> str:
    texts = (
        [entry[name] for name in _LABELS if isinstance(entry.get(name), str)]
        if isinstance(entry, dict)
        else []
    )
    return texts[0] if texts and texts[0] else str(index)
