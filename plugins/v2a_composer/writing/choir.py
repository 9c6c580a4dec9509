"""The voices that hold the chords, what hangs over from one to the next, and the lowest line in its several ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from v2a_composer.writing.bars import Bar, Grid
from v2a_composer.writing.dice import dice, pick
from v2a_composer.writing.form import Section
from v2a_composer.writing.harmony import Slot
from v2a_composer.writing.plans import Plan
from v2a_composer.writing.tones import Footing, Ground, Hanging, Tone
from v2a_composer.writing.voicing import ALTO, BASS, SOPRANO, TENOR, Setting

_TIED = 8.0


def hangings(
    plan: Plan, grid: Grid, slots: Sequence[Slot], settings: Sequence[Setting]
) -> list[Hanging | None]:
    """At some changes of chord a voice that steps down comes late: it hangs over, rubs, and resolves."""
    found: list[Hanging | None] = [None]
    rng = dice(plan.seed, "hanging")
    for before, slot, was, now in zip(slots, slots[1:], settings, settings[1:]):
        late = float(min(grid.groups[0], 2))
        steps = [
            v
            for v in (SOPRANO, ALTO, TENOR)
            if was[v] - now[v] in (1, 2)
            and was[v] % 12 not in slot.chord.pitches
            and was[v] % 12 != before.chord.leading
        ]
        if (
            steps
            and slot.beats >= 2 * late
            and slot.section is not None
            and rng.random() < 0.6 * plan.mood.suspense
        ):
            voice = pick(rng, steps)
            found.append(Hanging(voice, was[voice], slot.start + late))
        else:
            found.append(None)
    return found


def carried(grid: Grid, ground: Ground, section: Section, voice: int, restless: bool) -> list[Tone]:
    """One voice of the choir through a section: common notes are held, or where it is `restless` bowed anew."""
    tones: list[Tone] = []
    numbers = _numbers(grid, ground, section)
    for n in numbers:
        footing = ground.footings[n]
        hangs = footing.hanging is not None and footing.hanging.voice == voice
        for start, end, pitch in _stretches(footing, voice, hangs):
            last = tones[-1] if tones else None
            tied = (
                last is not None
                and last.pitch == pitch
                and not restless
                and last.beats + end - start <= _TIED
            )
            if last is not None and tied and not ground.footings[n - 1].settles:
                tones[-1] = last._replace(beats=end - last.beat)
            else:
                tones.append(Tone(start, end - start, pitch, 0.94 if voice in (TENOR, ALTO) else 1.0))
    return _restruck(tones, grid) if restless else tones


def _numbers(grid: Grid, ground: Ground, section: Section) -> range:
    return ground.within(grid.bars[section.first].start, grid.bars[section.end - 1].end)


def _stretches(footing: Footing, voice: int, hangs: bool) -> list[tuple[float, float, int]]:
    pitch = footing.setting[voice]
    if hangs and footing.hanging is not None:
        until = footing.hanging.until
        return [(footing.start, until, footing.hanging.pitch), (until, footing.end, pitch)]
    return [(footing.start, footing.end, pitch)]


def _restruck(tones: Sequence[Tone], grid: Grid) -> list[Tone]:
    """Long notes taken anew with every bar."""
    struck = []
    for tone in tones:
        at = tone.beat
        while at < tone.end - 1e-6:
            bar = grid.bars[grid.bar_of(at)]
            end = min(tone.end, bar.end) if bar.end > at + 1e-6 else tone.end
            struck.append(tone._replace(beat=at, beats=end - at))
            at = end
    return struck


_Way = Callable[["_Step"], list[Tone]]


class _Step:
    """A chord's bass, and what it may go to: pitch, bar, metre, energy and chance."""

    def __init__(
        self, grid: Grid, footing: Footing, following: Footing | None, rng: np.random.Generator
    ) -> None:
        self.grid, self.footing, self.following, self.rng = grid, footing, following, rng
        self.pitch = footing.setting[BASS]
        self.energy, self.step = 0.5, 1.0

    def starts(self) -> list[tuple[float, Bar, bool]]:
        """The beats at which groups begin, with their bars; whether it is the bar's first."""
        found, at = [], self.footing.start
        while at < self.footing.end - 1e-6:
            bar = self.grid.bars[self.grid.bar_of(at)]
            inside = round(at - bar.start, 6)
            later = [s for s in self.grid.strong if s > inside + 1e-6]
            found.append((at, bar, inside < 1e-6))
            at = min(bar.start + (later[0] if later else sum(self.grid.groups)), max(bar.end, at + 0.25))
        return found

    @property
    def fifth(self) -> int:
        """The chord's fifth next to the bass, below where there is room."""
        fifth = self.footing.pitches[min(2, len(self.footing.pitches) - 1)]
        down = self.pitch - (self.pitch - fifth) % 12
        return down if down >= 33 else down + 12


