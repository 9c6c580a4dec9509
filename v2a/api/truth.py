"""What is known to be in a film, out of a file in the layout of an analysis, and how well an analysis agrees with it."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from v2a.api.order import time_in
from v2a.errors import DocumentError, FileMissing, TimeOutsideFilm
from v2a.model import Observations, Span, Video, to_seconds
from v2a.testing.agreement import Agreement, Mark, Overlap, agreement, overlap

T = TypeVar("T")
_POINTS = ("moments", "onsets")
_STRETCHES = ("speech", "music", "silence")
_LONGEST = 1e9
_SHOWN = 30
_LAYOUT = "It is written as v2a analyze --json writes: docs/analyze.md."


@dataclass(frozen=True)
class Truth:
    """What is known, in seconds: what is not among `said` nobody looked at, so it is not compared; `notes` for the user."""

    cuts: tuple[Mark, ...] = ()
    points: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)
    stretches: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    said: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """One comparison: a name for scripts, what was compared, how near is near enough, and what came of it."""

    key: str
    name: str
    about: str
    result: Agreement | Overlap


def read_truth(path: Path, video: Video, span: Span | None = None) -> Truth:
    """Read what is known of a film, or of a part of it; raises DocumentError that says where it makes no sense.

    What lies outside the film is kept, and so counts as missed, unless only a part is asked for.
    """
    data = _loaded(path)
    said = frozenset(data) & {"shots", *_POINTS, *_STRETCHES}
    if not said:
        raise DocumentError("says nothing that could be compared", where=str(path),
                            remedy=f"It has at least one of shots, {', '.join((*_POINTS, *_STRETCHES))}.")  # fmt: skip
    reader = _Reader(path, data, video)
    cuts = [mark for mark in reader.each("shots", reader.cut) if mark.time]
    points = {name: reader.each(name, reader.point) for name in _POINTS}
    stretches = {name: reader.each(name, reader.stretch) for name in _STRETCHES}
    notes = _outside(
        path, video, [*cuts, *itertools.chain(*points.values())], [*itertools.chain(*stretches.values())]
    )
    return Truth(
        cuts=_within(cuts, span),
        points={name: _within(marks, span) for name, marks in points.items()},
        stretches={
            name: tuple(spans) if span is None else _cropped(spans, span) for name, spans in stretches.items()
        },
        said=said,
        notes=notes,
    )


def _outside(path: Path, video: Video, marks: Sequence[Mark], spans: Sequence[Span]) -> tuple[str, ...]:
    """A note on times that the film does not have; a frame more is rounding."""
    frame = _frame(video)
    last = float(video.duration) + frame
    count = sum(not -frame <= mark.time <= last for mark in marks)
    count += sum(not (-frame <= span.start and span.end <= last) for span in spans)
    if not count:
        return ()
    ends = f"outside the film, which ends at {float(video.duration):.2f} s: counted as missed"
    return (f"{count} {'entry of' if count == 1 else 'entries of'} {path} lie{'s' * (count == 1)} {ends}",)


def _loaded(path: Path) -> Mapping[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise FileMissing("there is no such file", where=str(path), remedy="Check the name.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise DocumentError(f"cannot be read as JSON ({error})", where=str(path), remedy=_LAYOUT) from error
    if not isinstance(data, dict):
        raise DocumentError("is not a JSON object", where=str(path), remedy=_LAYOUT)
    return data


@dataclass(frozen=True)
class _Reader:
    path: Path
    data: Mapping[str, Any]
    video: Video

    def each(self, name: str, read: Callable[[Mapping[str, Any]], T]) -> list[T]:
        """The entries of one list, each read or refused with its place."""
        entries = self.data.get(name, [])
        if not isinstance(entries, list):
            raise DocumentError(f"{name} is not a list", where=str(self.path), remedy=_LAYOUT)
        found = []
        for number, entry in enumerate(entries):
            where = f"{self.path}, {name}[{number}]"
            if not isinstance(entry, dict):
                raise DocumentError("is not an object", where=where, remedy=_LAYOUT)
            try:
                found.append(read(entry))
            except KeyError as error:
                raise DocumentError(f"has no {error}", where=where, remedy=_LAYOUT) from error
            except ValueError as error:
                raise DocumentError(str(error), where=where, remedy=_LAYOUT) from error
        return found

    def cut(self, entry: Mapping[str, Any]) -> Mark:
        """The beginning of a shot, as long as its transition."""
        kind = str(entry.get("transition_in", "cut"))
        half = self._time(entry, "transition") / 2 if "transition" in entry else Fraction(0)
        if half < 0:
            raise ValueError("its transition lasts less than nothing")
        return Mark(float(self._time(entry, "start")), kind, float(half))

    def point(self, entry: Mapping[str, Any]) -> Mark:
        """A moment or an onset."""
        return Mark(float(self._time(entry, "time")), str(entry.get("kind") or ""))

    def stretch(self, entry: Mapping[str, Any]) -> Span:
        """Where someone speaks, or the like."""
        return Span(self._time(entry, "start"), self._time(entry, "end"))

    def _time(self, entry: Mapping[str, Any], name: str) -> Fraction:
        value = entry[name]
        if isinstance(value, str):
            with contextlib.suppress(TimeOutsideFilm):
                return time_in(value, self.video)
        elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LONGEST:
            return to_seconds(value)
        raise ValueError(f"its {name} is {_shown(value)}, which is no time in seconds")


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _cropped(spans: Sequence[Span], known: Span) -> tuple[Span, ...]:
    return tuple(both for span in spans if (both := span.intersection(known)) is not None)


def compare(seen: Observations, truth: Truth, sure: float, span: Span | None = None) -> tuple[Figure, ...]:
    """How well observations agree with what is known; moments also alone with those at least so sure."""
    known = span or seen.video.span
    figures: list[Figure] = []
    if "shots" in truth.said:
        figures += _cuts(seen, truth, known)
    if "moments" in truth.said:
        for name, least in (("moments", 0.0), ("placed", sure)):
            about = f", at least {sure:g} sure" if least else ""
            found = [Mark(float(m.time), m.kind) for m in seen.moments if m.confidence >= least]
            for key, within, words in (("1_frame", _frame(seen.video), "1 frame"), ("40_ms", 0.04, "40 ms")):
                result = agreement(_within(found, known), truth.points["moments"], within)
                figures.append(Figure(f"{name}_{key}", name, f"within {words}{about}", result))
    if "onsets" in truth.said:
        begun = _within([Mark(float(o.time)) for o in seen.onsets], known)
        result = agreement(begun, truth.points["onsets"], 0.03)
        figures.append(Figure("onsets_30_ms", "onsets", "within 30 ms", result))
    for name in _STRETCHES:
        if name in truth.said:
            spans = _cropped([e if isinstance(e, Span) else e.span for e in getattr(seen, name)], known)
            figures.append(Figure(name, name, "by seconds", overlap(spans, truth.stretches[name])))
    return tuple(figures)


def _cuts(seen: Observations, truth: Truth, known: Span) -> list[Figure]:
    shots = [Mark(float(s.span.start), s.transition_in) for s in seen.shots if s.span.start > 0]
    found, frame = _within(shots, known), _frame(seen.video)
    hard = [[m for m in marks if m.kind == "cut"] for marks in (found, truth.cuts)]
    return [
        Figure("cuts", "cuts", "within 2 frames of a transition", agreement(found, truth.cuts, 2 * frame)),
        Figure("hard_cuts", "hard cuts", "to the frame", agreement(hard[0], hard[1], frame / 2)),
    ]


def _frame(video: Video) -> float:
    return float(1 / video.frame_rate)


def _within(marks: Sequence[Mark], known: Span | None) -> tuple[Mark, ...]:
    if known is None:
        return tuple(marks)
    return tuple(mark for mark in marks if float(known.start) <= mark.time <= float(known.end))


def figures_data(figures: Sequence[Figure]) -> dict[str, Any]:
    """The figures as plain values for scripts; errors are in seconds."""
    return {f.key: {"about": f.about, **_result(f.result)} for f in figures}


def _result(result: Agreement | Overlap) -> dict[str, Any]:
    told: dict[str, Any] = {"found": _round(result.found), "known": _round(result.truth)}
    told |= {n: _round(getattr(result, n)) for n in ("precision", "recall", "f1")}
    if isinstance(result, Agreement):
        told |= {n: _round(getattr(result, n)) for n in ("error", "spread", "named")}
        if result.kinds:
            told["kinds"] = {name: _result(kind) for name, kind in result.kinds.items() if name}
    return told


def _round(value: float | None) -> float | None:
    return value if value is None or isinstance(value, int) else round(value, 6)
