"""The second melody: it moves where the first rests, in thirds and sixths with it, and against its direction."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from v2a_composer.writing.bars import Grid
from v2a_composer.writing.form import Section
from v2a_composer.writing.melody import Compass
from v2a_composer.writing.tones import BassLine, Ground, Tone

_SWEET = (3, 4, 8, 9)


class _Over(NamedTuple):
    """Where a note is wanted: the beat, the note before, the melody's pitch, and its step where it moves as well."""

    beat: float
    before: int
    sounding: int | None
    led: tuple[int, int] | None


def countered(
    grid: Grid, ground: Ground, bass: BassLine, section: Section, melody: Sequence[Tone], compass: Compass
) -> list[Tone]:
    """A line under the melody of a section: long notes with it, and quicker ones in its pauses."""
    starts = [t.beat for t in melody]
    tones: list[Tone] = []
    for beat, length, busy in _rhythm(grid, ground, section, melody):
        n = bisect_right(starts, beat + 1e-6) - 1
        sounding = melody[n].pitch if n >= 0 and melody[n].end > beat else None
        before = tones[-1].pitch if tones else round(compass.home)
        led = (melody[n - 1].pitch, melody[n].pitch) if n > 0 and abs(starts[n] - beat) < 1e-3 else None
        pitch = _chosen(ground, bass, _Over(beat, before, sounding, led), compass)
        if tones and tones[-1].pitch == pitch and tones[-1].end >= beat - 1e-6 and not busy:
            tones[-1] = tones[-1]._replace(beats=beat + length - tones[-1].beat)
        else:
            tones.append(Tone(beat, length, pitch, 0.9 if busy else 0.8))
    return tones


def _rhythm(
    grid: Grid, ground: Ground, section: Section, melody: Sequence[Tone]
) -> list[tuple[float, float, bool]]:
    """Beats and lengths, and whether the melody leaves room: one note a chord, groups of a bar where it rests."""
    spans: list[tuple[float, float, bool]] = []
    for n in ground.within(grid.bars[section.first].start, grid.bars[section.end - 1].end):
        footing = ground.footings[n]
        at = footing.start
        while at < footing.end - 1e-6:
            bar = grid.bars[grid.bar_of(at)]
            cuts = [bar.start + s for s in grid.strong if bar.start + s > at + 1e-6]
            end = min([*cuts, bar.end if bar.end > at else footing.end, footing.end])
            onsets = sum(at - 1e-6 <= t.beat < end - 1e-6 for t in melody)
            spans.append((at, end - at, onsets <= 1))
            at = end
    return [s for s in spans if s[0] >= grid.head - 1e-6]


def _chosen(ground: Ground, bass: BassLine, over: _Over, compass: Compass) -> int:
    """The chord's note that goes best with the melody, the bass and the note before."""
    beat, before, sounding, led = over
    footing = ground.at(beat)
    best, chosen = float("inf"), before
    for place in range(footing.place(before) - 5, footing.place(before) + 6):
        if not footing.inside(place):
            continue
        pitch = footing.pitch(place)
        leap = abs(pitch - before)
        cost = compass.against(pitch) + 0.5 * leap + (6.0 if leap in (6, 10, 11) or leap > 9 else 0.0)
        cost += 0.1 * abs(pitch - compass.home) + (1.5 if leap == 0 else 0.0)
        cost += 3.0 if pitch % 12 == footing.resolving(beat) else 0.0
        if sounding is not None:
            apart = (sounding - pitch) % 12
            cost += 0.0 if apart in _SWEET else 2.5 if apart in (0, 7) else 1.2 if apart == 5 else 5.0
            cost += 4.0 if 0 <= pitch - sounding < 12 else 0.0
        if led is not None:
            step = (led[1] - led[0]) * (pitch - before)
            cost += 1.0 if step > 0 else 0.0
            same = (led[0] - before) % 12 == (led[1] - pitch) % 12
            cost += (
                50.0
                if same and (led[0] - before) % 12 in (0, 7) and pitch != before and led[0] != led[1]
                else 0.0
            )
        cost += 50.0 if bass.parallel(beat, before, pitch) else 0.0
        if cost < best:
            best, chosen = cost, pitch
    return chosen
