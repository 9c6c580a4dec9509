"""What a decode pass loses of a film: stretches of the picture or the sound that could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from v2a.model import Lost, Span
from v2a.model.observations import Loss

_NEAR = Fraction(1, 4)
_MOST = 1000
_WORSE: Mapping[Loss, Loss] = {
    "damaged picture": "no picture",
    "frames out of order": "no picture",
    "damaged sound": "no sound",
}


def source_of(lost: Lost) -> Literal["picture", "sound"]:
    """What of the film it is that was lost."""
    return "sound" if lost.what in ("no sound", "damaged sound") else "picture"


def joined(lost: Iterable[Lost], near: Fraction = _NEAR) -> tuple[Lost, ...]:
    """The same stretches in order of time; those of one kind that lie no further apart than `near` are one.

    What is damaged in the midst of what is missing is not told by itself.
    """
    found: list[Lost] = []
    last: dict[Loss, int] = {}
    for each in sorted(lost, key=lambda one: (one.span.start, one.span.end, one.what)):
        at = last.get(each.what)
        if at is not None and each.span.start <= found[at].span.end + near:
            whole = Span(found[at].span.start, max(found[at].span.end, each.span.end))
            found[at] = Lost(whole, each.what)
            continue
        last[each.what] = len(found)
        found.append(each)
    return tuple(each for each in found if not _covered(each, found))


def _covered(lost: Lost, others: Sequence[Lost]) -> bool:
    worse = [each.span for each in others if each.what == _WORSE.get(lost.what)]
    return any(span.start <= lost.span.start and lost.span.end <= span.end for span in worse)


class Losses:
    """The losses that a pass meets from a time on; what is near belongs together, and a thousand are remembered."""

    def __init__(self, since: Fraction = Fraction(0)) -> None:
        """Nothing is lost so far."""
        self._since = since
        self._met: list[Lost] = []
        self._last: dict[Loss, int] = {}

    def add(self, start: Fraction, end: Fraction, what: Loss) -> None:
        """Remember one."""
        start = max(start, self._since)
        if end <= start:
            return
        at = self._last.get(what)
        if at is not None and self._met[at].span.start <= start <= self._met[at].span.end + _NEAR:
            last = self._met[at].span
            self._met[at] = Lost(Span(last.start, max(last.end, end)), what)
        elif len(self._met) < _MOST:
            self._last[what] = len(self._met)
            self._met.append(Lost(Span(start, end), what))

    def all(self) -> tuple[Lost, ...]:
        """All of it so far, in order of time."""
        return joined(tuple(self._met))
