"""What it costs to mix six stems, to measure them, and to encode and hand over what comes of it.

    python benchmarks/stems.py [--minutes 10] [--spec youtube]

The film is small, with speech a third of the time; a background and music run through it, narration is spoken every two
minutes, feet step twice a second in bursts and an effect sounds every six seconds, all of them in a room. They are mixed to
a spec, and delivered as a film whose picture is copied and whose sound becomes AAC, with six stems beside it. CPU-seconds
are of this process and of all its children, one thread each; mix and film together are to take at most 30 for ten minutes.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import films
import machine
import numpy as np
from budget import cpu
from numpy.typing import NDArray

from v2a.interfaces import Bench
from v2a.media.probe import probe
from v2a.model import (
    Audio,
    Kind,
    Licence,
    Mixdown,
    Observations,
    Region,
    RoomName,
    SoundFile,
    Span,
    Speech,
    SpottingList,
    Take,
    Video,
)
from v2a.stages import deliver, mix

RATE = 48_000
LICENCE = Licence("CC0-1.0", commercial="yes")
T = TypeVar("T")


def _noise(seconds: float, seed: int, decay: float = 0.0, channels: int = 2) -> NDArray[np.float32]:
    """Noise with less and less upwards, as sounds in films have."""
    rng = np.random.default_rng(seed)
    count = round(seconds * RATE)
    spectrum = np.fft.rfft(rng.standard_normal((channels, count)))
    spectrum /= np.sqrt(np.maximum(np.fft.rfftfreq(count, 1 / RATE), 50.0))
    sound = np.fft.irfft(spectrum, count)
    sound *= 0.1 / np.sqrt((sound**2).mean())
    if decay:
        sound *= np.exp(-np.arange(sound.shape[1]) / (decay * RATE))
    return sound.astype(np.float32)


class _Desk:
    """Takes on disk, and regions that play them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, name: str, sound: NDArray[np.float32]) -> Take:
        file = SoundFile.write(self._folder / f"{name}.npy", Audio(sound, RATE))
        return Take(name, name, file, "bench", "1", 1, 0, name, LICENCE)

    def region(self, stem: Kind, take: Take, start: float, room: RoomName = "") -> Region:
        begin = Fraction(round(start * 1000), 1000)
        return Region(take.cue, stem, take, Span(begin, begin + take.sound.duration), room=room, distance=3.0)


def regions(folder: Path, seconds: float) -> Iterator[Region]:
    """Sounds of every kind over a film of that length."""
    desk = _Desk(folder)
    yield desk.region("bg", desk.take("rain", _noise(seconds, 1)), 0.0)
    yield desk.region("mx", desk.take("score", _noise(seconds, 2)), 0.0)
    words, step, door = (
        desk.take("words", _noise(8, 3, channels=1)),
        desk.take("step", _noise(0.4, 4, 0.05, 1)),
        desk.take("door", _noise(1.5, 5, 0.3)),
    )
    for at in np.arange(20, seconds - 8, 120):
        yield desk.region("vo", words, float(at))
    for at in np.arange(1, seconds - 1, 0.5):
        if at % 20 < 8:
            yield desk.region("fo", step, float(at), "room")
    for at in np.arange(3, seconds - 2, 6):
        yield desk.region("fx", door, float(at), "hall")


def speech(seconds: float) -> Iterator[Speech]:
    """Somebody speaks for three seconds in nine."""
    for at in range(0, int(seconds) - 3, 9):
        yield Speech(Span(Fraction(at), Fraction(at + 3)))


def counted(work: Callable[[], T]) -> tuple[T, float]:
    """What some work answers, and its CPU-seconds."""
    before = cpu()
    done = work()
    return done, cpu() - before


def delivered(video: Video, mixdown: Mixdown, placed: tuple[Region, ...], folder: Path, stems: bool) -> None:
    """The film, with or without stems beside it."""
    to = deliver.Destination(folder / f"{stems}.mp4", folder / "stems" if stems else None, folder)
    inputs = deliver.DeliverInputs(video, mixdown, placed, SpottingList(video.identity, 1), to)
    deliver.run(inputs, deliver.DeliverOptions(), Bench())


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--minutes", type=float, default=10)
    ask.add_argument("--spec", default="youtube")
    given = ask.parse_args()
    video = probe(films.film(given.minutes, films.SMALL))
    seconds = float(video.duration)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        placed = tuple(regions(folder, seconds))
        seen = Observations(video, speech=tuple(speech(seconds)))
        inputs = mix.MixInputs(video, placed, seen, folder / "mix")
        mixdown, mixing = counted(lambda: mix.run(inputs, mix.MixOptions(spec=given.spec), Bench()))
        _, film = counted(lambda: delivered(video, mixdown, placed, folder, False))
        _, both = counted(lambda: delivered(video, mixdown, placed, folder, True))
    print(f"{len(mixdown.stems)} stems of {given.minutes:g} minutes, {len(placed)} regions, at {given.spec}'s loudness "
          f"(limited by {mixdown.reduction:.1f} dB), on {machine.name()}\n")  # fmt: skip
    machine.table(
        ("work", "CPU s"),
        [
            ("mixed and measured", f"{mixing:.1f}"),
            ("film encoded", f"{film:.1f}"),
            ("together (at most 30 for ten minutes)", f"{mixing + film:.1f}"),
            ("stems as BWF besides", f"{both - film:.1f}"),
        ],
    )


if __name__ == "__main__":
    main()
