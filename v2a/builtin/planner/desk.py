"""What all parts of the planner work from, and what each of them gives back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from v2a.builtin.planner.film import Film
from v2a.builtin.planner.production import Production
from v2a.builtin.planner.served import Shelf
from v2a.builtin.planner.style import Style
from v2a.builtin.planner.tokens import stems_of
from v2a.builtin.planner.vocabulary import Vocabulary
from v2a.builtin.planner.wishes import Understood, Wish
from v2a.model.spotting import Cue, Kind, RoomName, Unplaced
from v2a.model.time import Span


@dataclass(frozen=True)
class Placed:
    """Cues, what could not be placed, and what the user should know."""

    cues: tuple[Cue, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Desk:
    """The film, the brief as understood, the style, the generators; `claimed` are positions of moments in use."""

    film: Film
    known: Vocabulary
    shelf: Shelf
    production: Production
    style: Style
    understood: Understood
    confidence: float
    kinds: frozenset[Kind]
    claimed: set[int] = field(default_factory=set)

    def wished(self, *kinds: Kind) -> tuple[Wish, ...]:
        """The wishes of some kinds."""
        return tuple(w for w in self.understood.wishes if w.kind in kinds)

    def room_at(self, time: Fraction) -> RoomName:
        """The room in which the brief says that all of it is heard at a time."""
        places = (w for w in self.wished("bg") if w.room and (w.when.anywhere or _holds(w.when.spans, time)))
        return next((place.room for place in places), "")

    def refused(self, text: str, time: Fraction | None = None) -> bool:
        """Whether the brief does not want a sound of these words (at a time)."""
        stems = set(stems_of(text))
        for refusal in self.understood.refusals:
            if (
                not refusal.words
                or refusal.detail
                or (not refusal.when.anywhere and not _holds(refusal.when.spans, time))
            ):
                continue
            names = refusal.sound.say if refusal.sound is not None else ()
            if any(stems & set(stems_of(name)) for name in (refusal.words, *names)):
                return True
        return False

    def avoided(self, kind: Kind, span: Span, also: Iterable[str] = ()) -> str:
        """What a cue of a kind is to avoid, in the brief's words."""
        words = [
            r.words
            for r in self.understood.refusals
            if r.words
            and (kind == "mx" or not r.detail)
            and (r.when.anywhere or any(s.overlaps(span) for s in r.when.spans))
        ]
        return ", ".join(dict.fromkeys([*words, *also]))

    def finished(self, cue: Cue) -> Cue:
        """The cue with the brief's trims, and what it is to avoid."""
        gain = max(-24.0, min(12.0, cue.gain + self.understood.trim(cue.kind)))
        words = [word for word in cue.avoid.split(", ") if word]
        return replace(cue, gain=round(gain, 1), avoid=self.avoided(cue.kind, cue.span, words))


def _holds(spans: Iterable[Span], time: Fraction | None) -> bool:
    return time is None or any(span.contains(time) for span in spans)
