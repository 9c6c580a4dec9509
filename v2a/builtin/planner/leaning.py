"""Times that lean on others: `before that`, `after that`, `for the rest`, `at 0:20 until the end`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from v2a.builtin.planner.clauses import Clause
from v2a.builtin.planner.clock import When, joined
from v2a.builtin.planner.film import Film
from v2a.builtin.planner.pieces import without
from v2a.builtin.planner.spans import merged, minus
from v2a.model.time import Span

_BEFORE = (
    ("before", "that"),
    ("until", "then"),
    ("till", "then"),
    ("up", "to", "then"),
    ("before", "then"),
    ("before", "it", "is"),
    ("before", "it", "was"),
)
_AFTER = (
    ("after", "that"),
    ("from", "then", "on"),
    ("from", "there", "on"),
    ("from", "there"),
    ("from", "then"),
)


def related(clause: Clause, done: Sequence[Clause], film: Film) -> Clause:
    """`before that soft pads` until the clause before begins, `after that` when it ends."""
    words = tuple(t.word for t in clause.tokens)
    if words[:1] in (("otherwise",), ("elsewhere",)) and done and not clause.whens and not clause.negated:
        return _elsewhere(without(clause, {0}), joined(done[-1].whens, film), film)
    before = next((p for p in _BEFORE if words[: len(p)] == p), ())
    after = next((p for p in _AFTER if words[: len(p)] == p), ())
    if words[-3:] == ("for", "the", "rest") and done and done[-1].whens and not clause.whens:
        return replace(without(clause, set(range(len(words) - 3, len(words)))), join="then")
    if not (before or after) or not done or clause.whens:
        return clause
    rest = without(clause, set(range(len(before or after))))
    if after:
        return replace(rest, join="then")
    when = joined(done[-1].whens, film)
    start = next(iter([*when.points, *(s.start for s in when.spans)]), Fraction(0))
    said = When(spans=(Span(Fraction(0), start),), text=" ".join(before))
    return replace(rest, whens=(said,), leading=True) if start > 0 else clause


def _elsewhere(clause: Clause, when: When, film: Film) -> Clause:
    """The clause where what was before it is not: `otherwise soft guitar`."""
    left = tuple(minus(film.scope, merged(when.spans))) if when.spans and not when.problem else ()
    return replace(clause, whens=(When(spans=left, text="otherwise"),)) if left else clause


def in_and_out(clause: Clause) -> Clause:
    """The clause, with `in 0:08 out 0:51` as one stretch."""
    ways = {t.word: at for at, t in enumerate(clause.tokens) if t.word in ("in", "out")}
    times = [when.points[0] for when in clause.whens if len(when.points) == 1]
    if list(ways) != ["in", "out"] or len(times) != 2 or len(clause.whens) != 2 or times[0] >= times[1]:
        return clause
    text = f"in {clause.whens[0].text} out {clause.whens[1].text}"
    stretch = When(spans=(Span(times[0], times[1]),), text=text)
    return replace(without(clause, set(ways.values())), whens=(stretch,))


def from_until(clause: Clause) -> Clause:
    """The clause, with `at 0:20 until the end` as one stretch."""
    points = [p for w in clause.whens for p in w.points]
    spans = [s for w in clause.whens for s in w.spans]
    if (
        len(clause.whens) != 2
        or len(points) != 1
        or len(spans) != 1
        or spans[0].start > 0
        or spans[0].end <= points[0]
    ):
        return clause
    text = " ".join(w.text for w in clause.whens)
    return replace(clause, whens=(When(spans=(Span(points[0], spans[0].end),), text=text),))
