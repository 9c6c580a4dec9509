"""How a cue is split into windows that a generator can make."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.interfaces import GeneratorCard
from v2a.model import Request, Span, derived_seed

EXACT_WINDOW = Fraction(60)
# What a join that is on no cut costs, in windows; and over how many of them in a row a cut is still looked for.
_OFF_CUT, _FARTHEST = Fraction(1, 3), 4


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a cue: what is asked for, and the part of it that is used; neighbours may overlap.

    What is asked for may begin before the cue and end behind it.
    """

    asked: Span
    used: Span


def plan(
    card: GeneratorCard, whole: Fraction, cuts: Sequence[Fraction] = (), film: Span | None = None
) -> tuple[Window, ...]:
    """The windows of a cue `whole` seconds long; as many joins as can be lie on cuts.

    A cue shorter than the generator's least is widened within the `film`, whose span is in the cue's time.
    """
    if card.windowing == "exact":
        return _abutting(card, whole)
    if card.windowing == "whole":
        found: tuple[Window, ...] = (_asked(card, Span(Fraction(0), whole)),)
    else:
        found = _overlapping(card, whole, cuts)
    return (_widened(card, found[0], film),) if len(found) == 1 else found


def request_for(request: Request, card: GeneratorCard, window: Window, number: int) -> Request:
    """The request for one window; where windows are drawn anew each has a seed of its own."""
    drawn = card.windowing in ("overlapped", "continued") and number > 0
    seed = derived_seed(request.seed, "window", number) if drawn else request.seed
    return replace(request, window=window.asked, seed=seed)


def _abutting(card: GeneratorCard, whole: Fraction) -> tuple[Window, ...]:
    step = _reach(card, card.window or EXACT_WINDOW)
    count = max(1, math.ceil(whole / step))
    return tuple(_asked(card, Span(step * n, min(step * (n + 1), whole))) for n in range(count))


def _overlapping(card: GeneratorCard, whole: Fraction, cuts: Sequence[Fraction]) -> tuple[Window, ...]:
    assert card.window is not None
    reach = _reach(card, card.window)
    overlap = min(card.overlap, reach / 2)
    joins = _joins(whole, overlap, reach, cuts)
    edges = [Fraction(0), *joins, whole]
    half = overlap / 2
    spans = [
        Span(max(Fraction(0), low - half) if n else low, high + half if n < len(joins) else high)
        for n, (low, high) in enumerate(itertools.pairwise(edges))
    ]
    return tuple(_asked(card, span) for span in spans)


def _joins(whole: Fraction, overlap: Fraction, reach: Fraction, cuts: Sequence[Fraction]) -> list[Fraction]:
    """The middles of the overlaps: as many on cuts as can be, the others evenly between, all windows within reach.

    One more window is made only where it brings more than three joins to cuts.
    """
    stride, half = reach - overlap, overlap / 2
    nodes = [Fraction(0), *sorted({c for c in cuts if overlap <= c <= whole - overlap}), whole]
    best: list[tuple[Fraction, int, int]] = [(Fraction(0), 0, 0)]
    for here in range(1, len(nodes)):
        ways = []
        near = bisect_left(nodes, nodes[here] - _FARTHEST * stride)
        for before in {0, *range(near, here)}:
            far = nodes[here] - nodes[before]
            spare = half * ((before == 0) + (here == len(nodes) - 1))
            free = max(0, math.ceil((far - spare) / stride) - 1)
            if far < overlap * (free + 1) and (before, here) != (0, len(nodes) - 1):
                continue
            cost, windows, _ = best[before]
            ways.append((cost + 1 + free * (1 + _OFF_CUT), windows + 1 + free, before))
        best.append(min(ways, default=(Fraction(len(nodes) * 9**9), 0, 0)))
    return _between(nodes, [before for _, _, before in best], stride, half)


def _between(
    nodes: Sequence[Fraction], before: Sequence[int], stride: Fraction, half: Fraction
) -> list[Fraction]:
    """The joins on the way to the last node: on the nodes it leads over, and evenly between them."""
    joins: list[Fraction] = []
    here, last = len(nodes) - 1, len(nodes) - 1
    while here:
        start = before[here]
        opens, closes = half * (start == 0), half * (here == last)
        far = nodes[here] - nodes[start]
        parts = max(1, math.ceil((far - opens - closes) / stride))
        even = min(far / parts, stride)
        first = even + (far - even * parts) * opens / (opens + closes or 1)
        joins += [nodes[start] + first + even * n for n in range(parts - 2, -1, -1)]
        joins += [nodes[start]] if start else []
        here = start
    return joins[::-1]


def _reach(card: GeneratorCard, window: Fraction) -> Fraction:
    """The longest window that is a whole number of the generator's steps."""
    if card.quantum is None:
        return window
    return max(1, window // card.quantum) * card.quantum


def _asked(card: GeneratorCard, used: Span) -> Window:
    if card.quantum is None:
        return Window(used, used)
    steps = max(1, math.ceil(used.duration / card.quantum))
    return Window(Span(used.start, used.start + steps * card.quantum), used)


def _widened(card: GeneratorCard, window: Window, film: Span | None) -> Window:
    """The window with as much before it as behind it, as far as there is film, where it is shorter than the least."""
    if card.least is None or window.asked.duration >= card.least:
        return window
    asked = _asked(card, Span(window.asked.start, window.asked.start + card.least)).asked
    if film is None:
        return Window(asked, window.used)
    more = asked.duration - window.used.duration
    before = min(max(more / 2, asked.end - film.end), more, asked.start - film.start)
    before = max(Fraction(0), before)
    return Window(asked.shifted(-before), window.used)
