"""What is said of music that was cut to its cue, in one line."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from v2a.model import MusicEdit, Region

_ENDINGS = {"own": "with its own ending", "bar": "ending on a bar", "fade": "faded out"}
_EVEN = 0.0005


def told(region: Region) -> str:
    """How a region's music was cut: its tempo, its lengths, its cuts, how it is stretched, what it lands on."""
    edit = region.edit
    return "" if edit is None else f"Music of cue {region.cue}: {said(edit, region.take.sound.duration)}."


def said(edit: MusicEdit, length: Fraction) -> str:
    """The same of an edit of so many seconds of music."""
    return ", ".join([*_parts(edit, length), _ENDINGS[edit.ending]])


def _parts(edit: MusicEdit, length: Fraction) -> Iterator[str]:
    beaten = edit.tempo is not None
    yield f"{edit.tempo:.1f} bpm" if beaten else "no plain beat, so it is not stretched to one"
    yield f"{clock(length)} → {clock(edit.span.duration)}"
    if len(edit.passages) > 1:
        yield _cuts(edit)
    stretches = [s - 1 for p in edit.passages for s in p.stretches]
    if beaten:
        low, high = min(stretches), max(stretches)
        yield (
            f"stretched {_percent(low)}…{_percent(high)} %"
            if high - low > _EVEN or abs(low) > _EVEN
            else "not stretched"
        )
    if edit.hits and beaten:
        yield _landed(edit)


def _landed(edit: MusicEdit) -> str:
    """How many hits come with a beat, and with a downbeat."""
    hits = f"of {edit.hits} hit{'s' * (edit.hits > 1)}"
    if edit.met == edit.landed > 0:
        return f"{edit.landed} {hits} on downbeats"
    return f"{edit.met or 'none'} {hits} on beats" + (
        f", {edit.landed or 'none'} on downbeats" if edit.met else ""
    )


def _cuts(edit: MusicEdit) -> str:
    if edit.tempo is None:
        pairs = (
            f"{clock(b.source.end)} into {clock(a.source.start)}"
            for b, a in zip(edit.passages, edit.passages[1:])
        )
        return f"going over from {_listed([*pairs])}"
    count = len(edit.passages) - 1
    return f"{count} cut{'s' * (count > 1)}, to bar{'s' * (count > 1)} {_listed([str(b) for b in edit.bars])}"


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _percent(part: float) -> str:
    return f"{100 * part:+.1f}".replace("-", "−")


def clock(time: Fraction) -> str:
    """Minutes and seconds."""
    seconds = round(time)
    return f"{seconds // 60}:{seconds % 60:02d}"
