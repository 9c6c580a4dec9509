"""Whether stretched sound has the asked length, and whether what sets in in it does so when it should.

    python benchmarks/stretching.py [--count 8] [--halves tuning "held out"] [--tables lengths onsets far double maps ways]

Struck things alone, in a place and in runs, footsteps of the foley plugin, and the composer's music, which drums and plucks or holds
its tones. An onset's error is the lag at which the rectified slope of the sound around it is most like that of the source
(25 ms to either side, 60 where tones are held; up to 60 ms off). The distance is the mean difference in dB between the short-time
spectrum (2048 and 8192 samples) and the source's at the same point of the music, in bins down to 50 dB below the highest.
What v2a chooses was settled on the tuning half (`--tables ways`); the other half is what counts.
"""

from __future__ import annotations

import argparse
import itertools
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import machine
import numpy as np
import pedalboard
import pyrubberband
from heard import strikes
from heard.listening import RATE
from numpy.typing import NDArray

import v2a
import v2a_composer
import v2a_foley
from v2a.dsp import rubberband, stretch, vocoder
from v2a.dsp.filters import filtered
from v2a.dsp.timemap import TimeMap
from v2a.dsp.transients import onsets, rises
from v2a.interfaces import as_maker
from v2a.media import programs
from v2a.model import Anchor, Moment

HALVES = {"tuning": 0, "held out": 1000}
RATES = (8_000, 22_050, 44_100, 48_000, 96_000)
LENGTHS = (1, 100, 3_001, 20_000, 100_003)
RATIOS = (0.25, 0.5, 0.9, 0.96, 1.0003, 1.04, 1.1, 1.5, 2.2)
NEAR, FAR, DOUBLE = (0.96, 0.985, 1.015, 1.04), (0.5, 0.75, 1.4), (2.0,)
SECONDS, REACH = 8.0, 0.06
Wave = NDArray[np.float32]
Stretch = Callable[[Wave, int], Wave]


@dataclass(frozen=True, eq=False)
class Sound:
    """A sound of a kind, when something sets in in it, and how much around that counts, in seconds."""

    kind: str
    wave: Wave
    times: tuple[float, ...]
    around: float = 0.025


@dataclass
class Score:
    """What was measured of one engine on one kind of sound."""

    errors: list[float] = field(default_factory=list)
    short: list[float] = field(default_factory=list)
    long: list[float] = field(default_factory=list)
    off: list[int] = field(default_factory=list)
    cpu: float = 0.0
    seconds: float = 0.0

    @property
    def cells(self) -> tuple[object, ...]:
        return (
            *spread(self.errors),
            f"{np.mean(self.short):.1f}",
            f"{np.mean(self.long):.1f}",
            max(self.off, key=abs),
        )


def spread(errors: Sequence[float]) -> tuple[object, ...]:
    """How many errors there are, their median and 95th percentile."""
    size = np.abs(errors) if errors else np.array([np.nan])
    return len(errors), *(f"{np.percentile(size, share):.2f}" for share in (50, 95))


def sounds(seed: int) -> Iterator[Sound]:
    """One sound of each kind."""
    alone = strikes.foley(seed, SECONDS)
    yield Sound("struck", _both(alone.sound), alone.times)
    placed = strikes.noisy(alone, seed)
    yield Sound("struck, in a place", _both(placed.sound), placed.times)
    run = np.cumsum(np.random.default_rng([seed, 12]).uniform(0.07, 0.16, round(SECONDS / 0.12)))
    fast = strikes.struck_at([float(t) for t in run], SECONDS, seed)
    yield Sound("struck, in runs", _both(fast.sound), fast.times)
    yield _footsteps(seed)
    yield _music("music, plucked", ("playful", "hopeful", "epic")[seed % 3], seed, 0.03)
    yield _music("music, held", ("tense", "calm", "sad", "mysterious")[seed % 4], seed, 0.06)


def _both(sound: Wave) -> Wave:
    return np.stack([sound, sound])


