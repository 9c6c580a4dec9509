"""The contract of a planner: cues within the film and the kinds that were asked for, and the same plan every time."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from v2a.interfaces import Bench, GeneratorCard, Plan, Planner, PlanRequest
from v2a.model import (
    Atmosphere,
    Licence,
    Moment,
    Observations,
    Onset,
    Scene,
    Shot,
    Span,
    Speech,
    codec,
)
from v2a.model.observations import MomentKind
from v2a.testing.cards import card_findings
from v2a.testing.findings import Finding, guarded, settle
from v2a.testing.makers import bench as make_bench
from v2a.testing.makers import film
from v2a.testing.scratch import scratch

_BRIEFS = ("", "rain on a tin roof, footsteps on gravel from 0:02 to 0:05, sad piano", "üñ ☂ 0:99 [[cue]]")
_LICENCE = Licence("CC0-1.0", commercial="yes")


def observed(seconds: Fraction = Fraction(30)) -> Observations:
    """What might be observed in a film of so many seconds: shots, two scenes, moments, speech, atmosphere, onsets."""
    step = seconds / 6
    shots = tuple(Shot(Span(step * n, step * (n + 1)), "cut" if n else "start") for n in range(6))
    scenes = (
        Scene(Span(Fraction(0), step * 3), (0, 1, 2), interior=False, day=True, tags=("street",)),
        Scene(Span(step * 3, seconds), (3, 4, 5), interior=True, tags=("kitchen",)),
    )
    kinds: tuple[MomentKind, ...] = ("impact", "contact", "stop")
    moments = tuple(Moment(step * n + step / 3, kind, 0.4 + n / 10, 0.9) for n, kind in enumerate(kinds))
    return Observations(
        film(seconds),
        shots,
        scenes,
        moments,
        speech=(Speech(Span(step * 4, step * 5)),),
        atmosphere=(Atmosphere(Span(step, step * 2), -45.0),),
        onsets=(Onset(moments[0].time, 0.8),),
    )


def check_planner(planner: Planner, briefs: tuple[str, ...] = _BRIEFS) -> None:
    """Raise ContractBroken if a planner breaks the contract; it plans for each of the briefs."""
    settle(planner_findings(planner, briefs))


def planner_findings(planner: Planner, briefs: tuple[str, ...] = _BRIEFS) -> Iterator[Finding]:
    """Every breach of the contract by a planner."""
    subject = f"planner {planner.card.name}"
    yield from card_findings(planner.card, subject)
    with scratch() as folder:
        bench = make_bench(folder)
        for brief in briefs:
            yield from guarded(subject, functools.partial(_plans, planner, bench, brief, subject))


def _plans(planner: Planner, bench: Bench, brief: str, subject: str) -> Iterator[Finding]:
    cards = tuple(
        GeneratorCard(f"any-{kind}", "1", (kind,), _LICENCE) for kind in ("fo", "fx", "bg", "mx", "vo")
    )
    request = PlanRequest(observed(), brief, generators=cards, params=planner.card.params())
    part = Span(Fraction(5), Fraction(20))
    for asked in (
        request,
        replace(request, kinds=("bg", "mx")),
        replace(request, span=part),
        replace(request, original="drop", sweeten=True, seed=9),
        replace(request, observations=Observations(film(Fraction(1, 25)))),
    ):
        plan = planner.plan(bench, asked)
        yield from plan_findings(plan, asked, subject)
        if plan != planner.plan(bench, asked):
            yield Finding(
                subject,
                "plans something else for the same request",
                "Draw random numbers from the request's seed.",
            )


def plan_findings(plan: object, asked: PlanRequest, subject: str) -> Iterator[Finding]:
    """What is wrong with one plan."""
    if not isinstance(plan, Plan):
        yield Finding(subject, f"answers with {type(plan).__name__}", "Return a Plan.")
        return
    film_span = asked.observations.video.span
    for cue in plan.cues:
        named = f"cue {cue.prompt!r}"
        if cue.id or cue.pinned:
            yield Finding(
                subject, f"gives {named} an id or pins", "Leave id and pinned empty: v2a sets them."
            )
        if cue.kind not in asked.kinds:
            yield Finding(
                subject, f"{named} is of the kind {cue.kind}, which was not asked for", "Keep to kinds."
            )
        if not cue.prompt.strip():
            yield Finding(subject, "a cue says in no words what sounds", "Write a prompt.")
        if cue.span.start < film_span.start or cue.span.end > film_span.end:
            yield Finding(
                subject, f"{named} lies outside the film", "Keep cues within observations.video.span."
            )
        if asked.span is not None and not asked.span.overlaps(cue.span):
            yield Finding(
                subject, f"{named} lies outside the part that was asked for", "Keep within request.span."
            )
        try:
            codec.encode(cue)
        except (TypeError, ValueError) as error:
            yield Finding(subject, f"{named} cannot be written: {error}", "Let params hold plain data only.")
