"""People who speak, as far as a speech synthesiser that is installed can: no recorded voice is shipped."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from heard.listening import RATE
from v2a.media.resample import resample
from v2a.media.sound import read

_ESPEAK = ("en-us+m3", "en-gb+f2", "de+m7", "fr+f4", "es+m1", "en-us+f5")
_FLITE = ("slt", "rms", "awb", "kal16")
_WORDS = (
    "the door stood open all night and nobody came",
    "we should have left before the rain began",
    "are you sure that this is the right house",
    "give me the lamp and follow me down",
    "seven ships went out and only one returned",
    "he never told her where the letters were",
    "listen there is someone in the garden",
    "on monday the river was higher than the road",
    "I remember the smell of bread and wet stone",
    "put it back exactly where you found it",
)


def available() -> bool:
    """Whether espeak-ng or flite is installed."""
    return bool(_synthesisers())


def said(rng: np.random.Generator, seconds: float) -> NDArray[np.float32]:
    """Someone who speaks for so many seconds at most, at full level, without silence at either end."""
    program = _synthesisers()[int(rng.integers(len(_synthesisers())))]
    words = ", ".join(rng.permutation(_WORDS)[: max(1, int(seconds / 2.6))])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        if program == "espeak-ng":
            voice, speed = str(rng.choice(_ESPEAK)), str(int(rng.integers(130, 190)))
            command = [program, "-v", voice, "-s", speed, "-w", str(path), words]
        else:
            command = [program, "-voice", str(rng.choice(_FLITE)), "-t", words, "-o", str(path)]
        subprocess.run(command, check=True, capture_output=True)
        sound = resample(read(path), RATE).samples[0][: round(seconds * RATE)]
    loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max())
    voice = sound[loud[0] : loud[-1] + 1]
    return voice / np.abs(voice).max()


def _synthesisers() -> list[str]:
    return [program for program in ("espeak-ng", "flite") if shutil.which(program)]
