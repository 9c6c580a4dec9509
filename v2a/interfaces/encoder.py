"""The verb of an encoder: text or picture in, a feature out; the engine runs one over all cues and drops it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from v2a.interfaces.bench import Bench
from v2a.interfaces.observer import PictureNeed
from v2a.model.licence import Licence
from v2a.model.takes import Failure
from v2a.model.time import Span

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class EncoderCard:
    """What an encoder is: it reads text or frames; `rate` is that of its rows, missing for text.

    An encoder of text is given the prompt, or, where `of` is `reasoning`, the prompt with all that the reasoning says of
    the sound.
    """

    name: str
    version: str
    licence: Licence
    reads: Literal["text", "picture"]
    about: str = ""
    picture: PictureNeed | None = None
    rate: Fraction | None = None
    sliceable: bool = False
    weights: str = ""
    devices: tuple[str, ...] = ("cpu",)
    batch: int = 1
    of: Literal["prompt", "reasoning"] = "prompt"


@dataclass(frozen=True, slots=True)
class EncodeRequest:
    """One thing to encode: a text, or the frames of a span in a `.npy` file (uint8, frames × height × width × 3)."""

    text: str = ""
    frames: str | None = None
    span: Span | None = None


class Reader(ABC):
    """An opened encoder."""

    @abstractmethod
    def __call__(self, requests: Sequence[EncodeRequest]) -> Iterator[NDArray[Any] | Failure]:
        """Yield the feature of each request (its first axis is time or tokens), or a Failure, in order."""

    def close(self) -> None:
        """Free what was held."""


class Encoder(ABC):
    """Something that turns text or picture into what a model is conditioned on."""

    card: ClassVar[EncoderCard]

    @abstractmethod
    def open(self, bench: Bench) -> Reader:
        """Load what is needed and return the reader."""
