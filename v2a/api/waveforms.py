"""The stems of the last render in outline, kept in the project so that they can be drawn without the sound."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from v2a.files import write_text
from v2a.media.sound import blocks
from v2a.model import Mixdown, Stem, StemFile, codec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SCHEMA = "v2a-waveforms"
VERSION = 1
COLUMNS = 1500


@dataclass(frozen=True, slots=True)
class Waveform:
    """The outline of a stem: peaks from 0 to 1 in steps of equal time, and its loudness in LUFS."""

    stem: Stem
    peaks: tuple[float, ...]
    loudness: float | None


def keep(folder: Path, mixdown: Mixdown) -> None:
    """Keep the outlines of a mixdown's stems in the project folder."""
    drawn = [Waveform(s.stem, tuple(_peaks(s).tolist()), s.loudness.integrated) for s in mixdown.stems]
    data = {"schema": SCHEMA, "version": VERSION, "stems": codec.encode(drawn)}
    write_text(folder / "waveforms.json", json.dumps(data))


def read(folder: Path) -> tuple[Waveform, ...]:
    """The outlines of the last render, or none."""
    try:
        data = json.loads((folder / "waveforms.json").read_text(encoding="utf-8"))
        return tuple(codec.decode(Waveform, entry) for entry in data["stems"])
    except (OSError, ValueError, KeyError):
        return ()


def _peaks(stem: StemFile) -> NDArray[np.float64]:
    import numpy as np

    peaks = np.zeros(COLUMNS)
    edges = np.arange(COLUMNS + 1) * stem.length // COLUMNS
    at = 0
    with blocks(Path(stem.path), stem.rate, stem.channels) as stream:
        for block in stream:
            size = np.abs(block).max(axis=0)
            first = int(np.searchsorted(edges, at, side="right")) - 1
            last = int(np.searchsorted(edges, at + len(size), side="left"))
            for column in range(first, min(last, COLUMNS)):
                part = size[max(0, edges[column] - at) : max(1, edges[column + 1] - at)]
                peaks[column] = max(peaks[column], float(part.max(initial=0.0)))
            at += len(size)
    return np.asarray(np.round(np.minimum(1.0, peaks), 4), np.float64)
