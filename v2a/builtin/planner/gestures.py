"""Sounds that go on for a while and consist of many, such as footsteps: one cue that carries its moments."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from v2a.builtin.planner.clock import clock_text
from v2a.builtin.planner.desk import Desk, Placed
from v2a.builtin.planner.setting import FOOTSTEPS, pan_of, spot_cue, strongest
from v2a.builtin.planner.wishes import Wish
from v2a.model.spotting import Cue, Unplaced
from v2a.model.time import Span

_GAP = Fraction(3, 2)
_WHOLE_FILM = Fraction(60)


def place_gesture(wish: Wish, desk: Desk) -> Placed:
    """The cues of a gesture: over the spans asked for, from a point on, or over the runs of moments that suit it."""
    film = desk.film
    if wish.when.spans:
        spans = [s for s in map(film.clamped, wish.when.spans) if s is not None]
        return Placed(tuple(_over(wish, s, desk, f"asked for {wish.when.text or 'there'}") for s in spans))
    if wish.when.points:
        return Placed(tuple(_from(wish, n, desk) for n in range(len(wish.when.points))))
    runs = _runs(wish, desk)
    if runs:
        if wish.when.length is not None:
            runs = [Span(runs[0].start, min(runs[0].start + wish.when.length, film.scope.end))]
        return Placed(
            tuple(_over(wish, s, desk, "no time was given; a run of moments suits it") for s in runs)
        )
    return _unseen(wish, desk)


def _from(wish: Wish, n: int, desk: Desk) -> Cue:
    """The gesture that begins at the n-th point asked for; it ends before the next begins."""
    points = wish.when.points
    later = [p for p in points if p > points[n]]
    end = min([_end_of(wish, points[n], desk), desk.film.scope.end, *later])
    start = max(desk.film.scope.start, points[n] - min(wish.sound.lead, Fraction(1, 10)))
    return _over(
        wish,
        Span(start, max(end, start + desk.film.frame)),
        desk,
        f"asked for at {clock_text(points[n])}",
        points[n],
    )


def _end_of(wish: Wish, point: Fraction, desk: Desk) -> Fraction:
    """Where a gesture that begins at a point ends: with its run of moments, or after its natural length."""
    if wish.when.length is not None:
        return point + wish.when.length
    last = point
    for at in desk.film.within(Span(point - Fraction(3, 10), desk.film.scope.end)):
        moment = desk.film.moments[at]
        if moment.kind not in wish.sound.on:
            continue
        if moment.time - last > _GAP:
            break
        last = max(last, moment.time)
    return max(last + wish.sound.tail, point + wish.sound.run) if last > point else point + wish.sound.run


def _over(wish: Wish, span: Span, desk: Desk, why: str, start: Fraction | None = None) -> Cue:
    inside = [at for at in desk.film.within(span) if desk.film.moments[at].kind in wish.sound.on]
    sure = [at for at in inside if desk.film.moments[at].confidence >= desk.confidence]
    desk.claimed.update(inside)
    moments = [desk.film.moments[at] for at in sure]
    pan = wish.pan
    if pan is None:
        pan = (
            pan_of(sum(m.x for m in moments) / len(moments), footsteps=wish.sound.name == FOOTSTEPS)
            if moments
            else 0.0
        )
    if moments:
        seen = f"{len(moments)} moment{'s' if len(moments) != 1 else ''} of the picture give{'s' if len(moments) == 1 else ''} its time"
    else:
        seen = "nothing was seen that gives its time, so at a natural pace"
    return Cue(
        id="",
        kind=wish.kind,
        span=span,
        prompt=wish.prompt,
        sync=moments[0].time if moments else start,
        avoid=", ".join(wish.avoid),
        gain=round(wish.gain, 1),
        pan=pan,
        room=wish.room,
        why=f"brief: {wish.text!r}; {why}; {seen}",
    )


def _runs(wish: Wish, desk: Desk) -> list[Span]:
    """The stretches in which at least three moments in a row suit the gesture."""
    film = desk.film
    runs: list[list[int]] = []
    for at, moment in enumerate(film.moments):
        if moment.kind not in wish.sound.on or moment.confidence < desk.confidence or at in desk.claimed:
            continue
        if runs and moment.time - film.times[runs[-1][-1]] <= _GAP:
            runs[-1].append(at)
        else:
            runs.append([at])
    spans = []
    for run in runs:
        if len(run) >= 3:
            first, last = film.times[run[0]], film.times[run[-1]]
            spans.append(film.clamped(Span(first - wish.sound.lead, last + wish.sound.tail)))
    return [s for s in spans if s is not None]


def _unseen(wish: Wish, desk: Desk) -> Placed:
    film = desk.film
    best = strongest(wish, film.scope, desk, 1)
    if best and not wish.sound.run:
        moment = film.moments[best[0]]
        desk.claimed.add(best[0])
        why = f"no time was given; set on the strongest {moment.kind} seen"
        return Placed((spot_cue(wish, moment.time, desk, why=why, moment=moment),))
    if wish.sound.run and film.scope.duration > 0:
        length = wish.when.length
        span = (
            film.scope
            if length is None
            else Span(film.scope.start, min(film.scope.start + length, film.scope.end))
        )
        cue = _over(wish, span, desk, "no time was given")
        if span.duration <= _WHOLE_FILM:
            return Placed((replace(cue, confidence=0.5),))
        note = f"{wish.text!r} is only suggested: no time was given and nothing in the picture suits it."
        return Placed((replace(cue, suggested=True, confidence=0.3),), notes=(note,))
    remedy = f"give it a time, such as '{wish.text} from {clock_text(Fraction(0))} to {clock_text(film.duration / 2)}'"
    return Placed(
        unplaced=(Unplaced(wish.text, f"no time was given and nothing in the picture suits it; {remedy}"),)
    )
