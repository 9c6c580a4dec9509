"""Songs that are fitted as the arrange stage fits them, and how near their beats come to where they should."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from heard import songs
from heard.listening import RATE
from v2a.interfaces import Bench
from v2a.model import (
    Audio,
    Cue,
    Hit,
    Identity,
    Licence,
    Meter,
    MusicEdit,
    Region,
    SoundFile,
    Span,
    SpottingList,
    Take,
    TempoMap,
    Timing,
)
from v2a.stages.arranging.editing import Editor
from v2a.stages.mixing.sounds import Heard, sounds_of
from v2a.stages.scoring.timing import Timings

MOST = 0.04
Curve = NDArray[np.float64]


@dataclass(frozen=True)
class Fixed(Timings):
    """Timings of one tempo map, whatever the cue."""

    timing: Timing = Timing(TempoMap.even(120))

    def of(self, cue: Cue) -> Timing:
        """The timing of any cue."""
        return self.timing


def take(sound: NDArray[np.float32], folder: Path) -> Take:
    """Sound as a take of the cue "m"."""
    file = SoundFile.write(folder / f"{len(list(folder.iterdir()))}.npy", Audio(np.atleast_2d(sound), RATE))
    return Take(file.path, "m", file, "import", "1", 0, 0, "song", Licence("own"))


def cut(
    made: Take, seconds: float, tempo: TempoMap, hits: Sequence[Hit] = (), named: bool = False
) -> MusicEdit | None:
    """The edit of a take for a cue of so many seconds, whose tempo the user may have `named`."""
    bpm = f"{tempo.marks[0].bpm:.2f}" if named else ""
    cue = Cue("m", "mx", Span(Fraction(0), Fraction(seconds).limit_denominator(RATE)), "music", tempo=bpm)
    listed = SpottingList(Identity(1, "0"), 1, cues=(cue,))
    return Editor(Fixed(None, listed, timing=Timing(tempo, tuple(hits))), MOST).edit(cue, made)


def played(made: Take, edit: MusicEdit, folder: Path) -> NDArray[np.float32]:
    """What an edit sounds like, in mono, from the cue's start."""
    region = Region("m", "mx", made, edit.span, edit=edit)
    with ExitStack() as stack:
        sounds = sounds_of([region], folder, RATE, stack, Bench())
        return np.array(sounds[Heard.by(region)].samples[0])


def even_map(bpm: float, meter: int) -> TempoMap:
    """An even map; in 3/4 where the song is."""
    return TempoMap.even(bpm, meter=Meter(meter, 4))


def when_heard(edit: MusicEdit, times: Curve) -> Curve:
    """Times of the music that are heard, and when."""
    found = []
    for passage in edit.passages:
        inside = [t for t in times if passage.source.start <= Fraction(float(t)) < passage.source.end]
        found += [(float(t), float(passage.heard(Fraction(float(t))))) for t in inside]
    return np.array(found).reshape(-1, 2)


def how_late(heard: Curve, wanted: TempoMap, every: int = 1) -> Curve:
    """How late each of some times is for the nearest beat of a map, or the nearest of every so many."""
    beats = np.array([float(wanted.beat(Fraction(float(t)).limit_denominator(10**6))) for t in heard])
    nearest = np.round(beats / every) * every
    return np.asarray(heard - wanted.seconds(nearest))


def unfitted(made: songs.Song, wanted: TempoMap) -> Curve:
    """How late the beats would be if the song were stretched as a whole, by the ratio of the tempi, from its first beat."""
    return how_late((made.beats - made.beats[0]) * made.tempo / wanted.marks[0].bpm, wanted)


def goes_on(made: songs.Song, edit: MusicEdit) -> list[bool]:
    """Of each cut, whether what comes plays the same bar of a phrase as what would have come."""
    said = []
    for before, after in pairwise(edit.passages):
        would, does = (
            int(np.abs(made.downbeats - float(t)).argmin()) for t in (before.source.end, after.source.start)
        )
        said.append(_place(made.bars[would]) == _place(made.bars[does]))
    return said


def _place(bar: str) -> str:
    """Where in its phrase a bar lies; the last chord comes where a phrase would begin."""
    return "0" if bar == "end" else bar.split()[-1]
