"""What players have hands and breath for: a flute plays one note at a time, four horns play four."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import v2a
from v2a_composer.writing.orchestra import Chair
from v2a_composer.writing.sheet import Line

_FIRST = ("sting", "run", "melody", "doubling", "counter", "bass", "pulse", "figure", "swell", "choir")
_STING, _TUNES = 0, (1, 2, 3, 4)
_TOGETHER, _SLURRED, _LEAST = 0.05, 0.06, 0.05
_OVER, _STRUCK = 0.03, 0.1


@dataclass(eq=False)
class _Sounding:
    """A note of a line, where it ends now, and how much it matters: the less the more."""

    line: int
    note: v2a.Note
    rank: tuple[int, int]
    end: float


def playable(lines: Sequence[Line]) -> list[Line]:
    """The lines with no more notes at once than each chair has players: what matters less makes way, or is not begun.

    Who has several lines to play goes from one to the other: a viola that is to pulse leaves the note that it holds.
    """
    notes = [line.notes for line in lines]
    chairs: dict[str, tuple[Chair, list[int]]] = {}
    for n, line in enumerate(lines):
        chair = line.part.chair
        if chair.players:
            chairs.setdefault(chair.key, (chair, []))[1].append(n)
    for chair, own in chairs.values():
        kept = list(_kept(lines, own, chair.players))
        for n in own:
            notes[n] = [_cut(one) for one in kept if one.line == n]
    return [Line(line.part, played) for line, played in zip(lines, notes)]


def _kept(lines: Sequence[Line], own: Sequence[int], players: int) -> Iterator[_Sounding]:
    """The notes that are played, each as long as somebody has a hand for it, in order of time."""
    entries = sorted(_entries(lines, own), key=lambda one: (one.note.time, one.rank))
    playing: list[_Sounding] = []
    for new in entries:
        at = new.note.time
        yield from (one for one in playing if one.end <= at)
        playing = [one for one in playing if one.end > at]
        busy = [one for one in playing if one.end > at + _SLURRED]
        if len(busy) < players:
            playing.append(new)
            continue
        least = max(busy, key=lambda one: _rank(one, at))
        if at - least.note.time <= _TOGETHER:
            first, other = sorted((new, least), key=lambda one: one.rank)
            playing[playing.index(least)] = _accented(first, other) if players == 1 else first
        elif new.rank[0] <= _rank(least, at)[0]:
            playing.append(_instead(new, least) if players == 1 else new)
            least.end = at + _OVER
        elif players == 1 and least.rank[0] == _STING:
            least.end = max(least.end, new.end)
    yield from playing


def _rank(one: _Sounding, at: float) -> tuple[int, int]:
    """How much a note matters by then: what is left of a hit that was struck makes way for anything."""
    return (len(_FIRST), 0) if one.rank[0] == _STING and at - one.note.time > _STRUCK else one.rank


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
