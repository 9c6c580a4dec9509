"""Spotting again: what the planner wants now is merged into what is there, and never overwrites the user."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from v2a.interfaces import Plan
from v2a.model import KINDS, Cue, Hit, Kind, Reasoning, Span, SpottingList, in_order
from v2a.project.fields import PINNABLE
from v2a.project.marks import asked
from v2a.project.memory import Memory
from v2a.project.numbering import Numbering

_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the film and the kinds that were spotted; what lies outside is left as it is."""

    span: Span | None = None
    kinds: Collection[Kind] | None = None

    def covers(self, cue: Cue) -> bool:
        """Whether the planner would have wanted this cue again if it wanted it at all."""
        inside = self.span is None or self.span.overlaps(cue.span)
        return inside and (self.kinds is None or cue.kind in self.kinds)

    def lands(self, hit: Hit) -> bool:
        """Whether the planner would have asked for this hit point again if it wanted it at all."""
        inside = self.span is None or self.span.contains(hit.time)
        return inside and (self.kinds is None or "mx" in self.kinds)


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged list, what the planner wants in the place of its cues, and the reasoning and hits that are not the user's."""

    spotting: SpottingList
    planned: Mapping[str, Cue] = field(default_factory=dict)
    own: tuple[Reasoning, ...] | None = None
    hits: tuple[Hit, ...] | None = None


def merge(
    old: SpottingList, plan: Plan, memory: Memory | None = None, scope: Scope | None = None
) -> SpottingList:
    """The old list with a new plan merged in; see `merged`, which also says what was planned for each cue."""
    return merged(old, plan, memory or Memory(), scope or Scope()).spotting


def merged(
    old: SpottingList, plan: Plan, memory: Memory, scope: Scope, numbering: Numbering | None = None
) -> Merged:
    """The old list with a new plan merged in.

    Cues are matched by kind, overlap and prompt to what the planner wanted last time. A matched cue keeps its id and
    every field the user pinned; locked cues stay as they are; cues the user deleted stay away; cues nobody touched
    and nobody wants any more go; new ones get new ids, but for music that has its number from an earlier reel.
    """
    partners = _matched(old, plan, memory)
    cues: list[Cue] = []
    planned: dict[str, Cue] = {}
    for cue in old.cues:
        wanted = partners.get(cue.id)
        if wanted is not None:
            planned[cue.id] = wanted
        if wanted is not None and not cue.locked:
            cues.append(_with_plan(cue, wanted))
        elif cue.locked or cue.pinned or not scope.covers(cue):
            cues.append(cue)
    taken = {id(wanted) for wanted in partners.values()}
    fresh = _fresh([c for c in plan.cues if id(c) not in taken], old, numbering or Numbering())
    known = memory.with_numbers(c.id for c in old.cues)
    named = known.named(fresh)
    planned |= {cue.id: cue for cue in named}
    reasoning = _reasoning(old, plan, memory, scope)
    landing = asked(old.hits, memory.hits, plan.hits, scope.lands)
    spotting = replace(
        old,
        cues=in_order((*cues, *named)),
        reasoning=reasoning,
        unplaced=plan.unplaced,
        hits=landing.listed,
    )
    own = tuple(r for r in reasoning if r in plan.reasoning or r in memory.reasoning)
    return Merged(spotting, planned, own, landing.wanted)


def _fresh(cues: Iterable[Cue], old: SpottingList, numbering: Numbering) -> Iterator[Cue]:
    """New cues in order, with the numbers that they have already, where nobody here has them."""
    used = {cue.id.lower() for cue in old.cues}
    for cue in in_order(tuple(cues)):
        name = numbering.number_of(cue)
        free = name.lower() not in used
        used.add(name.lower())
        yield replace(cue, id=name if free else "", pinned=frozenset())


def _with_plan(cue: Cue, wanted: Cue) -> Cue:
    values: dict[str, Any] = {name: getattr(cue if name in cue.pinned else wanted, name) for name in PINNABLE}
    return Cue(id=cue.id, pinned=cue.pinned, **values)


@dataclass(frozen=True, slots=True)
class _Pair:
    score: float
    name: str
    wanted: Cue


def _matched(old: SpottingList, plan: Plan, memory: Memory) -> dict[str, Cue]:
    """What the planner wants now in the place of each old cue; a deleted cue takes its partner with it."""
    before = {cue.id: memory.planned(cue) for cue in old.cues}
    gone = {f"deleted {n}": cue for n, cue in enumerate(memory.deleted)}
    partners = _best(_pairs(before | gone, plan, _ALIKE))
    taken = {id(cue) for cue in partners.values()}
    rest = {name: cue for name, cue in before.items() if name not in partners and cue.kind == "mx"}
    left = replace(plan, cues=tuple(c for c in plan.cues if id(c) not in taken))
    return partners | _best(_pairs(rest, left, 0.0))


