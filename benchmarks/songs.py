"""Other people's music cut to a film: beats and bars found, beats on a new tempo map, cuts, and what has no beat.

    python benchmarks/songs.py [--count 24] [--tables beats fit cuts strangers]

The songs are played by a band in eight styles at 70 to 160 beats a minute (`heard/songs.py`), with every beat, bar and
section known; their tempo holds, sways or glides by 4 % either way. Settings were chosen on the tuning half of the seeds;
the other half is what counts. A song is fitted to a tempo map as the arrange stage does it, and played as the mix does.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import machine
import numpy as np
from endless import click
from heard import songs
from heard.listening import RATE
from numpy.typing import NDArray

from v2a.interfaces import Bench
from v2a.model import (
    Audio,
    Cue,
    Identity,
    Licence,
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
from v2a.stages.arranging.songs import song_of
from v2a.stages.mixing.sounds import Heard, sounds_of
from v2a.stages.scoring.timing import Timings
from v2a.testing import Mark, agreement

HALVES = {"tuning": 0, "held out": 1000}
OCTAVES = (2, 1 / 2, 3, 1 / 3, 3 / 2, 2 / 3)
MOST = 0.04
LONGEST = 80.0
HEARD = 6.0
# How far a song drifts and how far the map's tempo lies from its own: together never more than music is stretched.
WAYS = (
    ("steady", 0.0, 0.03),
    ("sway", 0.04, 0.0),
    ("sway", 0.02, -0.019),
    ("glide", 0.04, 0.0),
    ("glide", 0.02, 0.019),
)
LENGTHS = (20, 45, 150)
Curve = NDArray[np.float64]


@dataclass(frozen=True)
class Fixed(Timings):
    """Timings of one tempo map, whatever the cue."""

    tempo: TempoMap = TempoMap.even(120)

    def of(self, cue: Cue) -> Timing:
        """The timing of any cue."""
        return Timing(self.tempo)


@cache
def song(seed: int, drift: str, amount: float) -> songs.Song:
    """A song, played once."""
    return songs.song(seed, drift, amount, LONGEST)


def take(sound: NDArray[np.float32], folder: Path) -> Take:
    """Sound as a take of the cue "m"."""
    file = SoundFile.write(folder / f"{len(list(folder.iterdir()))}.npy", Audio(np.atleast_2d(sound), RATE))
    return Take(file.path, "m", file, "import", "1", 0, 0, "song", Licence("own"))


def cut(made: Take, seconds: float, tempo: TempoMap) -> MusicEdit | None:
    """The edit of a take for a cue of so many seconds."""
    cue = Cue("m", "mx", Span(Fraction(0), Fraction(seconds).limit_denominator(RATE)), "music")
    listed = SpottingList(Identity(1, "0"), 1, cues=(cue,))
    return Editor(Fixed(None, listed, tempo=tempo), MOST).edit(cue, made)


def played(made: Take, edit: MusicEdit, folder: Path) -> NDArray[np.float32]:
    """What an edit sounds like, in mono, from the cue's start."""
    region = Region("m", "mx", made, edit.span, edit=edit)
    with ExitStack() as stack:
        sounds = sounds_of([region], folder, RATE, stack, Bench())
        return np.array(sounds[Heard.by(region)].samples[0])


def beat_rows(half: str, count: int) -> Iterator[tuple[object, ...]]:
    for drift in songs.DRIFTS:
        told: dict[str, list[Mark]] = {"beats": [], "bars": []}
        true: dict[str, list[Mark]] = {"beats": [], "bars": []}
        right = other = meters = spent = seconds = 0.0
        for number in range(count):
            made = song(HALVES[half] + number, drift, 0.04)
            with tempfile.TemporaryDirectory() as folder:
                held = take(made.sound, Path(folder))
                begun = time.process_time()
                found = song_of(held)
                spent += time.process_time() - begun
            seconds += len(made.sound) / RATE
            ratio = (found.tempo or 0.0) / made.tempo
            right += abs(ratio - 1) < 0.04
            other += any(abs(ratio / octave - 1) < 0.04 for octave in OCTAVES)
            meters += found.meter == made.meter
            inside = [t for t in found.beats if made.beats[0] - 0.1 < t < made.beats[-1] + 0.1]
            bars = [t for t in found.starts if made.beats[0] - 0.1 < t < made.beats[-1] + 0.1]
            told["beats"] += [Mark(1000 * number + t) for t in inside]
            told["bars"] += [Mark(1000 * number + float(t)) for t in bars]
            true["beats"] += [Mark(1000 * number + float(t)) for t in made.beats]
            true["bars"] += [Mark(1000 * number + float(t)) for t in made.downbeats]
        wide, near = (agreement(told["beats"], true["beats"], within) for within in (0.07, 0.02))
        bars_found = agreement(told["bars"], true["bars"], 0.07)
        yield (
            half, drift, f"{right / count:.2f}", f"{other / count:.2f}", f"{wide.f1 or 0:.3f}", f"{near.f1 or 0:.3f}",
            f"{bars_found.f1 or 0:.3f}", f"{meters / count:.2f}", _ms(wide.error), f"{seconds / spent:.0f}",
        )  # fmt: skip


