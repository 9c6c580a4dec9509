"""Foley and effects that the brief asks for: set on times, on the moments of the picture, or said to be unplaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.builtin.planner.clock import clock_text
from v2a.builtin.planner.desk import Desk, Placed
from v2a.builtin.planner.gestures import place_gesture
from v2a.builtin.planner.setting import spot_cue, strongest
from v2a.builtin.planner.wishes import Wish
from v2a.model.observations import Moment
from v2a.model.spotting import Cue, Unplaced
from v2a.model.time import Span

SNAP = Fraction(3, 10)
_MOST_SINGLE = 12
_FILLED = Fraction(8)


@dataclass(frozen=True, slots=True)
class _Found:
    """The moment that a wish is set on, and its position."""

    moment: Moment
    at: int


def place_spots(desk: Desk) -> Placed:
    """All foley and effects of the brief: those with a time first, so that they have the first choice of moments."""
    cues: dict[int, Placed] = {}
    wishes = desk.wished("fo", "fx")
    order = sorted(range(len(wishes)), key=lambda n: (wishes[n].when.anywhere, n))
    for n in order:
        before = cues[n - 1].cues if n and n - 1 in cues else ()
        cues[n] = _place(wishes[n], desk, before)
    placed = [cues[n] for n in range(len(wishes))]
    return Placed(
        tuple(c for p in placed for c in p.cues),
        tuple(u for p in placed for u in p.unplaced),
        tuple(note for p in placed for note in p.notes),
    )


def _place(wish: Wish, desk: Desk, before: Sequence[Cue]) -> Placed:
    when = wish.when
    if when.points and not when.enumerated:
        inside = [p for p in when.points if desk.film.scope.contains(p)]
        if not inside:
            return Placed(
                unplaced=(Unplaced(wish.text, "it lies outside the part of the film that is spotted"),)
            )
        when = replace(when, points=tuple(inside))
        wish = replace(wish, when=when)
    if when.spans and not any(desk.film.clamped(s) for s in when.spans):
        return Placed(unplaced=(Unplaced(wish.text, "it lies outside the part of the film that is spotted"),))
    single = when.enumerated or wish.count or (when.points and not wish.sound.run)
    if wish.sound.gesture and not single:
        return place_gesture(wish, desk)
    if when.enumerated:
        points = [p for p in when.points if desk.film.scope.contains(p)]
        return Placed(tuple(spot_cue(wish, p, desk, why=f"asked for {when.text}") for p in points))
    if when.points:
        return Placed(tuple(c for p in when.points for c in _at(wish, p, desk)))
    if when.spans:
        return Placed(tuple(c for s in when.spans for c in _during(wish, s, desk)))
    return _anywhere(wish, desk, before)


def _at(wish: Wish, point: Fraction, desk: Desk) -> list[Cue]:
    found = _near(wish, point, desk)
    if found is None:
        return _repeated(wish, point, desk, f"asked for at {clock_text(point)}")
    why = f"asked for at {clock_text(point)}"
    if found.moment.time != point:
        why += f", set on the {found.moment.kind} seen at {clock_text(found.moment.time)}"
    else:
        why += f", on the {found.moment.kind} seen there"
    _claim(found.moment.time, desk)
    return _repeated(wish, found.moment.time, desk, why, found.moment)


def _near(wish: Wish, point: Fraction, desk: Desk) -> _Found | None:
    """The nearest confident moment within 0.3 s; one that suits the sound before any other."""
    film = desk.film
    near = [
        _Found(film.moments[at], at)
        for at in film.within(Span(point - SNAP, point + SNAP + film.frame / 100))
        if film.moments[at].confidence >= desk.confidence
        and film.moments[at].kind != "cut"
        and at not in desk.claimed
        and abs(film.moments[at].time - point) <= SNAP
    ]
    suits = [f for f in near if f.moment.kind in wish.sound.on]
    return min(suits or near, key=lambda f: (abs(f.moment.time - point), f.at), default=None)


def _claim(time: Fraction, desk: Desk) -> None:
    desk.claimed.update(desk.film.within(Span(time - Fraction(1, 10), time + Fraction(1, 10))))


def _repeated(wish: Wish, time: Fraction, desk: Desk, why: str, moment: Moment | None = None) -> list[Cue]:
    """One cue, or as many as were asked for, at the sound's natural pace."""
    count = wish.count or 1
    if count > _MOST_SINGLE:
        length = wish.sound.cadence / Fraction(wish.pace).limit_denominator(100) * count
        return [spot_cue(wish, time, desk, why=why, moment=moment, tail=length + wish.sound.tail)]
    step = wish.sound.cadence / Fraction(wish.pace).limit_denominator(100)
    times = [time + n * step for n in range(count)]
    tail = min(wish.sound.tail, step * 9 / 10) if count > 1 and wish.sound.gesture else None
    return [
        spot_cue(wish, t, desk, why=why, moment=moment if n == 0 else None, tail=tail)
        for n, t in enumerate(times)
        if desk.film.scope.contains(t)
    ]


