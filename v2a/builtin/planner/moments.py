"""The moments of the picture that the brief does not speak of: each gets a sound by its kind and strength."""

from __future__ import annotations

import functools
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from v2a.builtin.planner.desk import Desk, Placed
from v2a.builtin.planner.places import place_of
from v2a.builtin.planner.setting import pan_of, trim_of
from v2a.builtin.planner.vocabulary import table
from v2a.model.observations import Moment
from v2a.model.spotting import Cue, Kind
from v2a.model.time import Span, to_seconds

_TOGETHER = 0.08
_FAINT, _SOFTER = 0.25, 0.35
_UNHEARD = "; the production sound has nothing there"
_STEP_LOW, _STEP_HIGH = 0.25, 1.0
_FEET = ("contact", "impact")
_GROUND, _STRIDE, _UNEVEN = 0.6, 0.04, 1.2


@dataclass(frozen=True, slots=True)
class _Prompt:
    above: float
    text: str
    needs: str


@dataclass(frozen=True, slots=True)
class _Habit:
    """What a kind of moment sounds like, and how long before and after it in seconds."""

    kind: Kind
    lead: Fraction
    tail: Fraction
    prompts: tuple[_Prompt, ...]


@functools.cache
def _habits() -> Mapping[str, _Habit]:
    return {
        row["on"]: _Habit(
            row["kind"],
            to_seconds(row["lead"]),
            to_seconds(row["tail"]),
            tuple(_Prompt(p["above"], p["text"], " ".join(p["needs"])) for p in row["prompt"]),
        )
        for row in table("moments")["moment"]
    }


def place_moments(desk: Desk) -> Placed:
    """A cue for every moment that is not in use; doubtful ones are suggested, faint ones left alone.

    So are those that the production sound says nothing of, though it would have been heard there.
    """
    cues: list[Cue] = []
    doubled = unserved = 0
    for at in _alone(desk):
        moment = desk.film.moments[at]
        if moment.kind == "cut" and not desk.style.cut_accents:
            continue
        if moment.confidence < _least(at, desk) and moment.kind != "cut":
            continue
        if desk.production.sounds_at(moment.time):
            doubled += 1
            continue
        habit = _habits()["step" if _is_step(at, desk) else moment.kind]
        if habit.kind not in desk.kinds:
            continue
        text = _prompt(habit, moment, desk)
        if text is None:
            unserved += 1
            continue
        cues.append(_cue(habit, text, at, desk))
    notes = []
    if doubled:
        notes.append(
            f"{_moments(doubled)} got no effect, because the production sound has one there (--sweeten adds it)."
        )
    if unserved:
        notes.append(f"{_moments(unserved)} got no effect, because no generator or the brief allows none.")
    return Placed(tuple(cues), notes=tuple(notes))


def _moments(count: int) -> str:
    return f"{count} moment{'s' if count != 1 else ''} of the picture"


def _alone(desk: Desk) -> list[int]:
    """The free moments; of those that fall together only the strongest."""
    kept: list[int] = []
    moments, clock = desk.film.moments, desk.film.clock
    taken = [clock[at] for at in sorted(desk.claimed)]
    here = 0
    for at, moment in enumerate(moments):
        if at in desk.claimed:
            continue
        while here < len(taken) and taken[here] < clock[at] - _TOGETHER:
            here += 1
        if here < len(taken) and taken[here] <= clock[at] + _TOGETHER and moment.kind != "cut":
            continue
        if kept and clock[at] - clock[kept[-1]] < _TOGETHER:
            if _weight(moment) > _weight(moments[kept[-1]]):
                kept[-1] = at
            continue
        kept.append(at)
    return kept


def _least(at: int, desk: Desk) -> float:
    """How sure a moment must be to be offered: where someone speaks, hands and heads move without a sound."""
    moment = desk.film.moments[at]
    if desk.production.speaks_at(moment.time):
        return desk.confidence
    return min(desk.confidence, _SOFTER if moment.kind in ("start", "stop", "turn") else _FAINT)


