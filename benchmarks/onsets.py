"""Onsets, tempo and beats, and what kind of sound is where, on sound whose truth is known by construction.

Everything was tuned on one half of the seeds; the other half is what counts. librosa stands beside v2a where it is
installed (it is no dependency), and speech is in the mixtures where espeak-ng or flite is.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import machine
import numpy as np
from heard import mixtures, rhythms, strikes, voices
from heard.listening import RATE, listen
from numpy.typing import NDArray

from v2a.builtin.observers import Sound, Speech
from v2a.model import Span
from v2a.testing import Agreement, Mark, agreement, overlap

APART = 1000
HALVES = {"tuning": 0, "held out": 1000}
OCTAVES = (2, 1 / 2, 3, 1 / 3, 3 / 2, 2 / 3)
Sounds = Callable[[NDArray[np.float32]], Sequence[float]]


@dataclass
class Listener:
    """Someone who tells times: what was told and what is true over all sounds, set far apart, and the CPU time."""

    name: str
    told: list[Mark] = field(default_factory=list)
    true: list[Mark] = field(default_factory=list)
    cpu: float = 0.0

    def add(self, number: int, told: Sequence[float], true: Sequence[float], cpu: float) -> None:
        self.told += [Mark(number * APART + t) for t in told]
        self.true += [Mark(number * APART + t) for t in true]
        self.cpu += cpu

    def agreed(self, within: float) -> Agreement:
        return agreement(self.told, self.true, within)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=40, help="sounds of each kind in each half")
    options.add_argument("--tables", nargs="+", default=["onsets", "beats", "kinds"])
    options.add_argument("--halves", nargs="+", default=list(HALVES), choices=HALVES)
    given = options.parse_args()
    print(machine.name())
    listen(Sound(), np.zeros(RATE, np.float32))
    for name in given.tables:
        titles, rows = TABLES[name]
        print(f"\n{name}: {given.count} sounds in each half\n")
        machine.table(titles, [row for half in given.halves for row in rows(half, given.count)])


def onset_rows(half: str, count: int) -> Iterator[tuple[object, ...]]:
    for place in ("clean", "noisy"):
        ours, theirs = Listener("v2a"), [Listener(name) for name in _librosa_onsets()]
        seconds = 0.0
        for seed in range(HALVES[half], HALVES[half] + count):
            made = strikes.foley(seed)
            made = strikes.noisy(made, seed) if place == "noisy" else made
            seconds += len(made.sound) / RATE
            heard = listen(Sound(), made.sound)
            ours.add(seed, [float(o.time) for o in heard.observations.onsets], made.times, heard.cpu)
            for peer in theirs:
                begun = time.process_time()
                told = _librosa_onsets()[peer.name](made.sound)
                peer.add(seed, told, made.times, time.process_time() - begun)
        for listener in (ours, *theirs):
            it = listener.agreed(0.03)
            yield (
                half, place, listener.name, f"{it.f1 or 0:.3f}", f"{it.precision or 0:.3f}", f"{it.recall or 0:.3f}",
                _ms(it.error), _ms(it.spread), f"{seconds / listener.cpu:.0f}",
            )  # fmt: skip


def beat_rows(half: str, count: int) -> Iterator[tuple[object, ...]]:
    ours, theirs = Listener("v2a"), [Listener(name) for name in _librosa_beats()]
    tempi: dict[str, list[float]] = {each.name: [] for each in (ours, *theirs)}
    for seed in range(HALVES[half], HALVES[half] + count):
        made = rhythms.piece(seed)
        heard = listen(Sound(), made.sound)
        played = heard.observations.music
        ours.add(seed, [float(t) for m in played for t in m.beats], made.beats, heard.cpu)
        tempo = next((m.tempo for m in sorted(played, key=lambda m: -m.span.duration) if m.tempo), 0.0)
        tempi["v2a"].append(tempo / made.tempo)
        for peer in theirs:
            begun = time.process_time()
            told = _librosa_beats()[peer.name](made.sound)
            peer.add(seed, told, made.beats, time.process_time() - begun)
            tempi[peer.name].append(
                60 / float(np.median(np.diff(told))) / made.tempo if len(told) > 2 else 0.0
            )
    for listener in (ours, *theirs):
        near, far = listener.agreed(0.02), listener.agreed(0.07)
        ratios = tempi[listener.name]
        right = sum(abs(r - 1) < 0.04 for r in ratios) / count
        other = sum(any(abs(r / octave - 1) < 0.04 for octave in OCTAVES) for r in ratios) / count
        yield (
            half, listener.name, f"{right:.2f}", f"{other:.2f}", f"{far.f1 or 0:.3f}", f"{near.f1 or 0:.3f}",
            _ms(far.error), _ms(far.spread),
        )  # fmt: skip


def kind_rows(half: str, count: int) -> Iterator[tuple[object, ...]]:
    told: dict[str, list[Span]] = {kind: [] for kind in mixtures.KINDS}
    true: dict[str, list[Span]] = {kind: [] for kind in mixtures.KINDS}
    for seed in range(HALVES[half], HALVES[half] + count):
        made = mixtures.mixture(seed)
        before = listen(Speech(), made.sound).observations
        seen = listen(Sound(), made.sound, before).observations
        found = {
            "speech": [s.span for s in seen.speech],
            "music": [m.span for m in seen.music],
            "silence": list(seen.silence),
            "atmosphere": [a.span for a in seen.atmosphere if a.confidence >= 0.5],
        }
        for kind in mixtures.KINDS:
            told[kind] += [s.shifted(Fraction(seed * APART)) for s in found[kind]]
            true[kind] += [s.shifted(Fraction(seed * APART)) for s in made.spans[kind]]
    for kind in mixtures.KINDS:
        if kind == "speech" and not voices.available():
            continue
        it = overlap(told[kind], true[kind])
        yield half, kind, f"{it.precision or 0:.3f}", f"{it.recall or 0:.3f}", f"{it.truth:.0f}"


def _librosa_onsets() -> dict[str, Sounds]:
    """librosa as it comes, and with the settings of SuperFlux; without librosa, nothing."""
    if importlib.util.find_spec("librosa") is None:
        return {}
    import librosa

    def default(sound: NDArray[np.float32]) -> Sequence[float]:
        return list(librosa.onset.onset_detect(y=_slower(sound), sr=22_050, units="time"))

    def superflux(sound: NDArray[np.float32]) -> Sequence[float]:
        bands = librosa.feature.melspectrogram(
            y=_slower(sound), sr=22_050, n_fft=1024, hop_length=220, fmin=27.5, fmax=11_000, n_mels=138
        )
        rise = librosa.onset.onset_strength(
            S=librosa.power_to_db(bands), sr=22_050, hop_length=220, lag=2, max_size=3
        )
        return list(librosa.onset.onset_detect(onset_envelope=rise, sr=22_050, hop_length=220, units="time"))

    return {"librosa": default, "librosa, SuperFlux": superflux}


def _librosa_beats() -> dict[str, Sounds]:
    if importlib.util.find_spec("librosa") is None:
        return {}
    import librosa

    def tracked(sound: NDArray[np.float32]) -> Sequence[float]:
        return list(librosa.beat.beat_track(y=_slower(sound), sr=22_050, units="time")[1])

    return {"librosa": tracked}


def _slower(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    import soxr

    return np.asarray(soxr.resample(sound, RATE, 22_050))


def _ms(seconds: float | None) -> str:
    return "" if seconds is None else f"{1000 * seconds:+.1f}"


TABLES = {
    "onsets": (("half", "place", "by", "F1 ±30 ms", "precision", "recall", "error ms", "p95 ms", "× realtime"), onset_rows),
    "beats": (("half", "by", "tempo ±4 %", "octave of it", "F ±70 ms", "F ±20 ms", "error ms", "p95 ms"), beat_rows),
    "kinds": (("half", "kind", "precision", "recall", "true s"), kind_rows),
}  # fmt: skip

if __name__ == "__main__":
    main()
