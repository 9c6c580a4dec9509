"""One sound set on one time: its span, sync point, trim and place from left to right."""

from __future__ import annotations

from fractions import Fraction

from v2a.builtin.planner.desk import Desk
from v2a.builtin.planner.wishes import Wish
from v2a.model.observations import Moment
from v2a.model.spotting import Cue
from v2a.model.time import Span

FOOTSTEPS = "footsteps"


def pan_of(x: float, *, footsteps: bool) -> float:
    """A place in the picture (0 left, 1 right) as pan at half width; `footsteps` stay in the centre."""
    if footsteps:
        return 0.0
    return round(max(-0.5, min(0.5, x - 0.5)), 3)


def trim_of(strength: float) -> float:
    """A trim in dB for how strong a moment is: full strength 0, none at all -10."""
    return round(-10.0 * (1.0 - max(0.0, min(1.0, strength))), 1)


def spot_cue(
    wish: Wish,
    time: Fraction,
    desk: Desk,
    *,
    why: str,
    moment: Moment | None = None,
    tail: Fraction | None = None,
) -> Cue:
    """A cue for a wish with its sync point at a time in seconds."""
    film = desk.film
    if tail is None:
        tail = max(wish.when.length or Fraction(0), wish.sound.tail)
    span = Span(max(film.scope.start, time - wish.sound.lead), min(film.scope.end, time + tail))
    pan = (
        wish.pan
        if wish.pan is not None
        else (pan_of(moment.x, footsteps=wish.sound.name == FOOTSTEPS) if moment is not None else 0.0)
    )
    trim = trim_of(moment.strength) / 2 if moment is not None else 0.0
    return Cue(
        id="",
        kind=wish.kind,
        span=span,
        prompt=wish.prompt,
        sync=time,
        avoid=", ".join(wish.avoid),
        gain=round(wish.gain + trim, 1),
        pan=pan,
        room=wish.room,
        confidence=moment.confidence if moment is not None else 1.0,
        why=f"brief: {wish.text!r}; {why}",
    )


def strongest(wish: Wish, span: Span, desk: Desk, count: int, confidence: float | None = None) -> list[int]:
    """The positions of the strongest moments in a span that suit a sound and are not in use, strongest first.

    Those where the production sound has an onset come last: an effect there would double it.
    """
    least = desk.confidence if confidence is None else confidence
    moments = desk.film.moments
    fit = [
        at
        for at in desk.film.within(span)
        if at not in desk.claimed and moments[at].kind in wish.sound.on and moments[at].confidence >= least
    ]
    order = {kind: n for n, kind in enumerate(wish.sound.on)}

    def rank(at: int) -> tuple[bool, float, int]:
        moment = moments[at]
        return (desk.production.sounds_at(moment.time), 0.15 * order[moment.kind] - moment.strength, at)

    return sorted(fit, key=rank)[:count]
