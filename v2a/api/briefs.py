"""What to ask a music service for that has no API: a prompt short enough for it, tempo, length and hit points of a cue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from v2a.api.tempo import Found, find
from v2a.errors import UnknownName
from v2a.model import Cue, TempoMap
from v2a.stages.arranging.telling import clock

if TYPE_CHECKING:
    from v2a.api.session import Session

LIMIT, LEAST = 200, 40
_SPARE = 1.3
_STRONG = 0.5
_ABOUT = 3


@dataclass(frozen=True)
class Landmark:
    """A hit point of a cue: when, in seconds of the cue, what it is, and on which bar and beat it falls, counted from 1."""

    time: Fraction
    weight: float
    kind: str
    name: str
    bar: int
    beat: int
    error_frames: float


@dataclass(frozen=True)
class MusicBrief:
    """What a cue wants of its music: `prompt` is what to paste, at most as long as was asked for."""

    cue: Cue
    timecode: str
    prompt: str
    bpm: float
    tempo: TempoMap
    hits: tuple[Landmark, ...]

    @property
    def length(self) -> Fraction:
        """How long the cue is, in seconds."""
        return self.cue.span.duration

    @property
    def wanted(self) -> Fraction:
        """How long the song should be at least: there is something to choose from, and its ending."""
        return Fraction(round(self.length * Fraction(_SPARE)) + 1)


def brief(session: Session, cue_id: str, limit: int = LIMIT) -> MusicBrief:
    """What to ask for of the music of a cue, its prompt in so many characters."""
    if limit < LEAST:
        raise UnknownName(
            f"a prompt of {limit} characters says nothing", remedy=f"Give {LEAST} or more with --limit."
        )
    found = find(session, (), cue_id)
    cue, best = session.cue(cue_id), found.best
    hits = tuple(_landmarks(found))
    said = prompt(cue, best.bpm, best.tempo, hits, limit)
    return MusicBrief(cue, str(found.video.timecode_at(cue.span.start)), said, best.bpm, best.tempo, hits)


def _landmarks(found: Found) -> Iterator[Landmark]:
    for one in found.best.landings:
        bar, beat = found.best.bar(one.beat)
        hit = one.hit
        yield Landmark(hit.time, hit.weight, hit.kind, hit.name, bar, beat, round(one.frames, 2))


def prompt(cue: Cue, bpm: float, tempo: TempoMap, hits: tuple[Landmark, ...], limit: int) -> str:
    """What is pasted, the most telling first, as much of it as there is room for; the cue's own words are cut last."""
    words = " ".join(cue.prompt.split()).rstrip(".,;") or "film music"
    first = f"{bpm:.0f} bpm"
    rest = [
        f"{tempo.meter} time",
        "instrumental, no vocals",
        "clear ending, no fade-out",
        _rises(hits),
        f"no {' '.join(cue.avoid.split())}" if cue.avoid else "",
    ]
    said = _shortened(words, limit - len(first) - 2)
    for part in (first, *rest):
        if part and len(said) + len(part) + 2 <= limit:
            said = f"{said}, {part}"
    return said


def _rises(hits: tuple[Landmark, ...]) -> str:
    """When the music should do something, at the weightiest hit points."""
    heaviest = max((h.weight for h in hits), default=0.0)
    strong = sorted((h for h in hits if h.weight >= _STRONG * heaviest), key=lambda h: -h.weight)[:_ABOUT]
    times = [clock(h.time) for h in sorted(strong, key=lambda h: h.time) if h.time >= 1]
    return f"changes at {', '.join(dict.fromkeys(times))}" if times else ""


def _shortened(words: str, room: int) -> str:
    """As many whole words as there is room for."""
    if len(words) <= room:
        return words
    return words[: room + 1].rpartition(" ")[0].rstrip(" ,;") or words[:room]
