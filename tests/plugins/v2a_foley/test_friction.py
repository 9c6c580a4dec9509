"""Dragging: fastest at the sync point, by jerks, and the faster the louder and brighter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from v2a_foley.foley import Hit
from v2a_foley.friction import slide
from v2a_foley.noise import draws
from v2a_foley.wants import Quality, Want

RATE = 48_000
BLOCK = 1440


def dragged(seed: int, **more: float | str) -> Hit:
    quality = replace(Quality(), **more)
    return slide(Want(quality, draws(seed, "slide"), RATE, 0.5, 1.0))


def blocks(hit: Hit) -> np.ndarray:
    return hit.wave[: len(hit.wave) // BLOCK * BLOCK].reshape(-1, BLOCK)


def centres(parts: np.ndarray) -> np.ndarray:
    """The middle of each part's spectrum above 400 Hz, in hertz."""
    power = np.abs(np.fft.rfft(parts * np.hanning(parts.shape[1]))) ** 2
    pitch = np.fft.rfftfreq(parts.shape[1], 1 / RATE)
    power[:, pitch < 400] = 0
    return np.asarray((power * pitch).sum(axis=1) / power.sum(axis=1))


def test_loudest_at_the_sync_point() -> None:
    for seed in range(8):
        hit = dragged(seed)
        loud = (blocks(hit) ** 2).mean(axis=1)
        assert abs((int(np.argmax(loud)) + 0.5) * BLOCK - hit.sync) < 0.12 * RATE


def test_the_faster_the_brighter() -> None:
    for seed in range(8):
        parts = blocks(dragged(seed))[2:-2]
        loud = np.log((parts**2).mean(axis=1))
        assert np.corrcoef(loud, centres(parts))[0, 1] > 0.5


def test_it_moves_by_jerks() -> None:
    for seed in range(8):
        loud = np.sqrt((blocks(dragged(seed)) ** 2).mean(axis=1))
        inner = loud[1:-1]
        peaks = (inner > loud[:-2]) & (inner >= loud[2:]) & (inner > 0.15 * loud.max())
        assert peaks.sum() >= 3


def test_what_is_big_grates_lower() -> None:
    def mean(size: float) -> float:
        return float(np.mean([centres(blocks(dragged(seed, size=size))).mean() for seed in range(4)]))

    assert mean(0.9) < 0.8 * mean(0.1)


def test_metal_rings_along() -> None:
    wooden, metal = (dragged(3, material=material).wave for material in ("", "metal"))
    assert not np.allclose(wooden, metal)
