"""Pictures of the procedural sounds that no listener of ours can judge: spectrograms for `docs/sounds.md`.

python benchmarks/spectrograms.py [--out docs/sounds] [--seed 1]

One grey PNG for each sound of `SHOWN`: time to the right, 60 Hz to 16 kHz upwards in equal steps of pitch, 70 dB from black
to white. They are written here, with nothing but numpy and zlib.
"""

from __future__ import annotations

import argparse
import struct
import zlib
from fractions import Fraction
from pathlib import Path

import numpy as np

import v2a
import v2a_foley

RATE, WIDE, HIGH, WINDOW = 48_000, 320, 112, 1536
LOWEST, HIGHEST, RANGE = 60.0, 16_000.0, 70.0
SHOWN = {
    "step-concrete": ("fo", "footsteps on concrete", 0.8),
    "step-gravel": ("fo", "footsteps on gravel", 0.8),
    "step-snow": ("fo", "footsteps on snow", 0.8),
    "step-grass": ("fo", "footsteps on grass", 0.8),
    "step-sand": ("fo", "footsteps on sand", 0.8),
    "step-metal": ("fo", "footsteps on metal", 0.8),
    "door-open": ("fx", "door open", 1.5),
    "latch": ("fx", "latch", 0.6),
    "creak": ("fx", "creak", 1.2),
    "gate": ("fx", "metal gate", 2.5),
    "stone": ("fx", "stone impact", 0.6),
    "slide": ("fx", "slide", 1.4),
    "bow": ("fx", "bow", 3.0),
    "space": ("bg", "outer space", 20.0),
}


def rendered(kind: str, prompt: str, seconds: float, seed: int) -> np.ndarray:
    """One stroke of a sound, or a stretch of a background, in mono."""
    end = v2a.to_seconds(seconds)
    at = min(Fraction(1, 2), end / 4) if kind != "bg" else None
    moments = (v2a.Moment(at, "contact", 0.5, 1.0),) if at is not None else ()
    request = v2a.Request(
        "seen", kind, prompt, v2a.Span(Fraction(0), end), end, seed, RATE, 2, sync=at, moments=moments
    )
    generator = next(g for g in v2a_foley.v2a_generators() if kind in g.card.kinds)
    (made,) = generator.open(v2a.Bench())([request])
    return made.sound.samples.mean(axis=0)


def spectrogram(sound: np.ndarray) -> np.ndarray:
    """Rows of pitch, the highest first, by columns of time, from 0 to 255."""
    padded = np.pad(sound, WINDOW // 2)
    starts = np.linspace(0, len(padded) - WINDOW, WIDE).astype(int)
    frames = padded[starts[:, None] + np.arange(WINDOW)] * np.hanning(WINDOW)
    size = 4 * WINDOW
    power = np.abs(np.fft.rfft(frames, size)) ** 2
    pitches = np.geomspace(HIGHEST, LOWEST, HIGH)
    level = 10 * np.log10(power[:, np.round(pitches * size / RATE).astype(int)].T + 1e-12)
    return np.round(255 * np.clip((level - level.max() + RANGE) / RANGE, 0, 1)).astype(np.uint8)


def png(image: np.ndarray) -> bytes:
    """A grey picture as PNG."""
    high, wide = image.shape
    rows = b"".join(b"\0" + row.tobytes() for row in image)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    framed = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--out", type=Path, default=Path("docs/sounds"))
    ask.add_argument("--seed", type=int, default=1)
    given = ask.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for name, (kind, prompt, seconds) in SHOWN.items():
        picture = png(spectrogram(rendered(kind, prompt, seconds, given.seed)))
        (given.out / f"{name}.png").write_bytes(picture)


if __name__ == "__main__":
    main()
