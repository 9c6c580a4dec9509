"""The verb of an observer: watch the film once, in parts, then conclude from what was seen and heard.

The engine decodes the film once for all observers and works in parts of a few minutes, so that a kill loses
little. At each part every observer's watcher is opened anew and first shown `lead` seconds from before the part,
whose rows are thrown away: a row may depend on the past only within `lead`. A watcher returns one row per frame
(of every feature fed by picture) and `rows` rows per block (of every feature fed by sound). When the whole film was
watched, `conclude` reads the features, in the order that `after` asks for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from v2a.interfaces.bench import Bench
from v2a.model.observations import Findings, Observations
from v2a.model.sound import Audio
from v2a.model.video import Video

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Fit = Literal["stretch", "inside", "letterbox", "crop"]


@dataclass(frozen=True, slots=True)
class PictureNeed:
    """The frames an observer asks for: a size, how the picture is fitted into it, a rate (missing: every frame).

    `inside` keeps the picture's shape and is at most this large; with a rate, frame n is the one shown at n / rate.
    """

    width: int
    height: int
    rate: Fraction | None = None
    pixels: Literal["rgb24", "gray"] = "rgb24"
    fit: Fit = "stretch"


@dataclass(frozen=True, slots=True)
class SoundNeed:
    """The production sound an observer asks for: rate, channels (1: folded to mono), samples in a block."""

    rate: int
    block: int
    channels: int = 1


@dataclass(frozen=True, eq=False)
class Frames:
    """Some frames in a row: `pixels` is uint8, frames × height × width × colours; `times` in seconds."""

    times: NDArray[np.float64]
    pixels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.times)


@dataclass(frozen=True, eq=False)
class Block:
    """One block of production sound, `start` seconds into the film; the last one is filled up with silence."""

    start: Fraction
    sound: Audio


@dataclass(frozen=True, slots=True)
class FeatureCard:
    """A feature that an observer makes: fed by picture or sound, its version is the observer's."""

    source: Literal["picture", "sound"]
    rows: int = 1
    shape: tuple[int, ...] = ()
    dtype: str = "float32"
    sliceable: bool = True


@dataclass(frozen=True)
class ObserverCard:
    """What an observer is; `features` it makes, by name, and `after` the observers it wants to have concluded.

    `needs` names the modules that must be importable; where one is missing the observer is left out with a note. So it
    is where `lacks` says what else is not here, weights mostly.
    """

    name: str
    version: str
    about: str = ""
    picture: PictureNeed | None = None
    sound: SoundNeed | None = None
    lead: Fraction = Fraction(1)
    features: Mapping[str, FeatureCard] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    finds: tuple[str, ...] = ()
    default: bool = True
    needs: tuple[str, ...] = ()
    lacks: str = ""


Rows = Mapping[str, "NDArray[Any]"]


class Watcher:
    """An opened observer for one part of the film."""

    def see(self, frames: Frames) -> Rows:
        """One row per frame for every feature that is fed by picture."""
        raise NotImplementedError("this observer asks for frames and does not look at them")

    def hear(self, block: Block) -> Rows:
        """`rows` rows for every feature that is fed by sound."""
        raise NotImplementedError("this observer asks for sound and does not listen to it")

    def close(self) -> None:
        """Free what was held."""


class Observer(ABC):
    """Something that watches a film."""

    card: ClassVar[ObserverCard]

    def at(self, bench: Bench) -> Observer:
        """The observer as it is at this bench: one whose weights the user brings names them in its card's version, so
        that rows made with others are not taken for its own, or says what it `lacks`."""
        return self

    def open(self, bench: Bench, video: Video) -> Watcher:
        """A watcher for one part of the film."""
        return Watcher()

    @abstractmethod
    def conclude(self, bench: Bench, so_far: Observations) -> Findings:
        """What follows from the features and from what others found; called once, after the whole film."""
