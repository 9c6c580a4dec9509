"""Backgrounds: what the brief asks for, and a bed for every place that is left bare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.builtin.planner.bareness import bare, is_tone, silent
from v2a.builtin.planner.borders import Borders, lapped
from v2a.builtin.planner.clock import clock_text
from v2a.builtin.planner.desk import Desk, Placed
from v2a.builtin.planner.places import Place, place_of
from v2a.builtin.planner.spans import merged, minus, overlapping
from v2a.builtin.planner.wishes import Wish
from v2a.model.observations import Scene
from v2a.model.spotting import Cue, Unplaced
from v2a.model.time import Span

_GUESSED = -9.0  # dB: a place that nobody could tell stays where it does not disturb
_SHORTEST = Fraction(1)
_BEDS: Mapping[bool | None, tuple[str, ...]] = {
    True: ("neutral room tone, soft and even", "quiet low hum"),
    False: ("outdoor air, light wind",),
    None: ("still air, a faint breeze far away",),
}
_RAMP = Fraction(10)


@dataclass(frozen=True, slots=True)
class _Run:
    """Scenes in a row that are the same place."""

    span: Span
    scene: Scene


def place_backgrounds(desk: Desk) -> Placed:
    """The backgrounds of a film: one or more for each stretch in one place."""
    wishes = _without_doubles(desk.wished("bg"))
    borders = Borders.of(wishes, desk)
    asked = [(wish, _of_wish(wish, borders)) for wish in wishes]
    exact = [cue for wish, placed in asked for cue in placed.cues if _is_timed(wish)]
    free = [cue for wish, placed in asked for cue in placed.cues if not _is_timed(wish)]
    notes = [_doubled(c) for c in (*exact, *free) if overlapping(desk.production.atmosphere, c.span)]
    if "bg" in desk.kinds and desk.style.background_layers > 0:
        own = _own(borders, merged(span for wish in wishes for span in _stretches(wish, desk)))
        free += own.cues
        notes += own.notes
    unplaced = tuple(u for _, placed in asked for u in placed.unplaced)
    return Placed((*exact, *lapped(free, borders)), unplaced, tuple(notes[:3]))


def _is_timed(wish: Wish) -> bool:
    """Whether the brief itself says when a background is heard."""
    return not (wish.implied or wish.when.anywhere)


def _grows(wish: Wish) -> bool:
    return bool(wish.trend and (wish.when.spans or wish.when.points)) and not wish.when.edge


def _stretches(wish: Wish, desk: Desk) -> tuple[Span, ...]:
    """Where a wish is heard, in the part of the film that is spotted."""
    if _grows(wish):
        return (desk.film.scope,)
    return merged(s for s in map(desk.film.clamped, _wanted(wish, desk)) if s is not None)


def _doubled(cue: Cue) -> str:
    return f"The production sound already has an atmosphere under {cue.prompt!r}, which the brief asks for."


def _without_doubles(wishes: Sequence[Wish]) -> list[Wish]:
    """The wishes, without a place that is implied by one and asked for by another or implied twice."""
    asked = {w.sound.name for w in wishes if not w.implied}
    kept: list[Wish] = []
    for wish in wishes:
        twice = any(
            (k.implied or k.prompt == wish.prompt) and k.sound == wish.sound and k.when == wish.when
            for k in kept
        )
        if not twice and not (wish.implied and wish.sound.name in asked):
            kept.append(wish)
    return kept


def _of_wish(wish: Wish, borders: Borders) -> Placed:
    desk = borders.desk
    if _grows(wish):
        return _swelling(wish, borders)
    spans = _stretches(wish, desk)
    if not spans:
        return Placed(unplaced=(Unplaced(wish.text, "it lies outside the part of the film that is spotted"),))
    cues = []
    for span in spans:
        where = (
            "all through"
            if wish.when.anywhere
            else f"from {clock_text(span.start)} to {clock_text(span.end)}"
        )
        asked = "implied by" if wish.implied else "brief:"
        cue = replace(
            borders.cue(span, wish.prompt, f"{asked} {wish.text!r}; {where}", exact=_is_timed(wish)),
            gain=round(wish.gain - (3.0 if wish.implied else 0.0), 1),
            pan=wish.pan or 0.0,
            avoid=", ".join(wish.avoid),
        )
        cues += _with_trend(cue, wish.trend, cue.span.duration / 2)
    return Placed(tuple(cues))


def _swelling(wish: Wish, borders: Borders) -> Placed:
    """A background that grows or goes over a stretch is there before it and after it."""
    scope = borders.desk.film.scope
    spans = wish.when.spans or [Span(point, max(point, scope.end)) for point in wish.when.points]
    span = borders.desk.film.clamped(spans[0])
    if span is None:
        return Placed(unplaced=(Unplaced(wish.text, "it lies outside the part of the film that is spotted"),))
    length = span.duration if span.end < scope.end else min(_RAMP, span.duration / 2)
    where = f"from {clock_text(span.start)} to {clock_text(span.start + length)}"
    cue = borders.cue(scope, wish.prompt, f"brief: {wish.text!r}; {where}")
    cue = replace(cue, gain=round(wish.gain, 1), pan=wish.pan or 0.0, avoid=", ".join(wish.avoid))
    if wish.trend == "up":
        return Placed(tuple(_with_trend(cue, "up", scope.end - span.start, length)))
    return Placed(tuple(_with_trend(cue, "down", span.start + length - scope.start, length)))


def _wanted(wish: Wish, desk: Desk) -> list[Span]:
    when, film = wish.when, desk.film
    if wish.implied and not when.anywhere:
        inside = {film.scene_at(t) for t in (*when.points, *(s.start for s in when.spans))}
        return [film.scenes[n].span for n in sorted(inside)]
    if when.spans:
        return list(when.spans)
    if when.points:
        length = when.length or (Fraction(2) if when.enumerated else None)
        ends = [film.scenes[film.scene_at(p)].span.end if length is None else p + length for p in when.points]
        return [Span(p, max(p, e)) for p, e in zip(when.points, ends)]
    if when.length is not None:
        return [Span(film.scope.start, film.scope.start + when.length)]
    return [film.scope]


def _with_trend(cue: Cue, trend: str, part: Fraction, ramp: Fraction | None = None) -> list[Cue]:
    """A background that grows or goes: it runs on softer, and a second, stronger one swells in the last or first part."""
    if not trend:
        return [cue]
    span, length = cue.span, part * 4 / 5 if ramp is None else ramp
    strong = replace(cue, gain=cue.gain + 2.0, why=f"{cue.why}; this one swells over the other")
    if trend == "up":
        strong = replace(strong, span=Span(span.end - part, span.end), fade_in=length)
    else:
        strong = replace(strong, span=Span(span.start, span.start + part), fade_out=length)
    return [replace(cue, gain=cue.gain - 4.0), replace(strong, prompt=f"strong {cue.prompt}")]


def _own(borders: Borders, covered: Sequence[Span]) -> Placed:
    """Beds for what the brief leaves bare and the production sound does not have."""
    desk = borders.desk
    atmosphere, cuts = desk.production.atmosphere, desk.film.cuts
    cues, respected, spared, unserved = [], Fraction(0), Fraction(0), False
    for run in _runs(desk):
        span = desk.film.clamped(run.span)
        if span is None:
            continue
        place = place_of(run.scene)
        prompts = _prompts(place, desk)
        unserved = unserved or not prompts
        shortest = min(_SHORTEST, span.duration)
        known = place.interior is not None or bool(place.tags)
        free = minus(span, merged((*covered, *borders.black)), shortest)
        wanted = [bed for piece in free for bed in bare(piece, cuts, atmosphere) if bed.duration >= shortest]
        toneless = _length(*wanted)
        for n, prompt in enumerate(prompts):
            beds = silent(wanted, cuts, desk.production.audible) if is_tone(prompt) else wanted
            toneless = min(toneless, _length(*wanted) - _length(*beds))
            for piece in beds:
                cue = borders.cue(piece, prompt, f"picture: {_seen(run.scene)}")
                cues.append(
                    replace(
                        cue,
                        gain=-6.0 * n + (0.0 if known else _GUESSED),
                        confidence=min(1.0, 0.5 + run.scene.confidence / 2),
                    )
                )
        spared += toneless if prompts else 0
        left = [part for piece in free for part in minus(piece, wanted)]
        respected += sum((_length(part) - _length(*minus(part, atmosphere)) for part in left), Fraction(0))
    notes = []
    if respected > 0:
        notes.append(
            f"{float(respected):.0f} s got no background, because the production sound has a steady atmosphere there."
        )
    if spared > 0:
        notes.append(
            f"{float(spared):.0f} s got no room tone under the production sound: ask for it in the brief, or fill gaps in "
            "the production sound with its own (--fill)."
        )
    if unserved:
        notes.append("Some places got no background: no generator fits or the brief allows none.")
    return Placed(tuple(cues), notes=tuple(notes))


def _length(*spans: Span) -> Fraction:
    return sum((span.duration for span in spans), Fraction(0))


def _prompts(place: Place, desk: Desk) -> list[str]:
    prompts = []
    if desk.shelf.knows("bg", place.needs) and not desk.refused(place.prompt):
        prompts.append(place.prompt)
    elif (neutral := _neutral(place, desk)) is not None:
        prompts.append(neutral)
    for layer in place.layers[: desk.style.background_layers - 1]:
        if desk.shelf.knows("bg", layer) and not desk.refused(layer) and layer not in prompts:
            prompts.append(layer)
    return prompts


def _neutral(place: Place, desk: Desk) -> str | None:
    """The first bed that is possible; a room has one of its own, and nowhere else sounds like a room."""
    return next((b for b in _BEDS[place.interior] if desk.shelf.knows("bg", b) and not desk.refused(b)), None)


def _seen(scene: Scene) -> str:
    inside = {True: "an interior", False: "an exterior", None: "no clear place"}[scene.interior]
    day = {True: " by day", False: " at night", None: ""}[scene.day]
    tags = f" with {', '.join(scene.tags[:4])}" if scene.tags else ""
    return f"{inside}{day}{tags}"


def _runs(desk: Desk) -> list[_Run]:
    runs: list[_Run] = []
    for scene in desk.film.scenes:
        last = runs[-1] if runs else None
        if last is not None and place_of(last.scene) is place_of(scene) and _alike(last.scene, scene):
            runs[-1] = replace(last, span=Span(last.span.start, scene.span.end))
        else:
            runs.append(_Run(scene.span, scene))
    return runs


def _alike(one: Scene, other: Scene) -> bool:
    return (one.interior, one.day) == (other.interior, other.day)
