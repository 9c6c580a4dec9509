"""Room for hits in loud music: everybody breathes before one, and comes back below it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

import v2a
from v2a_composer.writing.accents import before
from v2a_composer.writing.sheet import Line, Sheet
from v2a_composer.writing.stings import Sting

_TIGHT, _CALMER, _FORCEFUL, _STRONG = 1.0, 1.8, 0.6, 0.85
_AT, _EARLY, _LEFT, _RELEASE = 0.03, 0.05, 0.25, 0.06
_BELOW, _BACK = 0.68, 1.5
_STEP, _LOUD = 0.5, 2.0


def settled(lines: Sequence[Line]) -> list[Line]:
    """The lines no louder in the mean of some seconds than can be played, so that the ceiling has little to hold back."""
    sheet = Sheet([line for line in lines if line.part.role != "sting"])
    if not len(sheet.start):
        return list(lines)
    count = int(sheet.start[-1] / _STEP) + 2
    power = np.array([sheet.power(n * _STEP, (n + 1) * _STEP) for n in range(count)])
    smooth = np.convolve(np.pad(power, 2, mode="edge"), np.array([1, 2, 3, 2, 1]) / 9, "valid")
    gain = np.minimum(1.0, _LOUD / np.maximum(smooth, 1e-9))
    of_each = np.interp(sheet.start, (np.arange(count) + 0.5) * _STEP, gain)
    loud = np.flatnonzero(of_each < 1)
    sheet.scale(loud, of_each[loud], 1.0)
    return [*sheet.lines(), *(line for line in lines if line.part.role == "sting")]


def tight(lines: Sequence[Line], stings: Sequence[Sting], force: float) -> tuple[Sting, ...]:
    """The marks and strong moments that the music leaves no room to stand out; a less forceful mood is left whole longer.

    Under speech there is to be no hole.
    """
    sheet, most = Sheet(lines), _TIGHT if force > _FORCEFUL else _CALMER
    able = [s for s in stings if not s.spoken and (s.mark or s.force >= _STRONG)]
    return tuple(s for s in able if before(sheet, s.time) > most)


def roomy(lines: Sequence[Line], stings: Sequence[Sting]) -> list[Line]:
    """The lines with a breath before each of these hits; what is held across one is struck anew, and all come back softer."""
    if not stings:
        return list(lines)
    times = [s.time for s in stings]
    done = []
    for line in lines:
        if line.part.role == "sting":
            done.append(line)
            continue
        notes = [piece for note in line.notes for piece in _breathing(note, line, stings, times)]
        done.append(Line(line.part, [_below(note, line, stings, times) for note in notes]))
    return done


def _breathing(note: v2a.Note, line: Line, stings: Sequence[Sting], times: Sequence[float]) -> list[v2a.Note]:
    """What is left of a note: it ends where the breath before a hit begins, and goes on with the hit."""
    n = bisect_right(times, note.time + _AT)
    end = note.time + note.length
    if n == len(times) or line.part.role == "run":
        return [note]
    rest = times[n] - stings[n].breath - _RELEASE
    if end <= rest:
        return [note]
    found = [replace(note, length=rest - note.time)] if note.time < rest - _EARLY else []
    if end > times[n] + _LEFT and line.part.chair.touch == "held":
        anew = replace(note, time=times[n], length=end - times[n])
        found += _breathing(anew, line, stings, times)
    return found


def _below(note: v2a.Note, line: Line, stings: Sequence[Sting], times: Sequence[float]) -> v2a.Note:
    """A note on a hit or behind it softer, the less the later it comes."""
    n = bisect_right(times, note.time + _AT) - 1
    since = note.time - times[n] if n >= 0 else _BACK
    if since >= _BACK or (since < _AT and line.part.role == "drums"):
        return note
    share = _BELOW + (1 - _BELOW) * max(0.0, since) / _BACK
    return replace(note, velocity=max(1, round(note.velocity * share)))
