"""What players have hands and breath for: a flute plays one note at a time, four horns play four."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush

import v2a
from v2a_composer.writing.orchestra import Chair
from v2a_composer.writing.sheet import Line

_FIRST = (
    "sting",
    "run",
    "melody",
    "doubling",
    "counter",
    "bass",
    "pulse",
    "figure",
    "swell",
    "choir",
    "echo",
)
_STING, _RUN, _TUNES, _CHORDS, _ECHO = 0, 1, (1, 2, 3, 4), (8, 9), 10
_TOGETHER, _SLURRED, _LEAST = 0.05, 0.06, 0.05
_OVER, _STRUCK, _AFTER = 0.03, 0.1, 0.2
_FREE, _WORTH = 0.11, 0.4


@dataclass(eq=False)
class _Sounding:
    """A note of a line, where it ends now, and how much it matters: the less the more."""

    line: int
    note: v2a.Note
    rank: tuple[int, int]
    end: float


def playable(lines: Sequence[Line], alone: bool = False) -> list[Line]:
    """The lines with no more notes at once than each chair has players: what matters less makes way, or begins later.

    Who has several lines to play goes from one to the other: a viola that is to pulse leaves the note that it holds. Who
    is to hold a chord and has no hand for it joins it as soon as there is one. Of a chair that plays `alone` there is one.
    """
    notes = [line.notes for line in lines]
    chairs: dict[str, tuple[Chair, list[int]]] = {}
    for n, line in enumerate(lines):
        chair = line.part.chair
        if chair.players:
            chairs.setdefault(chair.key, (chair, []))[1].append(n)
    for chair, own in chairs.values():
        entries = list(_entries(lines, own))
        kept = list(_one(entries) if alone or chair.players == 1 else _several(entries, chair.players))
        for n in own:
            notes[n] = [_cut(one) for one in kept if one.line == n]
    return [Line(line.part, played) for line, played in zip(lines, notes)]


def _one(entries: Sequence[_Sounding]) -> Iterator[_Sounding]:
    """What one player plays, in order of time; `owed` is how long a tune would last that a run into a hit broke off."""
    playing: list[_Sounding] = []
    owed = 0.0
    for new in sorted(entries, key=lambda one: (one.note.time, one.rank)):
        at = new.note.time
        yield from (one for one in playing if one.end <= at)
        playing = [one for one in playing if one.end > at]
        if new.rank[0] == _STING:
            new.end = max(new.end, owed)
        busy = [one for one in playing if one.end > at + _SLURRED]
        least = max(busy, key=lambda one: _rank(one, at), default=None)
        if new.rank[0] == _RUN:
            owed = max(owed, least.end if least else 0.0)
        if least is None:
            playing.append(new)
        elif at - least.note.time <= _TOGETHER:
            first, other = sorted((new, least), key=lambda one: one.rank)
            owed = max(owed, other.end)
            playing[playing.index(least)] = _accented(first, other)
        elif new.rank[0] <= _rank(least, at)[0]:
            playing.append(_instead(new, least))
            least.end = at + _OVER
        elif least.rank[0] == _STING:
            least.end = max(least.end, new.end)
        else:
            owed = max(owed, new.end)
        if new in playing and new.rank[0] not in (_STING, _RUN):
            owed = 0.0
    yield from playing


def _several(entries: Sequence[_Sounding], players: int) -> Iterator[_Sounding]:
    """What a section plays, each note as long as somebody has a hand for it, in order of time."""
    entries = _echoing(entries)
    queue = [(one.note.time, one.rank, n, one) for n, one in enumerate(entries)]
    heapify(queue)
    playing: list[_Sounding] = []
    while queue:
        at, _, number, new = heappop(queue)
        yield from (one for one in playing if one.end <= at)
        playing = [one for one in playing if one.end > at]
        busy = [one for one in playing if one.end > at + _SLURRED]
        if new.rank[0] == _ECHO and any(one.note.pitch == new.note.pitch for one in busy):
            continue
        if len(busy) < players:
            playing.append(new)
            continue
        least, late = max(busy, key=lambda one: _rank(one, at)), new
        if at - least.note.time <= _TOGETHER:
            first, late = sorted((new, least), key=lambda one: one.rank)
            playing[playing.index(least)] = first
        elif new.rank[0] <= _rank(least, at)[0]:
            playing.append(new)
            least.end = at + _OVER
            continue
        free = at + _FREE if least.rank[0] == _STING or new.rank[0] == _STING else min(o.end for o in busy)
        if late.rank[0] in _CHORDS and late.end - free >= _WORTH:
            late = replace(late, note=replace(late.note, time=free))
            heappush(queue, (free, late.rank, number, late))
    yield from playing


def _echoing(entries: Sequence[_Sounding]) -> list[_Sounding]:
    """The same, with what is left of hits that were struck last of all: who has anything else to play plays that."""
    struck: dict[int, float] = {}
    found = []
    for one in sorted(entries, key=lambda one: one.note.time):
        if one.rank[0] == _STING and 0 < one.note.time - struck.get(one.note.pitch, -1.0) < _AFTER:
            one = replace(one, rank=(_ECHO, one.rank[1]))
        elif one.rank[0] == _STING:
            struck[one.note.pitch] = one.note.time
        found.append(one)
    return found


def _rank(one: _Sounding, at: float) -> tuple[int, int]:
    """How much a note matters by then: what is left of a hit that was struck makes way for anything."""
    return (_ECHO, 0) if one.rank[0] == _STING and at - one.note.time > _STRUCK else one.rank


def _instead(new: _Sounding, old: _Sounding) -> _Sounding:
    """A note that takes a player from another; a hit lasts as long as what it breaks off, and its echo keeps its pitch."""
    if new.rank[0] == _STING:
        new.end = max(new.end, old.end)
        if old.rank[0] == _STING:
            new.note = replace(new.note, pitch=old.note.pitch)
    return new


def _accented(first: _Sounding, other: _Sounding) -> _Sounding:
    """Of two notes that one player begins at once the first, which lasts as long as either where it is a hit.

    One that meets a tune is the tune's note, struck harder.
    """
    if first.rank[0] == _STING:
        first.end = max(first.end, other.end)
        if other.rank[0] in _TUNES:
            first.note = replace(first.note, pitch=other.note.pitch)
    return first


def _entries(lines: Sequence[Line], own: Sequence[int]) -> Iterator[_Sounding]:
    for n in own:
        role = _FIRST.index(lines[n].part.role)
        for note in lines[n].notes:
            yield _Sounding(n, note, (role, -note.pitch), note.time + note.length)


def _cut(one: _Sounding) -> v2a.Note:
    return replace(one.note, length=max(_LEAST, one.end - one.note.time))
