"""Notes that are struck and then softer, as one note each in a MIDI file: the expression of their channel falls behind
the stroke, and is back with the next note."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from v2a.media.ticks import Ruler
from v2a.model import Eased, Note

_FULL = 127
_TOGETHER, _ROOM = 0.035, 0.3
_FALL = (0.6, 0.75, 0.9, 1.0)


class Written(NamedTuple):
    """A note as it is written: the ticks at which it begins and ends."""

    on: int
    off: int
    note: Note


class Expressed(NamedTuple):
    """What expression a channel has from a tick on, from 0 to 127."""

    tick: int
    value: int


def eased(ruler: Ruler, written: Sequence[Written]) -> tuple[list[Written], list[Expressed]]:
    """The notes of a channel, which come in order, and its expression; there is none where nothing is eased.

    A channel has one expression for all its notes. So where others sound on behind a hit it is written as its stroke
    alone, and where others begin a while behind it, it ends there.
    """
    notes = list(written)
    starts, longest = [one.on for one in written], max((one.off - one.on for one in written), default=0)
    course = [Expressed(0, _FULL)]
    for hit in _hits(written):
        struck = [written[n] for n in hit]
        easing = next(one.note.eased for one in struck if one.note.eased)
        start, last = struck[0].note.time, max(one.off for one in struck)
        fallen = ruler.tick(start + easing.after)
        near = range(bisect_left(starts, fallen - longest), bisect_left(starts, last))
        others = [starts[n] for n in near if n not in hit and written[n].off > fallen]
        until = min(others, default=last)
        free = not others or until >= ruler.tick(start + easing.after + _ROOM)
        for n in hit:
            off = min(notes[n].off, until if free else fallen)
            notes[n] = notes[n]._replace(off=max(notes[n].on + 1, off))
        if free:
            course += _fall(ruler, start, easing, struck)
            behind = bisect_left(starts, fallen)
            course += [Expressed(starts[behind], _FULL)] if behind < len(starts) else []
    return notes, course if len(course) > 1 else []


def _hits(written: Sequence[Written]) -> list[list[int]]:
    """The numbers of the notes that are eased; those that are struck together are one hit."""
    hits: list[list[int]] = []
    for n, one in enumerate(written):
        if one.note.eased is None:
            continue
        if hits and one.note.time - written[hits[-1][0]].note.time <= _TOGETHER:
            hits[-1].append(n)
        else:
            hits.append([n])
    return hits


def _fall(ruler: Ruler, start: float, easing: Eased, struck: Sequence[Written]) -> Iterator[Expressed]:
    """The way down behind a stroke to what is left of it; expression counts as velocity does."""
    shares = [one.note.eased.velocity / one.note.velocity for one in struck if one.note.eased]
    left = min(1.0, sum(shares) / len(shares))
    for n, share in enumerate(_FALL, 1):
        value = max(1, round(_FULL * left ** (n / len(_FALL))))
        yield Expressed(ruler.tick(start + share * easing.after), value)
