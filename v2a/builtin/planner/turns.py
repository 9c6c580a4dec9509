"""Where a background turns: rain that stops at 0:20, birds that give way to crickets, dusk that falls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.builtin.planner.clauses import Clause, Named
from v2a.builtin.planner.clock import When
from v2a.builtin.planner.film import Film
from v2a.builtin.planner.tokens import stem
from v2a.builtin.planner.vocabulary import SLOWLY, Sound, Trend, Turn
from v2a.builtin.planner.wishes import Wish
from v2a.model.time import Span

# Seconds that a turn takes where nothing says how long: in one breath, slowly, and the sky's.
BRIEFLY, _SLOW, _SKY = Fraction(3), Fraction(8), Fraction(12)
_STOPS = re.compile(r"(^|, )(stops?|ends?|ending) at ")
_STARTS = re.compile(r"(^|, )(starts|starting|begins|beginning) at ")


@dataclass(frozen=True, slots=True)
class Course:
    """A part of a clause with its time, and how many seconds its sound takes to come and to go."""

    clause: Clause
    when: When
    comes: Fraction = Fraction(0)
    goes: Fraction = Fraction(0)

    def of(self, wish: Wish) -> Wish:
        """The wish with this course, where it is a background."""
        if wish.kind != "bg" or not (self.comes or self.goes):
            return wish
        prompt = " ".join(word for word in wish.prompt.split() if word.lower() not in SLOWLY)
        return replace(wish, prompt=prompt or wish.prompt, comes=self.comes, goes=self.goes)


def courses(clause: Clause, when: When, film: Film, sky: Clause | None = None) -> tuple[Course, ...]:
    """The clause as it is, or what becomes of its backgrounds in the course of the film; `sky` is what turned before."""
    whole = (Course(clause, when),)
    if when.enumerated or when.edge or len(when.spans) + len(when.points) > 1:
        return whole
    if when.spans and when.spans[0].start <= film.scope.start and when.spans[0].end >= film.scope.end:
        return whole
    becoming = next((n for n in clause.named if n.meaning == Turn("becomes")), None)
    if becoming is not None:
        before, after = _halves(clause, becoming)
        if _is_background(before) and _is_background(after):
            return _exchanged(before, after, _Change.of(sky or clause, when, film, "becomes"))
    if not _is_background(clause):
        return whole
    ways = {turn.way for turn in clause.turns}
    stops, starts = bool(_STOPS.search(when.text)), bool(_STARTS.search(when.text))
    goes, comes = "goes" in ways or stops, "comes" in ways or starts
    if comes and goes:
        return _both(clause, when, film)
    if not (comes or goes) or (when.length is not None and not ways):
        return whole
    if (stops or starts) and not ways and _inside(when, film.scope):
        return (_ended(clause, when, stops=stops),)
    change = _Change.of(clause, when, film, "goes" if goes else "comes")
    if goes:
        return (Course(clause, change.until, goes=change.length),)
    return (Course(clause, change.onwards, comes=change.length),)


def of_the_sky(said: Course, film: Film, sounds: Mapping[str, Sound]) -> tuple[Wish, Wish]:
    """What dusk or dawn changes outdoors: birds that give way to crickets, or the other way round."""
    clause, when = said.clause, said.when
    change = _Change.of(clause, when, film, "becomes")
    old, new = sounds["birds"], sounds["crickets"]
    if any(turn.way == "day" for turn in clause.turns):
        old, new = new, old
    text = " ".join(part for part in (clause.text, when.text) if part)
    return (
        Wish(text, "bg", old.name, old, change.until, goes=change.length, head=old.name),
        Wish(text, "bg", new.name, new, change.onwards, comes=change.length, head=new.name),
    )


# What a background does is said in words that are sounds of their own elsewhere: nothing is picked up or dropped then.
_DOES: Mapping[tuple[str, ...], Trend] = {("pick", "up"): Trend("up"), ("drop",): Trend("down")}
_NOT_OF: Mapping[tuple[str, ...], tuple[str, ...]] = {("drop",): ("rain",)}


def of_backgrounds(clause: Clause) -> Clause:
    """The clause, with wind that picks up as wind that grows, and wind that drops as wind that goes."""
    named = list(clause.named)
    for at, here in enumerate(named[1:], 1):
        before = named[at - 1].meaning
        words = tuple(sorted(stem(clause.tokens[t].text) for t in here.tokens))
        close = min(here.tokens) - max(named[at - 1].tokens) <= 3
        background = (
            isinstance(before, Sound) and before.kind == "bg" and before.name not in _NOT_OF.get(words, ())
        )
        if background and close and words in _DOES:
            named[at] = replace(here, meaning=_DOES[words])
    return replace(clause, named=tuple(named))


def again(clause: Clause, before: Clause) -> Clause | None:
    """`… and starts again at 0:30`: the background of the clause before, at a time of its own; else nothing."""
    if not (clause.turns and clause.whens and before.whens) or clause.sounds or not _is_background(before):
        return None
    kept = [n for n in before.named if not isinstance(n.meaning, Turn | Trend)]
    used = sorted({t for n in kept for t in n.tokens})
    shift = len(used)
    place = {t: at for at, t in enumerate(used)}
    named = [replace(n, tokens=tuple(place[t] for t in n.tokens)) for n in kept]
    named += [replace(n, tokens=tuple(t + shift for t in n.tokens)) for n in clause.named]
    tokens = (*(before.tokens[t] for t in used), *clause.tokens)
    return replace(clause, tokens=tokens, named=tuple(named))


@dataclass(frozen=True, slots=True)
class _Change:
    """One change: the film's part, the time in its middle, and its seconds."""

    scope: Span
    middle: Fraction
    length: Fraction
    text: str

    @classmethod
    def of(cls, clause: Clause, when: When, film: Film, way: str) -> _Change:
        scope = film.scope
        start, end = _stretch(when, scope, _seconds(clause, when), way)
        middle = min(max((start + end) / 2, scope.start), scope.end)
        return cls(scope, middle, min(end - start, scope.duration * 2 / 3), when.text)

    @property
    def until(self) -> When:
        return self._when(self.scope.start, self.middle)

    @property
    def onwards(self) -> When:
        return self._when(self.middle, self.scope.end)

    def _when(self, start: Fraction, end: Fraction) -> When:
        if start < end:
            return When(spans=(Span(start, end),), text=self.text)
        return When(problem="nothing is left of it in the part of the film that is spotted", text=self.text)


