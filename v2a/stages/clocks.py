"""Observations on another clock: later or earlier, and cut off at the ends of a stretch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from v2a.model import Observations, Span

TIMED = ("moments", "onsets")
LASTING = ("speech", "music", "atmosphere", "silence", "lost")


def moved(entries: Iterable[Any], within: Span, shift: Fraction) -> Iterator[Any]:
    """What lies in a stretch, later by `shift`; what reaches over its ends is cut off there."""
    for entry in entries:
        if hasattr(entry, "time"):
            if within.contains(entry.time):
                yield replace(entry, time=entry.time + shift)
            continue
        span = entry if isinstance(entry, Span) else entry.span
        inside = span.intersection(within)
        if inside is not None:
            yield _at(entry, inside.shifted(shift), shift)


def _at(entry: Any, span: Span, shift: Fraction) -> Any:
    if isinstance(entry, Span):
        return span
    beats = tuple(beat + shift for beat in getattr(entry, "beats", ()))
    return replace(entry, span=span, beats=beats) if beats else replace(entry, span=span)


def all_moved(seen: Observations, shift: Fraction) -> Observations:
    """Observations on a clock that began earlier by `shift`."""
    everywhere = Span(-seen.video.duration, 2 * seen.video.duration)
    names = (*TIMED, *LASTING, "shots", "scenes")
    changes: dict[str, Any] = {n: tuple(moved(getattr(seen, n), everywhere, shift)) for n in names}
    return replace(seen, **changes)
