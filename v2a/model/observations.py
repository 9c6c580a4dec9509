"""What v2a sees and hears in a film."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from v2a.model.time import Span, nearest
from v2a.model.video import Video

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Transition = Literal["start", "cut", "dissolve", "fade", "wipe"]
MomentKind = Literal["impact", "contact", "start", "stop", "turn", "flash", "cut", "mark"]
ShotSize = Literal["close", "medium", "wide"]
Loss = Literal["no picture", "damaged picture", "frames out of order", "no sound", "damaged sound"]


@dataclass(frozen=True, slots=True)
class FeatureTrack:
    """Numbers over time in a `.npy` file whose first axis is time.

    Row n belongs to time n / rate. Where `rate` is missing, rows follow the picture's frames and `times`
    names the `.npy` file of their times in seconds. Only where `sliceable` is set does a part of the rows mean
    the same as the rows of that part of the film.
    """

    path: str
    rate: Fraction | None
    times: str | None = None
    sliceable: bool = True

    def values(self) -> NDArray[Any]:
        """All rows, mapped into memory."""
        import numpy as np

        rows: NDArray[Any] = np.load(self.path, mmap_mode="r", allow_pickle=False)
        return rows

    def clock(self) -> NDArray[np.float64]:
        """The time of each row in seconds."""
        import numpy as np

        if self.times is not None:
            clock: NDArray[np.float64] = np.load(self.times, mmap_mode="r", allow_pickle=False)
            return clock
        if self.rate is None:
            raise ValueError("a feature has a rate or the times of its rows")
        return np.arange(len(self.values())) / float(self.rate)

    def within(self, span: Span) -> NDArray[Any]:
        """The rows of a part of the film."""
        import numpy as np

        if not self.sliceable:
            raise ValueError("this feature has a meaning only as a whole")
        if self.rate is not None:
            return self.values()[nearest(span.start * self.rate) : nearest(span.end * self.rate)]
        clock = self.clock()
        first, last = np.searchsorted(clock, [float(span.start), float(span.end)])
        return self.values()[first:last]


@dataclass(frozen=True, slots=True)
class Reel:
    """A film of a programme: `span` of the programme's clock is its action, which begins at `start` on the film's own."""

    video: Video
    span: Span
    start: Fraction

    def time(self, at: Fraction) -> Fraction:
        """A time of the programme on the film's own clock."""
        return at - self.span.start + self.start


@dataclass(frozen=True, slots=True)
class Shot:
    """A stretch of picture between two cuts; `transition_in` leads into it and lasts `transition`."""

    span: Span
    transition_in: Transition = "cut"
    confidence: float = 1.0
    transition: Fraction = Fraction(0)
    size: ShotSize | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A run of shots in one place; `shots` are positions in the list of shots."""

    span: Span
    shots: tuple[int, ...]
    interior: bool | None = None
    day: bool | None = None
    tags: tuple[str, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in the picture that wants a sound; `x` and `y` run from 0 (left, top) to 1."""

    time: Fraction
    kind: MomentKind
    strength: float
    confidence: float
    x: float = 0.5
    y: float = 0.5


@dataclass(frozen=True, slots=True)
class Speech:
    """Where someone speaks in the production sound."""

    span: Span
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Music:
    """Where music plays in the production sound; `tempo` in beats a minute and the time of each beat, where they are plain."""

    span: Span
    confidence: float = 1.0
    tempo: float | None = None
    beats: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Atmosphere:
    """Where the production sound has a steady atmosphere, and its level in LUFS."""

    span: Span
    level: float
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Onset:
    """Where a sound begins in the production sound."""

    time: Fraction
    strength: float


@dataclass(frozen=True, slots=True)
class Lost:
    """A stretch of the file that could not be decoded as it should, and what is missing there."""

    span: Span
    what: Loss


@dataclass(frozen=True, slots=True)
class Findings:
    """What one observer concludes; features are written by the engine and named here by the observer."""

    shots: tuple[Shot, ...] = ()
    scenes: tuple[Scene, ...] = ()
    moments: tuple[Moment, ...] = ()
    speech: tuple[Speech, ...] = ()
    music: tuple[Music, ...] = ()
    atmosphere: tuple[Atmosphere, ...] = ()
    onsets: tuple[Onset, ...] = ()
    silence: tuple[Span, ...] = ()
    leader: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observations:
    """All that was observed in a film; `notes` say what could not be observed and why, `lost` what was not decoded.

    `leader` is what lies before the first and behind the last frame of action: bars, slate, countdown, pops, run-out.
    Where they are of a programme, films without their leader one after another, `reels` are the films in which its frames
    lie, and `video` is not one of them.
    """

    video: Video
    shots: tuple[Shot, ...] = ()
    scenes: tuple[Scene, ...] = ()
    moments: tuple[Moment, ...] = ()
    speech: tuple[Speech, ...] = ()
    music: tuple[Music, ...] = ()
    atmosphere: tuple[Atmosphere, ...] = ()
    onsets: tuple[Onset, ...] = ()
    silence: tuple[Span, ...] = ()
    leader: tuple[Span, ...] = ()
    lost: tuple[Lost, ...] = ()
    reels: tuple[Reel, ...] = ()
    features: Mapping[str, FeatureTrack] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def programme(self) -> Span:
        """The film without its leader: from the first frame of action to the end of the last."""
        film = self.video.span
        start = max((s.end for s in self.leader if s.start <= film.start), default=film.start)
        end = min((s.start for s in self.leader if s.end >= film.end), default=film.end)
        return Span(start, end) if start < end else film

    def scene_at(self, time: Fraction) -> int | None:
        """The position of the scene at a time."""
        return next((n for n, scene in enumerate(self.scenes) if scene.span.contains(time)), None)

    def shot_at(self, time: Fraction) -> int | None:
        """The position of the shot at a time."""
        return next((n for n, shot in enumerate(self.shots) if shot.span.contains(time)), None)
