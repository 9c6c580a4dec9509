"""What to ask a music service for that has no API: a prompt short enough for it, tempo, length and hit points of a cue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from v2a.api.tempo import Found, find
from v2a.errors import UnknownName
from v2a.model import Cue, TempoMap
from v2a.stages.arranging.marks import strong
from v2a.stages.arranging.telling import clock

if TYPE_CHECKING:
    from v2a.api.session import Session

LIMIT, LEAST = 200, 40
_SPARE = 1.3
_ABOUT = 3
_CUT = 1.0


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
    said = _shortened(words, limit - len(first) - 2)
    plain = (first, f"{tempo.meter} time", "instrumental, no vocals", "clear ending, no fade-out")
    said = _with(said, plain, limit)
    avoided = f"no {' '.join(cue.avoid.split())}" if cue.avoid else ""
    return _with(said, (_rises(hits, cue.span.duration, limit - len(said) - 2), avoided), limit)


def _with(said: str, parts: Sequence[str], limit: int) -> str:
    """What is said with each part that there is room for."""
    for part in parts:
        if part and len(said) + len(part) + 2 <= limit:
            said = f"{said}, {part}"
    return said


def _rises(hits: tuple[Landmark, ...], length: Fraction, room: int) -> str:
    """When the music should do something: at the user's own marks, else at the weightiest points, as there is room for.

    A plain cut is no reason for music to change, nor is what comes as it begins or ends.
    """
    telling = [h for h in hits if 1 <= h.time <= length - 1 and (h.kind == "mark" or h.weight > _CUT)]
    wanted = sorted(strong(telling), key=lambda h: -h.weight)
    for count in range(len([h for h in wanted if h.kind == "mark"]) or min(_ABOUT, len(wanted)), 0, -1):
        times = [clock(h.time) for h in sorted(wanted[:count], key=lambda h: h.time)]
        said = f"changes at {', '.join(dict.fromkeys(times))}"
        if len(said) <= room:
            return said
    return ""


def _shortened(words: str, room: int) -> str:
    """As many whole words as there is room for."""
    if len(words) <= room:
        return words
    return words[: room + 1].rpartition(" ")[0].rstrip(" ,;") or words[:room]