def _held(step: _Step) -> list[Tone]:
    footing, after = step.footing, step.following
    tones = [Tone(footing.start, footing.end - footing.start, step.pitch, 1.0)]
    gap = 0 if after is None else after.setting[BASS] - step.pitch
    if (
        after is not None
        and abs(gap) in (3, 4)
        and footing.end - footing.start >= 3
        and step.rng.random() < 0.35
    ):
        between = footing.pitch(footing.place(step.pitch) + (1 if gap > 0 else -1))
        tones = [
            tones[0]._replace(beats=tones[0].beats - 1),
            Tone(footing.end - 1, 1.0, between, 0.8),
        ]
    return tones


def _alternating(step: _Step) -> list[Tone]:
    starts = step.starts()
    ends = [at for at, _, _ in starts[1:]] + [step.footing.end]
    tones = []
    for (at, _, first), end in zip(starts, ends):
        on_root = first or at == step.footing.start
        tones.append(
            Tone(at, 0.85 * (end - at), step.pitch if on_root else step.fifth, 1.0 if on_root else 0.8)
        )
    return tones


def _driven(step: _Step) -> list[Tone]:
    tones, at, n = [], step.footing.start, 0
    strong = {round(s, 3) for s, _, _ in step.starts()}
    leap = step.rng.random() < 0.4
    while at < step.footing.end - 1e-6:
        end = min(at + step.step, step.footing.end)
        up = 12 if leap and n % 4 == 3 else 0
        tones.append(Tone(at, 0.8 * (end - at), step.pitch + up, 1.0 if round(at, 3) in strong else 0.78))
        at, n = end, n + 1
    return tones


def _walking(step: _Step) -> list[Tone]:
    footing, beats = step.footing, np.arange(step.footing.start, step.footing.end - 1e-6, step.step)
    aim = footing.setting[BASS] if step.following is None else step.following.setting[BASS]
    pitches = [step.pitch]
    for n in range(1, len(beats)):
        if n == len(beats) - 1:
            pitches.append(aim + pick(step.rng, (1, -1, -1) if aim != pitches[-1] + 1 else (-1, 2)))
        else:
            place = footing.place(pitches[-1])
            toward = 1 if aim >= pitches[-1] else -1
            pitches.append(footing.pitch(place + toward * pick(step.rng, (1, 2, 2))))
    pitches = [p - 12 if p > 56 else p + 12 if p < 31 else p for p in pitches]
    return [
        Tone(float(b), 0.92 * step.step, p, 1.0 if n == 0 else 0.86)
        for n, (b, p) in enumerate(zip(beats, pitches))
    ]


_WAYS: Mapping[str, _Way] = {
    "held": _held,
    "alternating": _alternating,
    "driven": _driven,
    "walking": _walking,
}


def low_line(plan: Plan, grid: Grid, ground: Ground, section: Section) -> list[Tone]:
    """The bass of a section: held, or in the way of its genre once there is some energy."""
    rng = dice(plan.seed, "bass", section.first)
    way = plan.genre.bassline if section.energy > 0.2 else "held"
    if way == "held" and section.energy > 0.66 and plan.mood.drive > 0.5:
        way = pick(rng, ("driven", "alternating"))
    tones: list[Tone] = []
    for n in _numbers(grid, ground, section):
        following = ground.footings[n + 1] if n + 1 < len(ground.footings) else None
        step = _Step(grid, ground.footings[n], following, rng)
        step.step = note_step(grid, ground.footings[n].start, 0.5 if way == "walking" else 0.28)
        tones += _WAYS[way](step)
    return tones


def note_step(grid: Grid, beat: float, seconds: float) -> float:
    """The part or multiple of a beat that comes nearest to a length in seconds."""
    bar = grid.bars[grid.bar_of(beat)]
    one = bar.seconds / max(bar.beats, 1e-6)
    steps = (0.25, 0.5, 1.0, 2.0) if grid.tempo.meter.unit <= 4 else (0.5, 1.0, 2.0, 3.0)
    return min(steps, key=lambda s: abs(np.log(s * one / seconds)))
