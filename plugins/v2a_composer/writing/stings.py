"""Stings: the strongest hits of the picture, sounded on their beat, and the way the music makes ready for them."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a_composer.writing.bars import Grid
from v2a_composer.writing.orchestra import CHAIRS, Chair
from v2a_composer.writing.plans import Plan
from v2a_composer.writing.staging import Part
from v2a_composer.writing.tones import Ground, Tone
from v2a_composer.writing.voicing import Setting

LATE = 0.084
"""Two frames of 24 a second: as late as a beat may be to count as a hit's own."""
AT_ONCE = 0.042
"""A frame of 24 a second, two of 48: a hit whose beat comes later is sounded at itself, and the beat comes with it."""
_STRONG, _LOUD = 1.2, 0.75
_MARK, _MOMENT, _SPOKEN = 8.0, 5.0, 4.0
_PLAIN_MARK, _HEAVY_MARK = 10.0, 25.0
_SPREAD, _STRONGEST, _TUTTI = 3.0, 3.0, 0.5
_CLOSE, _APART = 0.4, 1.2
_RATE = 8.0
_BREATH, _RUN, _STEPS = 0.32, 0.45, 4
_REST = 0.3
_STROKE, _AFTER = 0.085, 0.11
_EXACT = Fraction(1, 10**6)


@dataclass(frozen=True)
class Sting:
    """A hit that is sounded: where, and how strong it is (0 to 1), how many seconds before it the swell begins.

    `gain` is how many dB it is to stand above the second before it, `home` the beat whose chord it has: its own, or the
    one that it comes a moment before. `breath` is how many seconds of rest there are before it where it needs room, and
    `spoken` says that somebody speaks there.
    """

    beat: float
    time: float
    force: float
    lead: float
    gain: float
    home: float
    mark: bool
    name: str
    breath: float
    spoken: bool


def chosen(plan: Plan, grid: Grid) -> tuple[Sting, ...]:
    """The hits that are sounded, in order of time: the user's marks, and of the others the strongest, not too many."""
    able = [h for h in plan.hits if 0 <= float(h.time) <= grid.final_time - 0.4 and _counts(h, plan)]
    able.sort(key=lambda h: (h.kind != "mark", -h.weight, h.time))
    most = max(1, round(plan.length * _RATE / 60))
    taken: list[v2a.Hit] = []
    times: list[float] = []
    for hit in able:
        mark = hit.kind == "mark"
        n = bisect_left(times, float(hit.time))
        near = min((abs(t - float(hit.time)) for t in times[max(0, n - 1) : n + 1]), default=float("inf"))
        if near >= (_CLOSE if mark else _APART) and (mark or len(taken) < most):
            taken.append(hit)
            times.insert(n, float(hit.time))
    top = max((h.weight for h in taken), default=1.0)
    stings = [_sting(plan, grid, hit, top) for hit in sorted(taken, key=lambda h: h.time)]
    return tuple(stings)


def met(plan: Plan, grid: Grid, weight: float) -> NDArray[np.float64]:
    """The beats that come with a hit of at least this weight, or just behind it."""
    hits = np.array([float(h.time) for h in plan.hits if h.weight >= weight])
    beats = np.arange(np.ceil(grid.head - 1e-6), grid.final + 1)
    if not len(hits) or not len(beats):
        return np.zeros(0)
    times = grid.times(beats)
    n = np.minimum(np.searchsorted(times, hits - 1e-6), len(beats) - 1)
    late = times[n] - hits
    return np.unique(beats[n[(late >= -1e-6) & (late <= LATE)]])


def _counts(hit: v2a.Hit, plan: Plan) -> bool:
    """Marks and strong moments are sounded; for cuts the form and the beat do enough, but that loud music hits scenes too."""
    if hit.kind == "mark":
        return hit.weight > 0
    return hit.weight >= _STRONG and (hit.kind == "moment" or plan.mood.force > _LOUD)