def _footsteps(seed: int) -> Sound:
    rng = np.random.default_rng([seed, 9])
    times = np.cumsum(rng.uniform(0.42, 0.62, round(SECONDS / 0.7)))
    moments = tuple(
        Moment(Fraction(round(t * 1000), 1000), "contact", float(rng.uniform(0.4, 1.0)), 1.0) for t in times
    )
    ground = ("gravel", "concrete", "wood", "snow")[seed % 4]
    made = _made(v2a_foley, "fo", f"footsteps on {ground}", seed, moments=moments)
    return Sound("footsteps", made, tuple(float(m.time) for m in moments))


def _music(kind: str, mood: str, seed: int, around: float) -> Sound:
    tempo = round(float(np.random.default_rng([seed, 10]).uniform(70, 120)), 1)
    made = _made(v2a_composer, "mx", mood, seed, params={"mood": mood, "tempo": tempo})
    return Sound(kind, made, tuple(float(n * 60 / tempo) for n in range(int(SECONDS * tempo / 60))), around)


def _made(plugin: object, kind: str, prompt: str, seed: int, **told: object) -> Wave:
    generator = next(g for g in plugin.v2a_generators() if kind in g.card.kinds)
    span = v2a.Span(Fraction(0), Fraction(round(SECONDS)))
    request = v2a.Request("stretched", kind, prompt, span, span.end, seed, RATE, 2, **told)
    (made,) = as_maker(generator.open(v2a.Bench()))([request])
    return np.array(np.broadcast_to(made.sound.samples, (2, made.sound.length)))


