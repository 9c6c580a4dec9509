"""Lets an observer hear sound as the engine does, block by block, and counts its own CPU time."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v2a.interfaces import Bench, Block, Observer
from v2a.model import (
    Audio,
    Colour,
    FeatureTrack,
    Findings,
    Identity,
    Observations,
    Picture,
    SoundTrack,
    Video,
)

RATE = 48_000


@dataclass(frozen=True)
class Heard:
    """What an observer found, with what was observed before, and its CPU-seconds without decoding."""

    observations: Observations
    cpu: float


def film(duration: Fraction, channels: int = 2) -> Video:
    """A film that has sound."""
    sound = SoundTrack(1, "pcm_s16le", RATE, channels, "", Fraction(0), duration, default=True)
    picture = Picture(0, "h264", 640, 360, 0, "yuv420p", 8, Fraction(1), Colour())
    return Video(
        "film.mp4", Identity(1, "0"), "mp4", duration, Fraction(25), False, None, Fraction(0), None, "none",
        picture, (sound,),
    )  # fmt: skip


def listen(observer: Observer, sound: NDArray[np.float32], before: Observations | None = None) -> Heard:
    """Let an observer hear sound (48 kHz, mono or channels × samples) and conclude."""
    need = observer.card.sound
    assert need is not None
    blocks = _blocks(np.atleast_2d(sound), need.rate, need.block, need.channels)
    seen = before or Observations(film(Fraction(np.atleast_2d(sound).shape[1], RATE)))
    rows: dict[str, list[NDArray[np.float32]]] = {name: [] for name in observer.card.features}
    with tempfile.TemporaryDirectory() as folder:
        begun = time.process_time()
        watcher = observer.open(Bench(), seen.video)
        for block in blocks:
            for name, given in watcher.hear(block).items():
                rows[name].append(np.asarray(given))
        watcher.close()
        spent = time.process_time() - begun
        tracks = {
            name: FeatureTrack(_saved(Path(folder), name, given), _rate(observer, name))
            for name, given in rows.items()
        }
        begun = time.process_time()
        found = observer.conclude(Bench(), replace(seen, features={**seen.features, **tracks}))
        spent += time.process_time() - begun
    return Heard(_joined(seen, found), spent)


def _rate(observer: Observer, feature: str) -> Fraction:
    need = observer.card.sound
    assert need is not None
    return Fraction(need.rate * observer.card.features[feature].rows, need.block)


def _saved(folder: Path, name: str, rows: Sequence[NDArray[np.float32]]) -> str:
    np.save(folder / f"{name}.npy", np.concatenate(rows))
    return str(folder / f"{name}.npy")


def _blocks(sound: NDArray[np.float32], rate: int, size: int, channels: int) -> list[Block]:
    from v2a.media.resample import resample

    heard = resample(Audio(np.ascontiguousarray(sound, np.float32), RATE), rate).samples
    heard = np.broadcast_to(
        heard if channels > 1 else heard.mean(0, keepdims=True), (channels, heard.shape[1])
    )
    blocks = []
    for start in range(0, heard.shape[1], size):
        room = np.zeros((channels, size), np.float32)
        piece = heard[:, start : start + size]
        room[:, : piece.shape[1]] = piece
        blocks.append(Block(Fraction(start, rate), Audio(room, rate)))
    return blocks


def _joined(seen: Observations, found: Findings) -> Observations:
    return replace(
        seen,
        speech=seen.speech + found.speech,
        music=seen.music + found.music,
        atmosphere=seen.atmosphere + found.atmosphere,
        onsets=seen.onsets + found.onsets,
        silence=seen.silence + found.silence,
    )