def fit_rows(half: str, count: int) -> Iterator[tuple[object, ...]]:
    for drift, amount, away in WAYS:
        mapped, heard, rigid, bars, most, cuts = [], [], [], [], 0.0, 0
        for number in range(count):
            made = song(HALVES[half] + number, drift, amount)
            wanted = _map(made.tempo * (1 + away), made.meter)
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                held = take(made.sound, folder)
                edit = cut(held, len(made.sound) / RATE * 0.7, wanted)
                if edit is None:
                    mapped.append(np.full(len(made.beats), 1.0))
                    continue
                pairs = _heard(edit, made.beats)
                error = _off(pairs[:, 1], wanted)
                mapped.append(error)
                bars.append(_off(_heard(edit, made.downbeats)[:, 1], wanted, made.meter))
                late = _lags(made.sound, played(held, edit, folder), pairs)
                heard.append(error[np.isfinite(late)] + late[np.isfinite(late)])
            rigid.append(_rigid(made, wanted))
            most = max(most, *(abs(s - 1) for p in edit.passages for s in p.stretches))
            cuts += len(edit.passages) - 1
        whole, sounding, stiff = (np.abs(np.concatenate(each)) for each in (mapped, heard, rigid))
        counted = np.mean(np.abs(np.concatenate(bars)) < 0.05)
        yield (
            half, drift, f"±{amount:.0%}", f"{away:+.1%}", _at(whole, 0.5), _at(whole, 0.95), _at(sounding, 0.95), _at(stiff, 0.95),
            f"{counted:.3f}", f"{most:.1%}", cuts,
        )  # fmt: skip


