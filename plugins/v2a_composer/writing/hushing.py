"""Room for speech: who is silent while someone speaks, and how the others go on, low and long."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from v2a_composer.writing.bars import Grid
from v2a_composer.writing.plans import Plan
from v2a_composer.writing.staging import Part
from v2a_composer.writing.tones import Ground, Tone
from v2a_composer.writing.voicing import BASS, TENOR

SPEECH_LOW = 61
"""The highest pitch that plays under speech: its fundamental lies below 300 Hz, where words are made."""
_BEFORE, _AFTER = 0.3, 0.15
_LEAST, _LIVELY = 0.5, 0.6


class Hush:
    """The beats between which someone speaks."""

    def __init__(self, plan: Plan, grid: Grid) -> None:
        """Take the speech of a plan, with a little room on both sides."""
        spans = [(q.start - _BEFORE, q.end + _AFTER) for q in plan.quiet]
        flat = np.array([t for span in spans for t in span], np.float64)
        beats = _beats_of(grid, flat)
        self.spans = [(float(a), float(b)) for a, b in zip(beats[::2], beats[1::2])]
        self._starts = np.array([a for a, _ in self.spans])

    def within(self, beat: float) -> tuple[float, float] | None:
        """The speech that covers a beat."""
        n = int(np.searchsorted(self._starts, beat, "right")) - 1
        return self.spans[n] if n >= 0 and beat < self.spans[n][1] else None

    def next(self, beat: float) -> float:
        """Where the next speech begins."""
        n = int(np.searchsorted(self._starts, beat, "right"))
        return self.spans[n][0] if n < len(self.spans) else float("inf")

    def __bool__(self) -> bool:
        return bool(self.spans)


def _beats_of(grid: Grid, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Beats at many times, by the map's own beats."""
    whole = np.arange(np.floor(grid.head) - 4, grid.final + 16)
    return np.asarray(np.interp(times, grid.times(whole), whole))


def hushed(plan: Plan, grid: Grid, ground: Ground, parts: Sequence[Part]) -> list[Part]:
    """The parts with room in them for speech."""
    hush = Hush(plan, grid)
    if not hush:
        return list(parts)
    done = [
        Part(p.chair, p.role, tuple(_quieted(p, hush, grid, plan.mood.motion > _LIVELY)), p.force, p.line)
        for p in parts
    ]
    return [*done, *_floor(plan, grid, ground, hush, done)]


def _quieted(part: Part, hush: Hush, grid: Grid, lively: bool) -> list[Tone]:
    """A part under speech; figures keep the beats on which groups begin, and of calm music only the first of a bar."""
    tones: list[Tone] = []
    for tone in part.tones:
        span = hush.within(tone.beat)
        if span is None:
            tones += _shortened(tone, hush, part)
        elif tone.pinned:
            tones += _low([tone._replace(force=0.7 * tone.force)], part)
        elif part.role == "choir" and part.line in (BASS, TENOR):
            tones += _low([tone], part)
        elif part.role == "choir":
            tones += _late(tone, span[1])
        elif part.role == "bass":
            tones += _low([tone], part) if _strong(grid, tone.beat) else []
        elif part.role == "figure":
            kept = _strong(grid, tone.beat) if lively else _first(grid, tone.beat)
            tones += _low([tone._replace(force=0.8 * tone.force)], part) if kept else []
        elif part.role == "drums" and tone.pitch in (35, 36, 41) and _first(grid, tone.beat):
            tones.append(tone._replace(force=0.6 * tone.force))
    return _whole(tones, part, hush)


def _shortened(tone: Tone, hush: Hush, part: Part) -> list[Tone]:
    """A note that would sing into speech ends before it; what carries the chord goes on."""
    start = hush.next(tone.beat)
    if tone.end <= start or part.role in ("bass", "figure", "drums") or part.line in (BASS, TENOR):
        return _low([tone], part) if tone.end > start and part.line in (BASS, TENOR) else [tone]
    left = start - tone.beat
    return [tone._replace(beats=left)] if left >= _LEAST or tone.pinned else []


def _late(tone: Tone, end: float) -> list[Tone]:
    """A held note comes in where speech is over, if enough of it is left."""
    start = float(np.ceil(end - 1e-6))
    return [tone._replace(beat=start, beats=tone.end - start)] if tone.end - start >= 1.0 else []


def _low(tones: Sequence[Tone], part: Part) -> list[Tone]:
    """Notes below where words are made, octaves down if need be; without those that the chair cannot play there."""
    lowered = []
    for tone in tones:
        pitch = tone.pitch
        while pitch > SPEECH_LOW and not part.chair.drums:
            pitch -= 12
        if part.chair.low <= pitch:
            lowered.append(tone._replace(pitch=pitch))
    return lowered


def _whole(tones: list[Tone], part: Part, hush: Hush) -> list[Tone]:
    """Figures under speech are held until the next of their notes; a scrap of melody between two sentences is left out."""
    if part.role == "figure":
        beats = sorted({t.beat for t in tones})
        after = dict(zip(beats, [*beats[1:], float("inf")]))
        return [
            t._replace(beats=max(t.beats, min(after[t.beat] - t.beat, 4.0))) if hush.within(t.beat) else t
            for t in tones
        ]
    if part.role in ("melody", "doubling", "counter"):
        return _without_scraps(tones, hush)
    return tones


def _without_scraps(tones: list[Tone], hush: Hush) -> list[Tone]:
    runs: dict[float, list[Tone]] = {}
    for tone in tones:
        runs.setdefault(hush.next(tone.beat), []).append(tone)
    return [t for start, run in runs.items() if len(run) > 2 or start == float("inf") for t in run]


def _first(grid: Grid, beat: float) -> bool:
    return not grid.bars or abs(beat - grid.bars[grid.bar_of(beat)].start) < 0.3


def _strong(grid: Grid, beat: float) -> bool:
    return _first(grid, beat) or any(
        abs(beat - grid.bars[grid.bar_of(beat)].start - s) < 1e-6 for s in grid.strong
    )


def _floor(plan: Plan, grid: Grid, ground: Ground, hush: Hush, parts: Sequence[Part]) -> list[Part]:
    """Where nobody would be left under speech, somebody holds the chord's low notes."""
    left = np.array(sorted(t.beat for p in parts if p.role in ("choir", "bass", "figure") for t in p.tones))
    chair = next((p.chair for p in parts if not p.chair.drums and p.chair.low <= 48), None)
    if chair is None:
        return []
    tones = []
    for footing in ground.footings[:-1]:
        span = hush.within(footing.start)
        held = np.searchsorted(left, footing.end - 1e-6) - np.searchsorted(left, footing.start - 1e-6)
        if span is None or held or footing.start < grid.head:
            continue
        for pitch in dict.fromkeys((footing.setting[BASS], footing.setting[TENOR])):
            tone = Tone(footing.start, footing.end - footing.start, pitch, 0.8)
            tones += _low([tone._replace(pitch=chair.folded(pitch))], Part(chair, "choir", ()))
    return [Part(chair, "choir", tuple(tones))]