def _sting(plan: Plan, grid: Grid, hit: v2a.Hit, top: float) -> Sting:
    """On the hit's own beat or half beat where one comes with it or just behind, and else at the hit itself."""
    time, mark = float(hit.time), hit.kind == "mark"
    exact = grid.tempo.beat(hit.time)
    beat, when, home = float(exact), time, float(exact)
    for part in (1, 2):
        number = Fraction(-((-exact * part + _EXACT) // 1), part)
        at = float(grid.tempo.time(number))
        if at <= time + LATE:
            home = float(number)
            if at <= time + AT_ONCE:
                beat, when = float(number), at
            break
    bar = grid.bars[grid.bar_of(home)].seconds if grid.bars else 2.0
    least = 0.8 if mark else 0.55
    force = float(np.clip(least + (1 - least) * hit.weight / top, 0, 1))
    lead, half = min(2.5, max(0.5, bar)), 30 / grid.tempo.bpm(hit.time)
    breath = half * math.ceil(_REST / half - 1e-6)
    spoken = any(q.start <= when and when - breath <= q.end for q in plan.quiet)
    return Sting(beat, when, force, lead, _gain(plan, hit), home, mark, hit.name, breath, spoken)


def _gain(plan: Plan, hit: v2a.Hit) -> float:
    """By how many dB a hit stands out: a mark of the usual weight by 8, one of 25 by 11, a moment by 5 to 7; less under speech."""
    if any(q.start <= hit.time <= q.end for q in plan.quiet):
        return _SPOKEN
    if hit.kind == "mark":
        heavier = (math.log(hit.weight) - math.log(_PLAIN_MARK)) / math.log(_HEAVY_MARK / _PLAIN_MARK)
        return _MARK + _SPREAD * min(1.0, max(-1.0, heavier))
    return _MOMENT + 2 * min(1.0, hit.weight / _STRONGEST)


def stung(plan: Plan, grid: Grid, ground: Ground, stings: Sequence[Sting]) -> list[Part]:
    """What sounds on the hits: a chord by who is struck or blown, low notes, and drums where there are some.

    What could be held is struck and goes on softly, so that it does not grow behind the hit.
    """
    found: dict[str, list[Tone]] = {}
    for sting in stings:
        voices = ground.at(sting.home + 1e-6).voices(sting.home)
        pace = _pace(grid, sting)
        length = min(2.0, max(0.5, 1.2 * pace))
        for chair, pitches in _dealt(plan, _callers(plan, sting), voices, sting.force):
            held = chair.touch == "held"
            for pitch in pitches:
                share = 0.85 if chair.section == "percussion" else 0.7
                tone = Tone(sting.beat, _STROKE * pace if held else length, pitch, share, True)
                after = Tone(sting.beat + _AFTER * pace, length - _AFTER * pace, pitch, 0.35, True)
                found.setdefault(chair.key, []).extend([tone, after] if held else [tone])
    return [Part(CHAIRS[key], "sting", tuple(tones)) for key, tones in found.items()]


def _dealt(
    plan: Plan, chairs: Sequence[Chair], voices: Setting, force: float
) -> Iterator[tuple[Chair, list[int]]]:
    """Who strikes which pitches: the players of a section share the chord from the top down, so that nobody doubles it."""
    for chair in chairs:
        if chair.drums:
            yield chair, [35, 57] if force > 0.8 and plan.mood.force > 0.5 else [35]
        elif _low(chair):
            yield chair, [chair.folded(voices[0] - (0 if chair.section == "percussion" else 12))]
        else:
            desks = [
                c for c in chairs if (c.section, c.touch) == (chair.section, chair.touch) and not _low(c)
            ]
            desks.sort(key=lambda c: -c.middle)
            own = voices[::-1][desks.index(chair) :: len(desks)]
            yield chair, sorted({chair.folded(p) for p in own[: chair.players or len(own)]})


def _low(chair: Chair) -> bool:
    return chair.high <= 57 or chair.section == "percussion"


def _callers(plan: Plan, sting: Sting) -> list[Chair]:
    """Who sounds a hit: a few, for a mark also those who hold the chords, and in loud music everybody."""
    genre = plan.genre
    keys = [r.chair for r in genre.bass[:1]]
    keys += [r.chair for r in genre.figure if CHAIRS[r.chair].touch == "struck"][:1]
    if plan.mood.force * (1.2 if sting.mark else 0.8) > _TUTTI:
        keys += [r.chair for r in genre.swell if CHAIRS[r.chair].section == "brass"][:2]
        keys += [r.chair for r in genre.drums]
        keys += [r.chair for r in genre.pulse if CHAIRS[r.chair].section == "strings" and not sting.mark][:1]
    if len(keys) < 2 or sting.mark:
        others = [*(r.chair for r in genre.choir), *(r.chair for r in genre.figure), *genre.leads]
        keys += [k for k in others if _speaks(CHAIRS[k])][:4] or others[:4]
    called = [CHAIRS[k] for k in dict.fromkeys(keys)]
    prompt = [c for c in called if _speaks(c)]
    return prompt if len(prompt) > 1 else called


def _speaks(chair: Chair) -> bool:
    """Whether a chair is heard at once: synthesizers and voices take their time."""
    return chair.section not in ("synths", "voices")


def prepared(parts: Sequence[Part], grid: Grid, stings: Sequence[Sting]) -> list[Part]:
    """The parts with a breath before each hit: for a moment what moves is silent, and only what is held goes on.

    Where a hit's beat comes a moment behind it, everybody plays it with the hit.
    """
    if not stings:
        return list(parts)
    ends = np.array([s.beat for s in stings]) - 1e-3
    starts = ends - np.array([_BREATH * _pace(grid, s) for s in stings])
    done = []
    for part in parts:
        if part.role in ("figure", "pulse", "drums"):
            beats = np.array([t.beat for t in part.tones])
            n = np.searchsorted(starts, beats, "right") - 1
            silent = (n >= 0) & (beats < ends[n])
            part = replace(part, tones=tuple(t for t, gone in zip(part.tones, silent) if not gone))
        done.append(replace(part, tones=_together(part.tones, stings)))
    return done


def _together(tones: Sequence[Tone], stings: Sequence[Sting]) -> tuple[Tone, ...]:
    """The tones of the beats that hits come a moment before, set on the hits."""
    early = {s.home: s.beat for s in stings if s.home > s.beat}
    moved = [(t, early.get(t.beat, t.beat)) for t in tones]
    return tuple(t._replace(beat=to, beats=t.end - to) if to < t.beat else t for t, to in moved)


def _pace(grid: Grid, sting: Sting) -> float:
    """Beats a second at a hit."""
    return grid.tempo.bpm(Fraction(sting.time)) / 60


def run_up(plan: Plan, grid: Grid, ground: Ground, stings: Sequence[Sting]) -> list[Part]:
    """A few steps upwards into the strongest hits, by a chair that can run."""
    runners = [r.chair for r in (*plan.genre.figure, *plan.genre.pulse) if CHAIRS[r.chair].touch == "struck"]
    runners += [r.chair for r in plan.genre.pulse] or list(plan.genre.leads[:1])
    if not runners or plan.mood.motion < 0.4:
        return []
    chair = CHAIRS[runners[0]]
    tones: list[Tone] = []
    for sting in stings:
        step = _RUN * _pace(grid, sting) / _STEPS
        if sting.force < 0.85 or sting.beat - _STEPS * step < grid.head:
            continue
        footing = ground.at(sting.beat - 1e-3)
        top = footing.place(chair.folded(ground.at(sting.beat + 1e-6).setting[3]))
        for n in range(_STEPS):
            pitch = chair.folded(footing.pitch(top - _STEPS + n))
            tones.append(Tone(sting.beat - (_STEPS - n) * step, step, pitch, 0.5 + 0.12 * n))
    return [Part(chair, "run", tuple(tones))]
