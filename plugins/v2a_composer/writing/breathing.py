"""Breath: whoever plays alone holds a phrase's last note until there is just time to breathe before the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from v2a_composer.writing.bars import Grid
from v2a_composer.writing.dice import dice
from v2a_composer.writing.orchestra import Chair
from v2a_composer.writing.plans import Plan
from v2a_composer.writing.staging import Part
from v2a_composer.writing.tones import Ground, Tone

_SHORT, _LONG = 0.35, 0.65
_REST = 0.7
_LEAST = 0.4
_SOFTER = 0.8


def breathed(plan: Plan, grid: Grid, ground: Ground, parts: Sequence[Part]) -> list[Part]:
    """The parts of one who plays alone without the rests that only an accompaniment would carry.

    A note goes on for as long as it belongs to the chord, and goes over to the nearest one that does where it does not.
    """
    if not plan.genre.lone:
        return list(parts)
    rng = dice(plan.seed, "breath")
    tones = sorted((t, n) for n, part in enumerate(parts) if part.role == "melody" for t in part.tones)
    made: list[list[Tone]] = [[] for _ in parts]
    if tones:
        first, number = tones[0]
        ahead = Tone(grid.head, 0.0, first.pitch, _SOFTER * first.force)
        tones.insert(0, (ahead, number))
    nexts = [*(t.beat for t, _ in tones[1:]), grid.final]
    for (tone, number), until in zip(tones, nexts):
        breath = float(rng.uniform(_SHORT, _LONG))
        rest = grid.seconds(until) - grid.seconds(tone.end)
        end = until - breath * (until - tone.end) / rest if rest > _REST else tone.end
        made[number] += _carried_on(tone, max(end, tone.end), ground, parts[number].chair)
    return [
        replace(part, tones=tuple(made[n])) if part.role == "melody" else part for n, part in enumerate(parts)
    ]


def _carried_on(tone: Tone, end: float, ground: Ground, chair: Chair) -> Iterator[Tone]:
    """A tone until another beat; where its pitch leaves the chord, those that follow it."""
    while tone.end < end - 1e-6:
        footing = ground.at(tone.end + 1e-3)
        until = end if end - footing.end < _LEAST else footing.end
        near = footing.pitch(footing.nearest(footing.place(tone.pitch)))
        if until - tone.end < _LEAST or near == tone.pitch or not chair.low <= near <= chair.high:
            tone = tone._replace(beats=until - tone.beat)
        else:
            if tone.beats > 0:
                yield tone
            tone = Tone(tone.end, until - tone.end, near, _SOFTER * tone.force)
    if tone.beats > 0:
        yield tone