def _stretch(when: When, scope: Span, length: Fraction, way: str) -> tuple[Fraction, Fraction]:
    """From when to when a change lasts: over a stretch that is named, before or after a point, or in the film's course."""
    if when.spans:
        (named,) = when.spans
        opens, closes = named.start <= scope.start, named.end >= scope.end
        if not (opens or closes):
            return named.start, named.end
        if closes and not opens:
            return _around(named.start, length, "onwards", scope)
        if opens and not closes:
            return _around(named.end, length, way, scope)
    if when.points:
        return _around(when.points[0], length, way, scope)
    third = min(scope.duration / 3, max(length, _SKY))
    if way == "goes":
        return scope.end - third, scope.end
    if way == "comes":
        return scope.start, scope.start + third
    middle = (scope.start + scope.end) / 2
    return middle - third / 2, middle + third / 2


def _around(point: Fraction, length: Fraction, way: str, scope: Span) -> tuple[Fraction, Fraction]:
    """A change at a point: what goes is gone by then, what comes begins there, what becomes another is halfway."""
    if way == "goes":
        return max(scope.start, point - length), point
    if way == "becomes":
        half = min(length / 2, max(point - scope.start, Fraction(0)), max(scope.end - point, Fraction(0)))
        return point - half, point + half
    return point, min(scope.end, point + length)


def _seconds(clause: Clause, when: When) -> Fraction:
    if when.length is not None:
        return when.length
    if any(turn.sky for turn in clause.turns):
        return _SKY
    return _SLOW if SLOWLY & {t.word for t in clause.tokens} else BRIEFLY


def _both(clause: Clause, when: When, film: Film) -> tuple[Course, ...]:
    """A background that comes and goes again: within a stretch, or in the film's course."""
    inside = when.spans[0] if when.spans else film.scope
    length = min(_seconds(clause, when), inside.duration / 3)
    middle = Span(inside.start + length / 2, inside.end - length / 2)
    return (Course(clause, replace(when, spans=(middle,), points=()), length, length),)


def _inside(when: When, scope: Span) -> bool:
    """Whether a stretch is named that neither begins nor ends with the film."""
    return bool(when.spans) and when.spans[0].start > scope.start and when.spans[0].end < scope.end


def _ended(clause: Clause, when: When, *, stops: bool) -> Course:
    """A background over a stretch, of which only one end is said to come or to go: `from 0:10, stops at 0:20`."""
    (span,) = when.spans
    length = min(_seconds(clause, when), span.duration / 2)
    if stops:
        part = Span(span.start, span.end - length / 2)
        return Course(clause, replace(when, spans=(part,)), goes=length)
    return Course(clause, replace(when, spans=(Span(span.start + length / 2, span.end),)), comes=length)


def _exchanged(before: Clause, after: Clause, change: _Change) -> tuple[Course, ...]:
    return (
        Course(before, change.until, goes=change.length),
        Course(after, change.onwards, comes=change.length),
    )


def _is_background(clause: Clause) -> bool:
    first = clause.sounds[0].meaning if clause.sounds else None
    return isinstance(first, Sound) and first.kind == "bg"


def _halves(clause: Clause, turn: Named) -> tuple[Clause, Clause]:
    """What stands before a turn and what stands behind it."""
    first, last = min(turn.tokens), max(turn.tokens)
    before = [n for n in clause.named if max(n.tokens) < first]
    after = [
        replace(n, tokens=tuple(t - last - 1 for t in n.tokens)) for n in clause.named if min(n.tokens) > last
    ]
    return (
        replace(clause, tokens=clause.tokens[:first], named=tuple(before)),
        replace(clause, tokens=clause.tokens[last + 1 :], named=tuple(after)),
    )
