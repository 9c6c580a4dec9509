"""Shows rendered frames and sound to observers through their own interface, with no file between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from v2a.interfaces import Bench, Block, Frames, Observer, SoundNeed
from v2a.model import (
    Audio,
    Colour,
    FeatureTrack,
    Identity,
    Observations,
    Picture,
    SoundTrack,
    Video,
)

BENCH = Bench()


def video(
    duration: Fraction, rate: Fraction = Fraction(25), channels: int = 2, variable: bool = False
) -> Video:
    sound = SoundTrack(1, "pcm_s16le", 48_000, channels, "", Fraction(0), duration, default=True)
    picture = Picture(0, "h264", 640, 360, 0, "yuv420p", 8, Fraction(1), Colour())
    return Video(
        "film.mp4", Identity(1, "0"), "mp4", duration, rate, variable, None, Fraction(0), None, "none", picture,
        (sound,) if channels else (),
    )  # fmt: skip


def seen(
    observer: Observer, frames: Sequence[np.ndarray], film: Video, folder: Path, before=None, times=None
):
    """The observations after one observer saw frames (and concluded), on top of what was observed before."""
    watcher = observer.open(BENCH, film)
    clock = np.arange(len(frames)) / float(film.frame_rate) if times is None else np.asarray(times, float)
    rows = {name: [] for name in observer.card.features}
    for n in range(0, len(frames), 16):
        batch = Frames(clock[n : n + 16], np.stack(frames[n : n + 16]))
        for name, given in watcher.see(batch).items():
            rows[name].append(given)
    np.save(folder / "clock.npy", clock)
    tracks = {
        name: FeatureTrack(_saved(folder, name, observer, given), None, str(folder / "clock.npy"))
        for name, given in rows.items()
    }
    return concluded(observer, before or Observations(film), tracks)


def heard(observer: Observer, sound: np.ndarray, rate: int, film: Video, folder: Path, before=None):
    """The observations after one observer heard sound at its own rate (and concluded)."""
    need = observer.card.sound
    assert isinstance(need, SoundNeed) and rate == need.rate
    sound = np.atleast_2d(np.asarray(sound, np.float32))
    sound = np.broadcast_to(sound, (need.channels, sound.shape[1]))
    watcher = observer.open(BENCH, film)
    rows = {name: [] for name in observer.card.features}
    for start in range(0, sound.shape[1], need.block):
        block = np.zeros((need.channels, need.block), np.float32)
        piece = sound[:, start : start + need.block]
        block[:, : piece.shape[1]] = piece
        for name, given in watcher.hear(Block(Fraction(start, rate), Audio(block, rate))).items():
            rows[name].append(given)
    watcher.close()
    tracks = {
        name: FeatureTrack(
            _saved(folder, name, observer, given),
            Fraction(need.rate * observer.card.features[name].rows, need.block),
        )
        for name, given in rows.items()
    }
    return concluded(observer, before or Observations(film), tracks)


def concluded(observer: Observer, before: Observations, tracks) -> Observations:
    from v2a.stages.concluding import conclude

    return conclude(BENCH, observer, replace(before, features={**before.features, **tracks}))


def _saved(folder: Path, name: str, observer: Observer, rows) -> str:
    entry = observer.card.features[name]
    joined = np.concatenate([np.asarray(r, entry.dtype) for r in rows])
    assert joined.shape[1:] == entry.shape, name
    assert np.isfinite(joined).all(), name
    np.save(folder / f"{name}.npy", joined)
    return str(folder / f"{name}.npy")
