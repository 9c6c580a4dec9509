"""How one generator is to make one cue: what it is asked, in which windows, with which features, under which key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from v2a.errors import WeightsMissing
from v2a.host import Registered
from v2a.interfaces import Generator, GeneratorCard, StageBench
from v2a.model import Failure, Observations, Request, SpottingList
from v2a.stages.generating import ask, choose, features, nearness, shelf, windows
from v2a.stages.generating.features import Needs, Sources
from v2a.stages.generating.named import named
from v2a.stages.generating.nearness import Near
from v2a.stages.generating.shelf import Attempt
from v2a.stages.generating.wanted import Planned, Wanted
from v2a.stages.scoring.timing import Timings


@dataclass(frozen=True)
class Desk:
    """What every plan is made from; `params` are the values that presets give to generators, by name.

    Paths in parameters are seen from `folder`; `timings` say what music is fitted to.
    """

    spotting: SpottingList
    sources: Sources
    params: Mapping[str, Mapping[str, Any]]
    licence: str
    folder: Path
    timings: Timings

    @property
    def seen(self) -> Observations | None:
        """What was observed of the film, where there is one."""
        return self.sources.seen


def planned(entry: Registered[Generator], wanted: Wanted, desk: Desk, bench: StageBench) -> Planned | Failure:
    """The plan for one attempt at a cue, or why this generator cannot make it."""
    cue, card = wanted.cue, entry.thing.card
    brought = bool(cue.params.get(card.precomputed))
    if card.lacks and not brought:
        return Failure(card.lacks, "Do that, or choose another generator.", WeightsMissing.exit_code)
    if against := choose.too_long(card, cue):
        return Failure(against, "Shorten the cue or choose another generator.")
    near = _near(wanted, card, bench)
    params = ask.params_for(cue, card, ask.licensed(card, desk.params, desk.licence))
    files = named(card, params, desk.folder, bench.store)
    if isinstance(files, Failure):
        return files
    request = ask.with_reference(_asked(wanted, card, files.params, desk), near)
    film = None if desk.seen is None else desk.seen.video.span.shifted(-cue.span.start)
    made_as = replace(card, least=None) if brought else card
    parts = windows.plan(made_as, request.whole, ask.cuts(request.shots), film)
    if brought and len(parts) > 1:
        return Failure(
            f"is brought the features of one window, and the cue takes {len(parts)}",
            "Shorten or part the cue, or let the encoders make its features.",
        )
    spans = [part.asked.shifted(cue.span.start) for part in parts]
    needs = features.needs(card, request, spans, desk.sources)
    if isinstance(needs, Failure):
        return needs
    made_of = {**_keys(needs), **files.digests, **({} if near is None else {nearness.NAME: near.key})}
    key = shelf.key(bench.store, card, request, wanted.candidate, made_of)
    attempt = Attempt(cue, wanted.candidate, entry, request, parts, key, desk.seen, called=files.called)
    return Planned(wanted, attempt, needs)


def _asked(wanted: Wanted, card: GeneratorCard, params: Mapping[str, Any], desk: Desk) -> Request:
    """The request for the whole cue, with all that this generator is told."""
    cue = wanted.cue
    request = ask.whole(cue, card, desk.spotting.seed_of(cue, wanted.candidate), params)
    if desk.seen is not None:
        request = ask.with_observed(request, cue.span, desk.seen)
    if cue.kind == "mx" and "tempo" in card.accepts:
        request = replace(request, timing=desk.timings.of(cue))
    return ask.with_reasoning(request, cue, desk.spotting) if "reasoning" in card.accepts else request


def _keys(needs: tuple[Needs, ...]) -> dict[str, str]:
    """The keys of all features by name; those of further windows have the window's number."""
    return {
        need.name if not number else f"{need.name}@{number}": need.key
        for number, own in enumerate(needs)
        for need in own
    }


def _near(wanted: Wanted, card: GeneratorCard, bench: StageBench) -> Near | None:
    """The sound that a generator is to come near; one that turns out to be unreadable is let go of."""
    if wanted.reference is None or not choose.takes_reference(card):
        return None
    near = nearness.read(wanted.reference, card, wanted.cue.span.duration, bench)
    if isinstance(near, Failure):
        wanted.lacks(near)
        return None
    return near