def cut_rows(half: str, count: int) -> Iterator[tuple[object, ...]]:
    for length in LENGTHS:
        cuts, joined, untouched, alike, own, full = 0, [], [], [], 0, 0
        for number in range(count):
            made = song(HALVES[half] + number, songs.DRIFTS[number // 8 % 3], 0.04)
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                held = take(made.sound, folder)
                edit = cut(held, length, _map(made.tempo, made.meter))
                if edit is None:
                    continue
                sound = played(held, edit, folder)
            places = [int((p.target.start - p.crossfade / 2) * RATE) for p in edit.passages[1:]]
            cuts += len(places)
            joined += [click(sound, [at]) for at in places if RATE < at < len(sound) - RATE]
            joints = [round((t - 0.075) * RATE) for t in made.downbeats[2:-2:4]]
            untouched += [click(made.sound, [at]) for at in joints if RATE < at < len(made.sound) - RATE]
            alike += _alike(made, edit)
            own += edit.ending == "own" and made.rings
            full += made.rings
        over = float(np.mean(np.array(joined) > HEARD)) if joined else 0.0
        yield (
            half, length, f"{cuts / count:.1f}", f"{np.mean(alike):.2f}" if alike else "", f"{own} of {full}",
            f"{over:.1%}", f"{np.quantile(joined, 0.95):.1f}" if joined else "",
            f"{np.mean(np.array(untouched) > HEARD):.1%}", f"{np.quantile(untouched, 0.95):.1f}",
        )  # fmt: skip


def stranger_rows(half: str, count: int) -> Iterator[tuple[object, ...]]:
    kinds: dict[str, list[bool]] = {}
    for name, sound in songs.strangers(HALVES[half]):
        with tempfile.TemporaryDirectory() as folder:
            kinds.setdefault(name, []).append(song_of(take(sound, Path(folder))).beaten)
    for name, beaten in kinds.items():
        yield half, name, len(beaten), sum(beaten)


def _map(bpm: float, meter: int) -> TempoMap:
    """An even map; in 3/4 where the song is."""
    even = TempoMap.even(bpm)
    return TempoMap(even.marks, type(even.meter)(meter, 4))


def _heard(edit: MusicEdit, times: Curve) -> Curve:
    """Times of the music that are heard, and when."""
    found = []
    for passage in edit.passages:
        inside = [t for t in times if passage.source.start <= Fraction(float(t)) < passage.source.end]
        found += [(float(t), float(passage.heard(Fraction(float(t))))) for t in inside]
    return np.array(found).reshape(-1, 2)


def _off(heard: Curve, wanted: TempoMap, every: int = 1) -> Curve:
    """How late each of some times is for the nearest beat of a map, or the nearest of every so many."""
    beats = np.array([float(wanted.beat(Fraction(float(t)).limit_denominator(10**6))) for t in heard])
    nearest = np.round(beats / every) * every
    return np.asarray(heard - wanted.seconds(nearest))


def _rigid(made: songs.Song, wanted: TempoMap) -> Curve:
    """How late the beats would be if the song were stretched as a whole, by the ratio of the tempi, from its first beat."""
    return _off((made.beats - made.beats[0]) * made.tempo / wanted.marks[0].bpm, wanted)


def _lags(before: NDArray[np.float32], after: NDArray[np.float32], pairs: Curve) -> Curve:
    """How much later than it should what is struck at a beat is heard, by correlation of what surrounds it; none where unlike."""
    half, reach = round(0.05 * RATE), round(0.025 * RATE)
    lags = np.full(len(pairs), np.nan)
    for n, (source, target) in enumerate(pairs):
        s, t = round(source * RATE), round(target * RATE)
        if min(s, t) < half + reach or s + half > len(before) or t + half + reach > len(after):
            continue
        given, found = (
            np.diff(before[s - half : s + half]),
            np.diff(after[t - half - reach : t + half + reach]),
        )
        match = np.correlate(found, given, "valid")
        local = np.sqrt(np.convolve(found**2, np.ones(len(given)), "valid") * (given**2).sum()) + 1e-12
        if (match / local).max() > 0.5:
            lags[n] = (int((match / local).argmax()) - reach) / RATE
    return lags


def _alike(made: songs.Song, edit: MusicEdit) -> list[bool]:
    """Of each cut, whether what comes plays the same bar of a phrase as what would have come."""
    said = []
    for before, after in zip(edit.passages, edit.passages[1:]):
        would, does = (
            int(np.abs(made.downbeats - float(t)).argmin()) for t in (before.source.end, after.source.start)
        )
        said.append(_place(made.bars[would]) == _place(made.bars[does]))
    return said


def _place(bar: str) -> str:
    """Where in its phrase a bar lies; the last chord comes where a phrase would begin."""
    return "0" if bar == "end" else bar.split()[-1]


def _at(errors: Curve, share: float) -> str:
    return f"{1000 * float(np.quantile(errors, share)):.1f}"


def _ms(seconds: float | None) -> str:
    return "" if seconds is None else f"{1000 * seconds:+.1f}"


TABLES = {
    "beats": (("half", "tempo", "tempo ±4 %", "octave of it", "F ±70 ms", "F ±20 ms", "bars F ±70 ms", "meter", "error ms", "× realtime"), beat_rows),
    "fit": (("half", "tempo", "drift", "map", "median ms", "p95 ms", "p95 ms as played", "p95 ms unfitted", "bars on bars", "stretched", "cuts"), fit_rows),
    "cuts": (("half", "seconds", "cuts a song", "same place in the phrase", "own ending", "z over 6", "z, 95 %", "untouched over 6", "z, 95 %"), cut_rows),
    "strangers": (("half", "sound", "count", "taken for beaten"), stranger_rows),
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--count", type=int, default=24, help="songs in each half")
    options.add_argument("--tables", nargs="+", default=list(TABLES), choices=TABLES)
    options.add_argument("--halves", nargs="+", default=list(HALVES), choices=HALVES)
    given = options.parse_args(arguments)
    print(machine.name())
    for name in given.tables:
        titles, rows = TABLES[name]
        print(f"\n{name}: {given.count} songs in each half\n")
        machine.table(titles, [row for half in given.halves for row in rows(half, given.count)])


if __name__ == "__main__":
    main()