def edges(wave: Wave) -> NDArray[np.float64]:
    """The rectified slope, smoothed over a millisecond, as the ear hears that something sets in."""
    shape = np.hanning(2 * RATE // 1000 + 1)
    slope = np.abs(np.diff(wave[:1].astype(np.float64), axis=1, prepend=0.0))
    smooth = filtered(slope.astype(np.float32), (shape / shape.sum()).astype(np.float32))
    return np.sqrt(np.maximum(smooth[0].astype(np.float64), 0.0))


def late(
    source: NDArray[np.float64], made: NDArray[np.float64], at: float, to: float, around: float
) -> float | None:
    """By how many ms what sets in at a time is late; nothing where nothing does, or too near to an end."""
    half, reach, first, there = (round(t * RATE) for t in (around, REACH, at, to))
    if (
        first - 2400 < 0
        or there - half - reach < 0
        or first + half > len(source)
        or there + half + reach > len(made)
    ):
        return None
    if source[first - 240 : first + 1200].max() < 1.5 * source[first - 2400 : first - 240].max() + 1e-3:
        return None
    wanted, room = source[first - half : first + half], made[there - half - reach : there + half + reach]
    sums, squares = (np.concatenate([[0.0], np.cumsum(each)]) for each in (room, room**2))
    spread = (
        squares[2 * half :] - squares[: -2 * half] - (sums[2 * half :] - sums[: -2 * half]) ** 2 / (2 * half)
    )
    alike = _correlated(room, wanted - wanted.mean()) / np.sqrt(np.maximum(spread, 1e-12))
    return (int(alike.argmax()) - reach) / RATE * 1000


def _correlated(room: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    size = 1 << (len(room) + len(wanted)).bit_length()
    product = np.fft.rfft(room, size) * np.fft.rfft(wanted, size).conj()
    return np.fft.irfft(product, size)[: len(room) - len(wanted) + 1]


def distance(source: Wave, made: Wave, size: int) -> float:
    """The mean difference of short-time spectra in dB, at the same points of the music."""
    shape, found = np.hanning(size), []
    for middle in range(size, source.shape[1] - size, size):
        there = round(middle * made.shape[1] / source.shape[1])
        if not size // 2 <= there <= made.shape[1] - size // 2:
            continue
        was = np.abs(np.fft.rfft(source[0, middle - size // 2 : middle + size // 2] * shape))
        now = np.abs(np.fft.rfft(made[0, there - size // 2 : there + size // 2] * shape))
        heard = was > max(was.max() * 10**-2.5, 1e-3)
        found += [np.abs(20 * np.log10((now[heard] + 1e-9) / was[heard])).mean()] if heard.any() else []
    return float(np.mean(found))


def scored(score: Score, sound: Sound, ratio: float, engine: Stretch) -> None:
    """Measure one stretch by an engine."""
    length = round(sound.wave.shape[1] * ratio)
    begun = time.process_time()
    raw = engine(sound.wave, length)
    score.cpu += time.process_time() - begun
    score.seconds += sound.wave.shape[1] / RATE
    score.off.append(raw.shape[1] - length)
    made = np.pad(raw[:, :length], ((0, 0), (0, max(0, length - raw.shape[1]))))
    was, now = edges(sound.wave), edges(made)
    for at in sound.times:
        error = late(was, now, at, at * ratio, sound.around)
        score.errors += [error] if error is not None else []
    score.short.append(distance(sound.wave, made, 2048))
    score.long.append(distance(sound.wave, made, 8192))


def ours(wave: Wave, length: int) -> Wave:
    """As v2a chooses."""
    return stretch.to_length(wave, RATE, length)


def by_vocoder(window: int, rise: float) -> Stretch:
    """v2a's vocoder with a window and a rise of its own."""

    def engine(wave: Wave, length: int) -> Wave:
        wanted, reach = TimeMap.of(wave.shape[1], length, RATE), window / 2
        kept = onsets(wave, rises(wave, RATE), 6.0, wanted.apart(reach))
        kept = kept[(kept > reach) & (kept < wave.shape[1] - reach)]
        plan = vocoder.Plan(wanted.keeping(kept, reach), kept, window, rise)
        return np.concatenate(list(vocoder.stretched(wave, plan)), axis=1)

    return engine


def _program(**options: str) -> Stretch:
    given = {f"--{name.replace('_', '-')}": value for name, value in options.items()}

    def engine(wave: Wave, length: int) -> Wave:
        return pyrubberband.time_stretch(wave.T, RATE, wave.shape[1] / length, dict(given)).T

    return engine


def _pedalboard(fine: bool) -> Stretch:
    return lambda wave, length: pedalboard.time_stretch(
        wave, float(RATE), wave.shape[1] / length, high_quality=fine
    )


def _ffmpeg(wave: Wave, length: int) -> Wave:
    raw = ["-f", "f32le", "-ar", str(RATE), "-ac", "2"]
    tempo = f"rubberband=tempo={wave.shape[1] / length!r}"
    command = [programs.ffmpeg(), "-v", "error", *raw, "-i", "-", "-af", tempo, "-f", "f32le", "-"]
    done = subprocess.run(
        command, input=np.ascontiguousarray(wave.T).tobytes(), stdout=subprocess.PIPE, check=True
    )
    return np.frombuffer(done.stdout, np.float32).reshape(-1, 2).T


def engines() -> dict[str, Stretch]:
    """v2a and all that it could have used here."""
    with_program = {"pyrubberband, R2": _program(), "pyrubberband, R2, crisp 6": _program(crisp="6"),
                    "pyrubberband, R3": _program(fine="")}  # fmt: skip
    return {
        "v2a": ours,
        **(with_program if rubberband.available() else {}),
        "pedalboard, R2": _pedalboard(False),
        "pedalboard, R3": _pedalboard(True),
        "ffmpeg": _ffmpeg,
    }


def length_rows(half: str, count: int) -> Iterator[tuple[object, ...]]:
    rng = np.random.default_rng(HALVES[half])
    for rate in RATES:
        off = []
        for before, ratio in itertools.product(LENGTHS, RATIOS):
            wave = (0.1 * rng.standard_normal((2, before))).astype(np.float32)
            after = max(1, round(before * ratio))
            off.append(stretch.to_length(wave, rate, after).shape[1] - after)
            if min(before, after) > 2:
                middle = _anchor(before // 2, max(1, min(after - 1, round(after * 0.49))), rate)
                off.append(stretch.to_map(wave, rate, after, [middle]).shape[1] - after)
        yield half, rate, len(off), max(off, key=abs)


def engine_rows(
    half: str, count: int, ratios: Sequence[float], tried: dict[str, Stretch]
) -> Iterator[tuple[object, ...]]:
    found: dict[tuple[str, str], Score] = {}
    for seed in range(HALVES[half], HALVES[half] + count):
        for sound, (name, engine) in itertools.product(sounds(seed), tried.items()):
            scored(found.setdefault((sound.kind, name), Score()), sound, ratios[seed % len(ratios)], engine)
    for (kind, name), score in found.items():
        yield (half, kind, name, *score.cells)


def map_rows(half: str, count: int) -> Iterator[tuple[object, ...]]:
    """A point in the middle put elsewhere, either side within 4 %, and the length kept right."""
    found: dict[tuple[str, str], Score] = {}
    for seed in range(HALVES[half], HALVES[half] + count):
        rng = np.random.default_rng([seed, 11])
        for sound, (name, engine) in itertools.product(sounds(seed), _MAPS.items()):
            point = round(sound.times[len(sound.times) // 2] * RATE)
            first, second = rng.uniform(0.96, 1.04, 2)
            before = sound.wave.shape[1]
            to, length = round(point * first), round(point * first + (before - point) * second)
            raw = engine(sound.wave, point, to, length)
            score = found.setdefault((sound.kind, name), Score())
            score.off.append(raw.shape[1] - length)
            was, now = edges(sound.wave), edges(raw)
            for at in sound.times:
                there = float(np.interp(at * RATE, [0, point, before], [0, to, length])) / RATE
                error = late(was, now, at, there, sound.around)
                score.errors += [error] if error is not None else []
                score.short += [abs(error)] if error is not None and round(at * RATE) == point else []
    for (kind, name), score in found.items():
        at_anchor = f"{max(score.short):.2f}" if score.short else "-"
        yield half, kind, name, *spread(score.errors), at_anchor, max(score.off, key=abs)


def _anchor(source: int, target: int, rate: int) -> Anchor:
    return Anchor(Fraction(source, rate), Fraction(target, rate))


def _our_map(wave: Wave, point: int, to: int, length: int) -> Wave:
    return stretch.to_map(wave, RATE, length, [_anchor(point, to, RATE)])


def _program_map(wave: Wave, point: int, to: int, length: int) -> Wave:
    return pyrubberband.timemap_stretch(wave.T, RATE, [(0, 0), (point, to), (wave.shape[1], length)]).T


def _pedalboard_map(wave: Wave, point: int, to: int, length: int) -> Wave:
    speed = np.full(wave.shape[1], (wave.shape[1] - point) / (length - to))
    speed[:point] = point / to
    return pedalboard.time_stretch(wave, float(RATE), speed, high_quality=False)


_MAPS: dict[str, Callable[[Wave, int, int, int], Wave]] = {
    "v2a": _our_map,
    **({"pyrubberband, R2": _program_map} if rubberband.available() else {}),
    "pedalboard, R2": _pedalboard_map,
}
_ENGINE = ("half", "sound", "by", "onsets", "error, median, ms", "error, 95 %, ms", "distance, dB", "with long windows, dB", "length off, samples")  # fmt: skip
TABLES: dict[str, tuple[tuple[str, ...], Callable[[str, int], Iterator[tuple[object, ...]]]]] = {
    "lengths": (("half", "rate, Hz", "stretches", "greatest error, samples"), length_rows),
    "onsets": (_ENGINE, lambda half, count: engine_rows(half, count, NEAR, engines())),
    "far": (_ENGINE, lambda half, count: engine_rows(half, count, FAR, engines())),
    "double": (_ENGINE, lambda half, count: engine_rows(half, count, DOUBLE, engines())),
    "maps": (("half", "sound", "by", "onsets", "error, median, ms", "error, 95 %, ms", "at the anchor, most, ms", "length off, samples"), map_rows),
    "ways": (_ENGINE, lambda half, count: engine_rows(half, count, NEAR, {f"window {w}, rise {r:g}": by_vocoder(w, r) for w in (2048, 4096) for r in (0.0, 2.0, 4.0, 8.0)})),
}  # fmt: skip


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--count", type=int, default=8, help="sounds of each kind in each half")
    ask.add_argument(
        "--tables", nargs="+", default=["lengths", "onsets", "far", "double", "maps"], choices=TABLES
    )
    ask.add_argument("--halves", nargs="+", default=list(HALVES), choices=HALVES)
    given = ask.parse_args()
    print(machine.name())
    for name in given.tables:
        titles, rows = TABLES[name]
        print(f"\n{name}: {given.count} sounds of each kind in each half\n")
        machine.table(titles, itertools.chain.from_iterable(rows(half, given.count) for half in given.halves))


if __name__ == "__main__":
    main()