def _pairs(before: Mapping[str, Cue], plan: Plan, alike: float) -> Iterator[_Pair]:
    """All that may belong together; a long list is searched by time, because every cue against every other is slow."""
    lanes = {kind: _Lane.of(c for c in plan.cues if c.kind == kind) for kind in KINDS}
    for name, cue in before.items():
        words = _words(cue.prompt)
        for wanted in lanes[cue.kind].overlapping(cue.span):
            likeness = 1.0 if wanted.prompt == cue.prompt else _likeness(words, _words(wanted.prompt))
            if likeness >= alike:
                yield _Pair(likeness + _shared(cue.span, wanted.span), name, wanted)


@dataclass(frozen=True, slots=True)
class _Lane:
    """The cues of one kind in order of time, their starts, and how long the longest is."""

    cues: tuple[Cue, ...]
    starts: tuple[Fraction, ...]
    longest: Fraction

    @classmethod
    def of(cls, cues: Iterable[Cue]) -> _Lane:
        ordered = tuple(sorted(cues, key=lambda c: c.span))
        longest = max((c.span.duration for c in ordered), default=Fraction(0))
        return cls(ordered, tuple(c.span.start for c in ordered), longest)

    def overlapping(self, span: Span) -> Iterator[Cue]:
        first = bisect_left(self.starts, span.start - self.longest)
        last = bisect_left(self.starts, span.end)
        return (cue for cue in self.cues[first:last] if cue.span.overlaps(span))


def _best(pairs: Iterator[_Pair]) -> dict[str, Cue]:
    partners: dict[str, Cue] = {}
    taken: set[int] = set()
    for pair in sorted(pairs, key=lambda p: (-p.score, p.wanted.span, p.name)):
        if pair.name not in partners and id(pair.wanted) not in taken:
            partners[pair.name] = pair.wanted
            taken.add(id(pair.wanted))
    return partners


def _words(prompt: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", prompt.lower()))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def _shared(one: Span, other: Span) -> float:
    both = one.intersection(other)
    return float(both.duration / (one.duration + other.duration - both.duration)) if both else 0.0


def _reasoning(old: SpottingList, plan: Plan, memory: Memory, scope: Scope) -> tuple[Reasoning, ...]:
    """The new reasoning, but the user's own words where he changed those of a scene."""
    remembered = {r.scene: r for r in memory.reasoning}
    edited = [r for r in old.reasoning if remembered.get(r.scene) != r]
    outside = [r for r in old.reasoning if scope.span is not None and not scope.span.overlaps(r.span)]
    kept = {r.scene: r for r in (*outside, *edited)}
    new = [
        r
        for r in plan.reasoning
        if r.scene not in kept and not any(_shared(r.span, k.span) > _ALIKE for k in edited)
    ]
    return tuple(sorted((*kept.values(), *new), key=lambda r: (r.span.start, r.scene)))


def reconciled(base: SpottingList, ours: SpottingList, theirs: SpottingList) -> SpottingList:
    """What v2a wants to write and what the user wrote meanwhile, both seen from what was read; the user wins."""
    cues = [_reconciled_cue(base.cue(t.id), ours.cue(t.id), t) for t in theirs.cues]
    present = {c.id for c in theirs.cues}
    added = [c for c in ours.cues if c.id not in present and base.cue(c.id) is None]
    return replace(
        ours,
        seed=theirs.seed if theirs.seed != base.seed else ours.seed,
        brief=theirs.brief if theirs.brief != base.brief else ours.brief,
        cues=in_order((*(c for c in cues if c is not None), *added)),
        reasoning=theirs.reasoning if theirs.reasoning != base.reasoning else ours.reasoning,
        hits=theirs.hits if theirs.hits != base.hits else ours.hits,
    )


def _reconciled_cue(base: Cue | None, ours: Cue | None, theirs: Cue) -> Cue | None:
    if base is None:
        return theirs
    changed = frozenset(name for name in PINNABLE if getattr(theirs, name) != getattr(base, name))
    if ours is None:
        return theirs if changed else None
    values: dict[str, Any] = {name: getattr(theirs if name in changed else ours, name) for name in PINNABLE}
    return Cue(id=theirs.id, pinned=ours.pinned | changed, **values)


def pinned(cue: Cue, before: Cue | None) -> Cue:
    """The cue with what differs from before pinned; one that was not there before is the user's altogether."""
    if before is None:
        return replace(cue, pinned=PINNABLE)
    changed = {name for name in PINNABLE if getattr(cue, name) != getattr(before, name)}
    return replace(cue, pinned=before.pinned | cue.pinned | changed)


def edited(cue: Cue, **changes: Any) -> Cue:
    """The cue as the user changed it through v2a: what he changed is pinned, as if he had typed it."""
    unknown = sorted(set(changes) - PINNABLE)
    if unknown:
        raise TypeError(f"a cue has no field {unknown[0]!r} that can be edited")
    return replace(cue, **changes, pinned=cue.pinned | frozenset(changes))