def _during(wish: Wish, span: Span, desk: Desk) -> list[Cue]:
    inside = desk.film.clamped(span)
    if inside is None:
        return []
    count = min(wish.count or 1, _MOST_SINGLE)
    best = strongest(wish, inside, desk, count)
    where = f"asked for from {clock_text(span.start)} to {clock_text(span.end)}"
    if wish.sound.sustained and count == 1 and (span.duration <= _FILLED or span.end < desk.film.duration):
        cue = spot_cue(wish, inside.start, desk, why=f"{where}, all through")
        return [replace(cue, span=inside, sync=None)]
    if len(best) == count:
        for at in best:
            _claim(desk.film.times[at], desk)
        moments = [desk.film.moments[at] for at in sorted(best)]
        return [spot_cue(wish, m.time, desk, why=f"{where}, on the {m.kind} seen", moment=m) for m in moments]
    why = f"{where}; nothing seen there suits it, so it begins where that begins"
    if count == 1:
        late = wish.when.edge and inside.end == desk.film.duration
        begin = max(inside.start, inside.end - wish.sound.tail) if late else inside.start
        return [spot_cue(wish, begin, desk, why=why)]
    step = inside.duration / count
    return [spot_cue(wish, inside.start + n * step, desk, why=f"{where}, evenly") for n in range(count)]


def _several(wish: Wish, scope: Span, desk: Desk) -> list[Moment]:
    """The moments for a sound that is named in the plural, such as `tennis ball hits`; none where it is one sound."""
    words = wish.text.lower().split()
    if (
        not wish.sound.often
        or wish.count
        or not wish.head.lower().endswith("s")
        or {"a", "an", "the"} & set(words)
    ):
        return []
    least, most = Fraction(1, 4), max(1, len(desk.film.moments))
    found = [desk.film.moments[at] for at in strongest(wish, scope, desk, most)]
    suits = [m for m in found if m.kind in wish.sound.on[:2] and not desk.production.sounds_at(m.time)]
    apart: list[Moment] = []
    for moment in sorted(suits, key=lambda m: m.time):
        if not apart or moment.time - apart[-1].time >= least:
            apart.append(moment)
    return apart if len(apart) > 1 else []


def _anywhere(wish: Wish, desk: Desk, before: Sequence[Cue]) -> Placed:
    scope = desk.film.scope
    if wish.follows and before:
        after = max(c.sync if c.sync is not None else c.span.start for c in before)
        scope = Span(max(scope.start, min(after + desk.film.frame, scope.end)), scope.end)
    several = _several(wish, scope, desk)
    if several:
        why = f"no time was given; one on each of {len(several)} moments that suit it"
        for moment in several:
            _claim(moment.time, desk)
        return Placed(tuple(spot_cue(wish, m.time, desk, why=why, moment=m) for m in several))
    best = strongest(wish, scope, desk, 1) or (
        strongest(wish, desk.film.scope, desk, 1) if wish.follows else []
    )
    if best:
        moment = desk.film.moments[best[0]]
        _claim(moment.time, desk)
        why = f"no time was given; set on the strongest {moment.kind} seen, at {clock_text(moment.time)}"
        return Placed(tuple(_repeated(wish, moment.time, desk, why, moment)))
    doubtful = strongest(wish, scope, desk, 1, confidence=0.0)
    if doubtful:
        moment = desk.film.moments[doubtful[0]]
        why = f"no time was given; suggested on a faint {moment.kind} at {clock_text(moment.time)}"
        cue = replace(spot_cue(wish, moment.time, desk, why=why, moment=moment), suggested=True)
        note = f"{wish.text!r} is only suggested, at {clock_text(moment.time)}: no clear moment suits it."
        return Placed((cue,), notes=(note,))
    remedy = f"give it a time, such as '{wish.text} at {clock_text(desk.film.duration / 2)}'"
    return Placed(
        unplaced=(Unplaced(wish.text, f"no time was given and no moment in the picture suits it; {remedy}"),)
    )
