"""Times in a brief: what `from 0:02 to 0:05`, `at 12s`, `the last 5 seconds` or `every cut` mean in this film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from v2a.builtin.planner.film import Film
from v2a.model.observations import MomentKind
from v2a.model.time import Span

_STARTS = frozenset({"start", "starts", "starting", "begin", "begins", "beginning"})
_ENDS = frozenset({"stop", "stops", "stopping", "end", "ends", "ending"})


@dataclass(frozen=True, slots=True)
class When:
    """Where in the film something is wanted, in seconds: points, spans, a length, a period or a kind of moment.
    `edge` where it is only said to be near the start or the end.

    `problem` says why the time cannot be used; `text` is how the user wrote it.
    """

    points: tuple[Fraction, ...] = ()
    spans: tuple[Span, ...] = ()
    length: Fraction | None = None
    period: Fraction | None = None
    moments: MomentKind | None = None
    enumerated: bool = False
    edge: bool = False
    problem: str = ""
    text: str = ""

    @property
    def anywhere(self) -> bool:
        """Whether no place in the film is named."""
        return not (self.points or self.spans or self.period or self.moments or self.enumerated)

    @property
    def said_as(self) -> Literal["", "start", "end"]:
        """Whether it is said as where something starts or ends: `starting at 0:05`, `ends at 1:10`."""
        first = self.text.split(" ")[0].lower()
        return "start" if first in _STARTS else "end" if first in _ENDS else ""

    def after(self, start: Fraction, last: Fraction) -> When | None:
        """From a start on, as long or until when this says, else to the last; nothing where it says itself when it begins."""
        if self.anywhere:
            end = last if self.length is None else min(last, start + self.length)
        elif len(self.spans) == 1 and not self.points and self.spans[0].start == 0:
            end = min(last, self.spans[0].end)
        else:
            return None
        return When(spans=(Span(start, end),)) if start < end else None


def joined(whens: Sequence[When], film: Film) -> When:
    """Several times of one clause as one."""
    if not whens:
        return When()
    when = When(
        points=tuple(dict.fromkeys(p for w in whens for p in w.points)),
        spans=tuple(dict.fromkeys(s for w in whens for s in w.spans)),
        length=next((w.length for w in whens if w.length is not None), None),
        period=next((w.period for w in whens if w.period is not None), None),
        moments=next((w.moments for w in whens if w.moments is not None), None),
        enumerated=any(w.enumerated for w in whens),
        edge=bool(whens) and all(w.edge for w in whens),
        problem=next((w.problem for w in whens if w.problem), ""),
        text=", ".join(w.text for w in whens if w.text),
    )
    return when if when.problem else _settled(when, film)


def _settled(when: When, film: Film) -> When:
    if when.moments is not None:
        inside = when.spans or (film.scope,)
        points = [m.time for m in film.moments if m.kind == when.moments and _in(m.time, inside)]
        when = replace(when, points=tuple(dict.fromkeys(points)), spans=(), enumerated=True)
        return when if points else replace(when, problem=f"no {when.moments} was seen there")
    if when.period is not None:
        points = [p for span in when.spans or (film.scope,) for p in _ticks(span, when.period)]
        return replace(when, points=tuple(points), spans=(), enumerated=True)
    if when.enumerated and when.spans:
        points = [p for p in when.points if _in(p, when.spans)]
        when = replace(when, points=tuple(points), spans=())
        return when if points else replace(when, problem="there is none in that part of the film")
    if len(when.spans) == 2 and not when.points and (both := _both(when.spans[0], when.spans[1], film)):
        when = replace(when, spans=(both,))
    if when.length is not None and when.length > 0 and not when.enumerated:
        starts = [*when.points, *(s.start for s in when.spans)]
        if starts:
            spans = [Span(s, min(s + when.length, film.duration)) for s in starts]
            return replace(when, points=(), spans=tuple(s for s in spans if s.duration > 0))
    return when


def _both(one: Span, other: Span, film: Film) -> Span | None:
    """`starts at 0:05 and stops at 0:20` is one stretch."""
    first, last = (one, other) if one.end == film.duration else (other, one)
    if first.end == film.duration and last.start == 0 and first.start > 0 and last.end < film.duration:
        return first.intersection(last)
    return None


def _in(time: Fraction, spans: Sequence[Span]) -> bool:
    return any(span.contains(time) for span in spans)


_MOST_TICKS = 5000


def _ticks(span: Span, period: Fraction) -> list[Fraction]:
    step = max(period, Fraction(1, 20))
    count = min(_MOST_TICKS, int(span.duration / step) + 1)
    return [t for t in (span.start + n * step for n in range(count)) if t < span.end]


def clock_text(time: Fraction) -> str:
    """A time as minutes and seconds, with hundredths where there are any."""
    hundredths = round(time * 100)
    minutes, rest = divmod(hundredths, 6000)
    seconds, part = divmod(rest, 100)
    return f"{minutes}:{seconds:02}" + (f".{part:02}" if part else "")
