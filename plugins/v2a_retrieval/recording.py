"""What is known of one recording: where it is, what is said of it, and what was measured of its sound."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Sound:
    """What was measured. Levels in dB, times in seconds, frequencies in hertz.

    `sync` is the time of the main onset, `decay` how long after it the sound falls by 20 dB, `steady` how much the
    level wanders, `bands` the spectrum in octaves as bytes of dB under the loudest.
    """

    duration: float
    rate: int
    channels: int
    loudness: float | None = None
    peak: float | None = None
    onsets: int = 0
    sync: float = 0.0
    decay: float = 0.0
    centroid: float = 0.0
    flatness: float = 0.0
    steady: float = 0.0
    loop: bool = False
    bands: bytes = b""


SOUND = tuple(f.name for f in dataclasses.fields(Sound))


def sound_of(row: tuple[Any, ...]) -> Sound:
    """What was measured, out of a row with the columns of SOUND."""
    values: list[Any] = [*row[:-2], bool(row[-2]), row[-1]]
    return Sound(*values)


@dataclass(frozen=True, slots=True)
class Said:
    """What names, tags and sidecars say: a title, a description, the licence and the author, where they are named."""

    title: str
    text: str = ""
    licence: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """One file of a library. `path` lies within the library; `trouble` says why its sound cannot be used."""

    path: str
    size: int
    mtime: int
    beside: str
    digest: str
    said: Said
    sound: Sound | None = None
    trouble: str = ""
    vector: bytes = b""

    @property
    def folders(self) -> str:
        """The folders that it lies in, as text."""
        return self.path.rpartition("/")[0]

    @property
    def meant(self) -> str:
        """The text whose meaning stands for the recording; empty where nothing is said of it."""
        from v2a_retrieval.words import tokens

        last = self.folders.rpartition("/")[2]
        return " ".join(dict.fromkeys(tokens(f"{self.said.title} {self.said.text} {last}")))[:300]
