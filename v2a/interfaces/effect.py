"""The verb of an effect: a block processor with a declared latency and a flush."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from v2a.interfaces.bench import Bench
from v2a.interfaces.generator import NoParams
from v2a.model.licence import Licence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class EffectCard:
    """What an effect is; `linear` where it may stand on a bus without breaking the sum of the stems, `last` where it
    works in the steps of a file, as dither does, and so comes behind everything that sets a level.
    """

    name: str
    version: str
    licence: Licence
    about: str = ""
    linear: bool = False
    params: type = NoParams
    last: bool = False


class Processor(ABC):
    """An opened effect: as many samples come out as went in, `latency` samples late, and `flush` gives the rest."""

    latency: int = 0

    @abstractmethod
    def __call__(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Process channels × samples; the result has the same shape."""

    def flush(self) -> NDArray[np.float32] | None:
        """The last `latency` samples, or nothing where there is no latency."""
        return None

    def close(self) -> None:
        """Free what was held."""


class Effect(ABC):
    """Something that changes sound block by block."""

    card: ClassVar[EffectCard]

    @abstractmethod
    def open(self, bench: Bench, rate: int, channels: int, params: object) -> Processor:
        """A processor for one stream of sound; `params` is an instance of the card's params."""
