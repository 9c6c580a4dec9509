"""Silence that the brief asks for, and cues kept inside the part of the film that is spotted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from v2a.builtin.planner.desk import Desk, Placed
from v2a.builtin.planner.spans import merged, minus, overlapping
from v2a.builtin.planner.wishes import Refusal
from v2a.model.spotting import Cue, Kind, Unplaced
from v2a.model.time import Span

_FADE = Fraction(1, 4)


def silenced(refusals: Iterable[Refusal]) -> frozenset[Kind | None]:
    """The kinds that the brief does not want anywhere; None stands for all."""
    return frozenset(r.kind for r in refusals if _whole_kind(r) and r.when.anywhere)


def carved(cues: Iterable[Cue], desk: Desk) -> Placed:
    """The cues, without what falls where the brief wants none of their kind; what it asks for and nothing is left of is said."""
    timed = [r for r in desk.understood.refusals if _whole_kind(r) and not r.when.anywhere]
    if not timed:
        return Placed(tuple(cues))
    every = [s for r in timed if r.kind is None for s in _spans(r)]
    holes: dict[Kind | None, tuple[Span, ...]] = {
        kind: merged([*every, *(s for r in timed if r.kind == kind for s in _spans(r))])
        for kind in {r.kind for r in timed}
    }
    everywhere, asked, left = merged(every), dict[str, Cue](), list[Cue]()
    for cue in cues:
        if cue.why.startswith("brief"):
            asked.setdefault(cue.why, cue)
        left += _left(cue, holes.get(cue.kind, everywhere))
    heard = {cue.why for cue in left}
    silent = "the brief wants silence where it would be"
    return Placed(
        tuple(left), tuple(Unplaced(c.prompt, silent) for why, c in asked.items() if why not in heard)
    )


def _whole_kind(refusal: Refusal) -> bool:
    return refusal.kind is not None or not refusal.words


def _spans(refusal: Refusal) -> list[Span]:
    length = refusal.when.length or Fraction(1)
    return [*refusal.when.spans, *(Span(p, p + length) for p in refusal.when.points)]


def _left(cue: Cue, holes: Sequence[Span]) -> Iterator[Cue]:
    if not overlapping(holes, cue.span):
        yield cue
        return
    if cue.kind in ("fo", "fx") and cue.sync is not None and any(h.contains(cue.sync) for h in holes):
        return
    for piece in minus(cue.span, holes, Fraction(1, 10)):
        if cue.sync is not None and cue.kind in ("fo", "fx") and not piece.contains(cue.sync):
            continue
        begins, ends = piece.start == cue.span.start, piece.end == cue.span.end
        rise = piece.duration / 3 if cue.sync is None else max(Fraction(0), cue.sync - piece.start)
        yield replace(
            cue,
            span=piece,
            fade_in=cue.fade_in if begins else min(_FADE, rise),
            fade_out=cue.fade_out if ends else min(_FADE, piece.duration / 3),
        )
