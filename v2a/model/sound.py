"""Sound: samples in memory, samples in a file, and how loud they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Audio:
    """Sound in memory: float32, channels × samples, read-only."""

    samples: NDArray[np.float32]
    rate: int

    def __post_init__(self) -> None:
        import numpy as np

        view = np.asarray(self.samples, dtype=np.float32)
        if view.ndim == 1:
            view = view[np.newaxis, :]
        if view.ndim != 2:
            raise ValueError(f"sound has channels × samples, not {view.ndim} dimensions")
        if self.rate <= 0:
            raise ValueError(f"a sample rate of {self.rate} does not exist")
        view = view.view()
        view.flags.writeable = False
        object.__setattr__(self, "samples", view)

    @property
    def channels(self) -> int:
        """How many channels it has."""
        return int(self.samples.shape[0])

    @property
    def length(self) -> int:
        """How many samples each channel has."""
        return int(self.samples.shape[1])

    @property
    def duration(self) -> Fraction:
        """Its length in seconds."""
        return Fraction(self.length, self.rate)

    @classmethod
    def silence(cls, channels: int, length: int, rate: int) -> Audio:
        """So many samples of nothing."""
        import numpy as np

        return cls(np.zeros((channels, length), np.float32), rate)


@dataclass(frozen=True, slots=True)
class SoundFile:
    """A reference to sound in a `.npy` file (float32, channels × samples): what crosses a plugin border."""

    path: str
    rate: int
    channels: int
    length: int

    @property
    def duration(self) -> Fraction:
        """Its length in seconds."""
        return Fraction(self.length, self.rate)

    def open(self) -> Audio:
        """The sound, mapped into memory and not read until it is used."""
        import numpy as np

        return Audio(np.load(self.path, mmap_mode="r", allow_pickle=False), self.rate)

    def blocks(self, size: int) -> Iterator[NDArray[np.float32]]:
        """The sound in blocks of at most `size` samples, each mapped by itself: what was read of a long one is let go."""
        import numpy as np

        for start in range(0, self.length, size):
            yield np.array(self.open().samples[:, start : start + size])

    @classmethod
    def write(cls, path: str | Path, audio: Audio) -> SoundFile:
        """Write sound to a new `.npy` file and return the reference to it."""
        import numpy as np

        with Path(path).open("wb") as file:
            np.save(file, audio.samples, allow_pickle=False)
        return cls(str(path), audio.rate, audio.channels, audio.length)


@dataclass(frozen=True, slots=True)
class Loudness:
    """What a loudness meter says, after ITU-R BS.1770 and EBU Tech 3341; silence has no value."""

    integrated: float | None
    range: float | None
    momentary_max: float | None
    short_term_max: float | None
    true_peak: float | None
