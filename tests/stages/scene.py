"""A small film, takes of known sound, and what is observed in them, for the stages after generating."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction as F
from pathlib import Path

import numpy as np

from v2a.media.encode import encode
from v2a.media.probe import probe
from v2a.model import Audio, Credit, Licence, Observations, Region, SoundFile, Span, Speech, Take, Video

RATE = 48_000
LICENCE = Licence("CC0-1.0", commercial="yes")


def film(path: Path, seconds: float = 2.0, rate: F = F(25), sound: np.ndarray | None = None) -> Video:
    """A film of grey frames with a sound of its own, or none."""
    count = max(1, round(seconds * rate))
    frames = (np.full((16, 16, 3), 40 + n % 100, np.uint8) for n in range(count))
    encode(path, frames, rate, sound=None if sound is None else Audio(sound, RATE))
    return probe(path)


def voice(seconds: float, level: float = 0.1, channels: int = 2) -> np.ndarray:
    """Something like a voice: a buzz whose loudness goes up and down."""
    time = np.arange(round(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * 150 * n * time) / n for n in range(1, 12))
    sound = level * buzz * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time))
    return np.tile(sound.astype(np.float32), (channels, 1))


def noise(seconds: float, level: float = 0.1, seed: int = 0, channels: int = 2) -> np.ndarray:
    """Steady noise."""
    rng = np.random.default_rng(seed)
    return (rng.standard_normal((channels, round(seconds * RATE))) * level).astype(np.float32)


def hit(seconds: float = 0.5, level: float = 0.8, sync: float = 0.1, channels: int = 1) -> np.ndarray:
    """Silence, then a hit at the sync point that dies away."""
    sound = noise(seconds, 1.0, 3, channels)
    time = np.arange(sound.shape[1]) / RATE - sync
    return (level * sound * np.where(time >= 0, np.exp(-np.maximum(time, 0) * 30), 0) / 4).astype(np.float32)


def take(folder: Path, cue: str, sound: np.ndarray, *, sync: F | None = None, lead: F = F(0), **more) -> Take:
    """A take of that sound."""
    file = SoundFile.write(folder / f"{cue}-{len(list(folder.iterdir()))}.npy", Audio(sound, RATE))
    named = {"generator": "synth", "version": "1", "seed": 7, "candidate": 0, "prompt": f"a {cue}"} | more
    ident = named.pop("id", f"t-{cue}")
    return Take(ident, cue, file, licence=LICENCE, sync=sync, lead=lead, **named)


def region(folder: Path, cue: str, stem: str, start: float, sound: np.ndarray, **more) -> Region:
    """A region that plays the whole of a sound."""
    credits = (Credit("Rain", "A. Person", "CC-BY-4.0"),) if stem == "bg" else ()
    made = take(folder, cue, sound, credits=credits)
    begin = F(str(start))
    return Region(cue, stem, made, Span(begin, begin + F(sound.shape[1], RATE)), **more)


def observed(video: Video, speech: Sequence[tuple[float, float]] = ()) -> Observations:
    """Where someone speaks."""
    spans = (Span(F(str(a)), F(str(b))) for a, b in speech)
    return Observations(video, speech=tuple(Speech(s) for s in spans))
