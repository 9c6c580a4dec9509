"""What follows from stretches of the film that could not be decoded: what is said of them, and what is doubted there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from v2a.media.losses import source_of
from v2a.model import Findings, Lost, Moment, Observations, Shot, Span

_NAMED = 4
_HALF = Fraction(1, 2)
_EDGE = Fraction(1, 10)
_CUT, _MOMENT = 0.5, 0.2


def said(lost: Sequence[Lost]) -> tuple[str, ...]:
    """One note for each sort of loss: its first stretches by name, the others as a number and a length."""
    return tuple(
        _said(what, [each.span for each in lost if each.what == what])
        for what in dict.fromkeys(each.what for each in lost)
    )


def _said(what: str, spans: Sequence[Span]) -> str:
    named = [f"{float(s.start):.2f} to {float(s.end):.2f} s" for s in spans[:_NAMED]]
    if len(spans) > _NAMED:
        total = float(sum(s.duration for s in spans))
        named.append(f"in {len(spans) - _NAMED} more stretches, {total:.2f} s in all")
    return f"{what} from {', '.join(named[:-1])}{' and ' if named[1:] else ''}{named[-1]}"


def weighed(found: Findings, so_far: Observations) -> Findings:
    """Findings as they count beside what was lost: no silence where sound was, less trust in what begins near a gap."""
    if not so_far.lost:
        return found
    unheard = [each.span.widened(_EDGE) for each in so_far.lost if each.what == "no sound"]
    unseen = [each.span.widened(_HALF) for each in so_far.lost if source_of(each) == "picture"]
    return replace(
        found,
        silence=tuple(piece for span in found.silence for piece in _heard(span, unheard)),
        shots=tuple(_doubted_shot(shot, unseen) for shot in found.shots),
        moments=tuple(_doubted_moment(moment, unseen) for moment in found.moments),
    )


def _heard(silent: Span, unheard: Iterable[Span]) -> list[Span]:
    """The pieces of a silence that were listened to; what is left of half a second and more is silence still."""
    left = [silent]
    for hole in unheard:
        left = [
            Span(start, end)
            for span in left
            for start, end in ((span.start, min(span.end, hole.start)), (max(span.start, hole.end), span.end))
            if start < end and (not span.overlaps(hole) or end - start >= _HALF)
        ]
    return left


def _doubted_shot(shot: Shot, unseen: Iterable[Span]) -> Shot:
    if shot.transition_in == "start" or not any(span.contains(shot.span.start) for span in unseen):
        return shot
    return replace(shot, confidence=min(shot.confidence, _CUT))


def _doubted_moment(moment: Moment, unseen: Iterable[Span]) -> Moment:
    if not any(span.contains(moment.time) for span in unseen):
        return moment
    return replace(moment, confidence=min(moment.confidence, _MOMENT))
