"""What was observed in a film, on a terminal: a table of each sort of thing, and what there is in all."""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from v2a.api.markers import place
from v2a.api.truth import Figure
from v2a.cli.screen import console, table
from v2a.model import Observations, Span
from v2a.stages.observe import failures
from v2a.testing.agreement import Agreement, Overlap

_MOST_ROWS = 30
_MOST_NOTES = 5
_GAP = 2


@dataclass(frozen=True)
class _Table:
    """A table, and the columns that a narrow terminal does without, the first to go first."""

    titles: tuple[str, ...]
    rows: list[list[str]]
    spare: tuple[str, ...] = ()


def show(seen: Observations, sure: float) -> None:
    """Print all tables that have rows, and then the summary."""
    for each in _tables(seen):
        if each.rows:
            _print(each)
            print()
    for line in summary(seen, sure):
        print(_folded(line))


def _folded(line: str) -> str:
    """A line of the summary; what a terminal has no room for goes under where it begins."""
    if not sys.stdout.isatty():
        return line
    return textwrap.fill(
        line, max(40, console().width - 1), subsequent_indent=12 * " ", break_on_hyphens=False
    )


def _tables(seen: Observations) -> Iterable[_Table]:
    yield _shots(seen)
    yield _scenes(seen)
    yield _moments(seen)
    yield _stretches("speech", seen, seen.speech)
    yield _stretches("music", seen, seen.music, tempo=True)


def _print(whole: _Table) -> None:
    """A terminal gets as many columns and rows as it can show; a pipe gets all."""
    if not sys.stdout.isatty():
        table(whole.titles, whole.rows)
        return
    shown = whole.rows[:_MOST_ROWS]
    titles, left = list(whole.titles), list(whole.spare)
    while left and _width(titles, shown, whole) > console().width:
        titles.remove(left.pop(0))
    columns = [whole.titles.index(title) for title in titles]
    table(titles, [[row[n] for n in columns] for row in shown])
    if len(whole.rows) > len(shown):
        print(f"… {len(whole.rows) - len(shown)} more; --json has all")


def _width(titles: Sequence[str], rows: Sequence[Sequence[str]], whole: _Table) -> int:
    columns = [whole.titles.index(title) for title in titles]
    wide = [max(len(whole.titles[n]), *(len(row[n]) for row in rows)) for n in columns]
    return sum(wide) + _GAP * (len(wide) - 1)


def _shots(seen: Observations) -> _Table:
    at = seen.video.timecode_at
    rows = [
        [str(n + 1), str(at(s.span.start)), str(at(s.span.end)), _seconds(s.span.duration), s.transition_in,
         _seconds(s.transition) if s.transition else "", s.size or "", f"{s.confidence:.2f}"]
        for n, s in enumerate(seen.shots)
    ]  # fmt: skip
    titles = ("shot", "in", "out", "seconds", "by", "over", "size", "sure")
    return _Table(titles, rows, ("size", "over", "out", "seconds"))


def _scenes(seen: Observations) -> _Table:
    at = seen.video.timecode_at
    rows = [
        [str(n + 1), str(at(s.span.start)), str(at(s.span.end)), _numbers(s.shots), place(s),
         ", ".join(s.tags), f"{s.confidence:.2f}"]
        for n, s in enumerate(seen.scenes)
    ]  # fmt: skip
    return _Table(
        ("scene", "in", "out", "shots", "place", "tags", "sure"), rows, ("tags", "out", "place", "shots")
    )


def _moments(seen: Observations) -> _Table:
    at = seen.video.timecode_at
    rows = [
        [m.kind, str(at(m.time)), _seconds(m.time), f"{m.strength:.2f}", f"{m.confidence:.2f}", f"{m.x:.2f}",
         f"{m.y:.2f}"]
        for m in seen.moments
    ]  # fmt: skip
    titles = ("moment", "at", "seconds", "strength", "sure", "x", "y")
    return _Table(titles, rows, ("y", "seconds", "x", "strength"))


