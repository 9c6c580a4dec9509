"""Listening to a sound file as to a film's own sound."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.files import writing
from v2a.interfaces import Bench, Block, Observer, SoundNeed
from v2a.media import sound
from v2a.model import Audio, Colour, FeatureTrack, Findings, Identity, Observations, Picture, Video


def listen(path: Path, film: Video, observer: Observer, bench: Bench) -> Findings:
    """What an observer finds in a sound file, whose beginning is the film's."""
    need = _need(observer)
    with sound.blocks(path, need.rate, need.channels, need.block) as blocks:
        return hear(blocks, film, observer, bench, path.name)


def hear(
    blocks: Iterable[NDArray[np.float32]], film: Video | None, observer: Observer, bench: Bench, what: str
) -> Findings:
    """What an observer finds in sound that comes in its own blocks, rate and channels, of a film or by itself."""
    need = _need(observer)
    alone = replace(film or _unseen(what), sound=())
    watcher = observer.open(bench, alone)
    rows: dict[str, list[NDArray[Any]]] = {name: [] for name in observer.card.features}
    length = 0
    try:
        for block in blocks:
            bench.progress(length / need.rate, 0.0, what)
            whole = np.pad(block, ((0, 0), (0, need.block - block.shape[1])))
            for name, given in watcher.hear(
                Block(Fraction(length, need.rate), Audio(whole, need.rate))
            ).items():
                rows[name].append(np.array(given))
            length += block.shape[1]
    finally:
        watcher.close()
    alone = replace(alone, duration=max(Fraction(length, need.rate), Fraction(1, need.rate)))
    with tempfile.TemporaryDirectory(
        dir=bench.scratch, prefix="listened-", ignore_cleanup_errors=True
    ) as folder:
        features = {name: _kept(observer, need, name, each, Path(folder)) for name, each in rows.items()}
        return observer.conclude(bench, Observations(alone, features=features))


def _unseen(name: str) -> Video:
    """A film of which nothing is known but its name."""
    nothing, zero, one = Identity(0, ""), Fraction(0), Fraction(1)
    picture = Picture(0, "", 0, 0, 0, "", 0, one, Colour())
    return Video(name, nothing, "", one, one, False, None, zero, None, "none", picture)


def _need(observer: Observer) -> SoundNeed:
    need = observer.card.sound
    assert need is not None
    return need


def _kept(
    observer: Observer, need: SoundNeed, name: str, pieces: list[NDArray[Any]], folder: Path
) -> FeatureTrack:
    entry = observer.card.features[name]
    path = folder / f"{name}.npy"
    with writing(path):
        np.save(path, np.concatenate([np.empty((0, *entry.shape), entry.dtype), *pieces]), allow_pickle=False)
    return FeatureTrack(str(path), Fraction(need.rate * entry.rows, need.block))