def _weight(moment: Moment) -> float:
    return -1.0 if moment.kind == "cut" else moment.strength * (0.2 + moment.confidence)


def _is_step(at: int, desk: Desk) -> bool:
    """Whether a moment is one of three or more in a row at a walking pace that feet can be: contacts, or a walk."""
    kind = desk.film.moments[at].kind
    return (kind == "contact" and _in_row(at, desk)) or (kind in _FEET and _in_walk(at, desk))


def _in_row(at: int, desk: Desk) -> bool:
    """Whether a contact is one of three in a row."""
    moments, clock = desk.film.moments, desk.film.clock
    run = 1
    for direction in (-1, 1):
        last, other = clock[at], at + direction
        while 0 <= other < len(moments) and run < 3:
            gap = abs(clock[other] - last)
            if gap > _STEP_HIGH:
                break
            if moments[other].kind == "contact" and gap >= _STEP_LOW:
                run, last = run + 1, clock[other]
            other += direction
    return run >= 3


def _in_walk(at: int, desk: Desk) -> bool:
    """Whether something that lands low in the picture is one of three that go on across it in even beats."""
    moments, clock = desk.film.moments, desk.film.clock
    low, high = (clock[at] + way * 2 * _STEP_HIGH for way in (-1, 1))
    near = range(bisect_left(clock, low), bisect_right(clock, high))
    landing = [n for n in near if _lands(moments[n]) or n == at]
    here = landing.index(at)
    rows = (landing[n : n + 3] for n in range(max(0, here - 2), min(here, len(landing) - 3) + 1))
    return any(_walks(*(moments[n] for n in row)) for row in rows)


def _lands(moment: Moment) -> bool:
    return moment.kind in _FEET and moment.y >= _GROUND and moment.confidence >= _FAINT


def _walks(one: Moment, two: Moment, three: Moment) -> bool:
    """Whether three moments are feet: a ball bounces ever sooner, and a hammer strikes where it struck."""
    gaps = float(two.time - one.time), float(three.time - two.time)
    strides = two.x - one.x, three.x - two.x
    even = min(gaps) >= _STEP_LOW and max(gaps) <= min(_STEP_HIGH, _UNEVEN * min(gaps))
    onward = min(strides) >= _STRIDE or max(strides) <= -_STRIDE
    return even and onward and min(one.y, two.y, three.y) >= _GROUND


def _prompt(habit: _Habit, moment: Moment, desk: Desk) -> str | None:
    for prompt in habit.prompts:
        if moment.strength < prompt.above or desk.refused(prompt.text, moment.time):
            continue
        if desk.shelf.knows(habit.kind, prompt.needs):
            return prompt.text
    return None


def _cue(habit: _Habit, text: str, at: int, desk: Desk) -> Cue:
    moment, film = desk.film.moments[at], desk.film
    if text.endswith("footstep"):
        text = f"{text} on {place_of(film.scenes[film.scene_at(moment.time)]).surface}"
    wanted = desk.style.foley if habit.kind == "fo" else desk.style.effects
    weak = moment.strength < 1.0 - wanted
    span = Span(
        max(film.scope.start, moment.time - habit.lead), min(film.scope.end, moment.time + habit.tail)
    )
    sure = "clear" if moment.confidence >= desk.confidence else "doubtful"
    unheard = moment.kind != "cut" and desk.production.heard_at(moment.time)
    return Cue(
        id="",
        kind=habit.kind,
        span=span,
        prompt=text,
        sync=moment.time,
        gain=trim_of(moment.strength),
        pan=pan_of(moment.x, footsteps="footstep" in text),
        suggested=moment.confidence < desk.confidence or weak or unheard or wanted == 0,
        confidence=moment.confidence,
        why=f"picture: a {sure} {moment.kind} of strength {moment.strength:.2f}{_UNHEARD if unheard else ''}",
    )
