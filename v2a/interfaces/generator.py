"""The verb of a generator: a card that tells what it can do, and a maker that does it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal

from v2a.interfaces.bench import Bench
from v2a.model.licence import Licence
from v2a.model.sound import Audio
from v2a.model.spotting import KINDS, Kind
from v2a.model.takes import Failure, Made, Request

Windowing = Literal["whole", "exact", "continued", "overlapped"]
Accepts = Literal["avoid", "reference", "continuation", "melody", "lyrics", "tempo", "moments", "reasoning"]


@dataclass(frozen=True)
class NoParams:
    """A generator without parameters."""


@dataclass(frozen=True)
class GeneratorCard:
    """What a generator is, readable without loading anything.

    `windowing`: `whole` makes a cue in one piece; `exact` can make any window by itself, because sample n depends
    on the seed and n alone; `continued` wants the previous tail; `overlapped` is joined by crossfades. `window` is
    the longest stretch in seconds that it makes at once, `quantum` the step its length comes in, `least` the shortest that it
    makes well: a shorter cue is cut out of one so long, with the picture before and after it. `words` are the
    sounds it knows (empty: any). Among generators that fit, the one with the higher `rank` is asked first. `seeded`
    is off where every seed gives the same sound.

    `encoders` are run over each window before the generator is opened; those in `spared` it can do without where there
    is no film to look at, and the parameter that `precomputed` names is a file with features: where it is given, no
    encoder is run. `lacks` says what must be done before it can make anything ("" where nothing must): until then it is
    not asked, but by cues that bring it features.
    """

    name: str
    version: str
    kinds: tuple[Kind, ...]
    licence: Licence
    about: str = ""
    rate: int = 48_000
    channels: int = 2
    windowing: Windowing = "whole"
    window: Fraction | None = None
    overlap: Fraction = Fraction(1)
    quantum: Fraction | None = None
    least: Fraction | None = None
    words: tuple[str, ...] = ()
    rank: int = 0
    features: tuple[str, ...] = ()
    encoders: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    precomputed: str = ""
    lacks: str = ""
    accepts: tuple[Accepts, ...] = ()
    params: type = NoParams
    weights: str = ""
    batch: int = 1
    devices: tuple[str, ...] = ("cpu",)
    seeded: bool = True

    def __post_init__(self) -> None:
        if not self.name or self.name != self.name.strip() or " " in self.name:
            raise ValueError(f"a generator's name is one word, not {self.name!r}")
        if not self.kinds:
            raise ValueError(f"{self.name}: a generator makes at least one kind of sound")
        unknown = [k for k in self.kinds if k not in KINDS]
        if unknown:
            raise ValueError(f"{self.name}: {unknown[0]!r} is not a kind of sound ({', '.join(KINDS)})")
        if self.windowing not in ("whole", "exact", "continued", "overlapped"):
            raise ValueError(f"{self.name}: {self.windowing!r} is not a way of windowing")
        if self.windowing in ("continued", "overlapped") and self.window is None:
            raise ValueError(f"{self.name}: a generator that is {self.windowing} says how long its window is")


class Maker(ABC):
    """An opened generator: called with requests, it yields what it made of each, in order."""

    @abstractmethod
    def __call__(self, requests: Sequence[Request]) -> Iterator[Made | Failure]:
        """Yield a Made or a Failure for each request, in order."""

    def close(self) -> None:
        """Free what was held."""


PlainMaker = Callable[[Request], Audio | Made]


class Generator(ABC):
    """A source of sound: a card and one method."""

    card: ClassVar[GeneratorCard]

    @abstractmethod
    def open(self, bench: Bench) -> Maker | PlainMaker:
        """Load what is needed and return the maker; a plain function from a request to sound is one too."""


class _OneByOne(Maker):
    def __init__(self, make: PlainMaker) -> None:
        self._make = make

    def __call__(self, requests: Sequence[Request]) -> Iterator[Made | Failure]:
        for request in requests:
            made = self._make(request)
            yield Made(made) if isinstance(made, Audio) else made


def as_maker(opened: Maker | PlainMaker) -> Maker:
    """The same maker with the full interface, whichever way the plugin wrote it."""
    return opened if isinstance(opened, Maker) else _OneByOne(opened)
