"""A mix of a film in which somebody talks, with a sound of every kind."""

from __future__ import annotations

from fractions import Fraction as F
from pathlib import Path

import numpy as np
import soundfile

from tests.stages.scene import hit, noise, observed, region, voice
from v2a.interfaces import Bench
from v2a.stages import mix
from v2a.stages.mix import MixInputs, MixOptions


def read(path: str) -> np.ndarray:
    return soundfile.read(path, dtype="float64", always_2d=True)[0].T


def level(sound: np.ndarray) -> float:
    return 20 * np.log10(max(1e-9, float(np.sqrt(np.mean(sound**2)))))


def regions(folder: Path, seconds: float = 6.0):
    folder.mkdir(exist_ok=True)
    return (
        region(folder, "rain", "bg", 0, noise(seconds, 0.05, 1), fade_in=F(1, 10), fade_out=F(1, 10)),
        region(folder, "score", "mx", 0, noise(seconds, 0.1, 2), pan=0.2),
        region(folder, "step", "fo", 0.4, hit()),
        region(folder, "door", "fx", 1.0, hit(1.0), gain=-2.0, pan=-0.7),
        region(folder, "words", "vo", 4.5, voice(1.0)),
    )


def mixed(tmp_path, video, sounds, speech=(), *, original="keep", span=None, handed_over=False, **options):
    inputs = MixInputs(
        video, tuple(sounds), observed(video, speech), tmp_path / "mix", original=original, span=span,
        handed_over=handed_over,
    )  # fmt: skip
    return mix.run(inputs, MixOptions(**options), Bench())
