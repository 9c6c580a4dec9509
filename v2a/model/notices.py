"""What the engine tells while it works: a stream of values that a bar, a web page or a test reads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StageStarted:
    """A stage begins."""

    stage: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """So much of a stage is done; `total` is 0 where it is not known."""

    stage: str
    done: float
    total: float
    what: str = ""


@dataclass(frozen=True, slots=True)
class StageEnded:
    """A stage is over; `stored` where its result was found rather than made."""

    stage: str
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """Something ran that costs: an observer, an encoder, a generator. Benchmarks and tests count these."""

    what: str
    name: str
    number: int = 1


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that the user should know and that does not stop the work."""

    text: str


@dataclass(frozen=True, slots=True)
class PluginFailed:
    """A plugin failed, the work goes on without it, and the run ends with this exit code."""

    where: str
    what: str
    remedy: str
    exit_code: int


Notice = StageStarted | Progress | StageEnded | Counted | Warned | PluginFailed