def _stretches(name: str, seen: Observations, found: Sequence[Any], tempo: bool = False) -> _Table:
    at = seen.video.timecode_at
    titles = (name, "in", "out", "seconds", "sure", *(("tempo",) if tempo else ()))
    rows = [
        [str(n + 1), str(at(s.span.start)), str(at(s.span.end)), _seconds(s.span.duration), f"{s.confidence:.2f}",
         *([f"{s.tempo:.1f}" if s.tempo else ""] if tempo else [])]
        for n, s in enumerate(found)
    ]  # fmt: skip
    return _Table(titles, rows, ("seconds", "out"))


def _numbers(positions: Sequence[int]) -> str:
    """Positions in a list as numbers from 1: 1-3, 5."""
    runs: list[list[int]] = []
    for number in (p + 1 for p in sorted(positions)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return ", ".join("-".join(map(str, run)) for run in runs)


def summary(seen: Observations, sure: float) -> list[str]:
    """What there is in all, and what could not be observed and why."""
    video = seen.video
    lines = [
        video.path,
        f"  picture   {video.picture.width}x{video.picture.height}, {float(video.frame_rate):g} frames a second, "
        f"{_seconds(video.duration)} s from {video.timecode}",
        f"  shots     {len(seen.shots)}{_counted(s.transition_in for s in seen.shots[1:])}",
        f"  scenes    {len(seen.scenes)}",
        f"  moments   {len(seen.moments)}{_counted(m.kind for m in seen.moments)}",
    ]
    if seen.moments:
        placed = sum(m.confidence >= sure for m in seen.moments)
        lines.append(f"  placed    {placed} of them by themselves, at least {sure:g} sure")
    if video.sound:
        lines += [f"  {name:<9} {_lasting(spans, video.duration)}" for name, spans in _heard(seen)]
        lines.append(f"  onsets    {len(seen.onsets)}")
    failed = failures(seen)
    notes = [note for note in dict.fromkeys(seen.notes) if note not in failed]
    lines += [f"  note      {note}" for note in notes[:_MOST_NOTES]]
    if len(notes) > _MOST_NOTES:
        lines.append(f"  note      and {len(notes) - _MOST_NOTES} more: see --json")
    return lines


def _heard(seen: Observations) -> list[tuple[str, list[Span]]]:
    return [
        ("speech", [s.span for s in seen.speech]),
        ("music", [m.span for m in seen.music]),
        ("silence", list(seen.silence)),
        *([("leader", list(seen.leader))] if seen.leader else []),
    ]


def _lasting(spans: Sequence[Span], duration: Fraction) -> str:
    if not spans:
        return "none"
    total = sum((s.duration for s in spans), Fraction(0))
    share = f", {float(100 * total / duration):.0f} %" if duration else ""
    return f"{_seconds(total)} s in {len(spans)} stretch{'es' if len(spans) != 1 else ''}{share}"


def _counted(kinds: Iterable[str]) -> str:
    counts = Counter(kinds).most_common()
    return f" ({', '.join(f'{number} {kind}' for kind, number in counts)})" if counts else ""


def _seconds(time: Fraction) -> str:
    return f"{float(time):.2f}"


def show_figures(figures: Sequence[Figure], notes: Sequence[str]) -> None:
    """Print how well an analysis agrees with what is known; where there is nothing on either side there is no row."""
    rows = []
    for figure in figures:
        if figure.result.f1 is None:
            continue
        rows.append(_figure(figure.name, figure.about, figure.result))
        kinds = figure.result.kinds if isinstance(figure.result, Agreement) else {}
        if len(kinds) > 1 and any(name and kind.truth for name, kind in kinds.items()):
            rows += [_figure(f"  {name or 'other'}", "", kind) for name, kind in kinds.items()]
    titles = ("what", "precision", "recall", "F1", "found", "known", "error ms", "p95 ms", "how near")
    _print(_Table(titles, rows, ("how near", "found", "known")))
    for note in notes:
        print(_folded(f"  note      {note}"))


def _figure(name: str, about: str, result: Agreement | Overlap) -> list[str]:
    shares = [_share(value) for value in (result.precision, result.recall, result.f1)]
    if isinstance(result, Overlap):
        return [name, *shares, f"{result.found:.2f} s", f"{result.truth:.2f} s", "", "", about]
    late = [_milliseconds(result.error, "+.1f"), _milliseconds(result.spread, ".1f")]
    return [name, *shares, str(result.found), str(result.truth), *late, about]


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _milliseconds(value: float | None, form: str) -> str:
    return "-" if value is None else format(1000 * value, form)
