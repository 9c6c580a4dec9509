"""What a session does with its film, and several sessions with the reels of a programme: spot, make, mix, deliver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from v2a.api import exchange, keeping
from v2a.model import Delivery, Hit, Mixdown, Observations, Reasoning, Region, SpottingList
from v2a.project.numbering import Numbering, reel_numbers
from v2a.stages.arrange import ArrangeInputs
from v2a.stages.arranging.fitting import remarks
from v2a.stages.deliver import DeliverInputs, Destination
from v2a.stages.generate import Generated
from v2a.stages.generating.ask import unread
from v2a.stages.mix import MixInputs
from v2a.stages.programme import Programme
from v2a.stages.scoring.hits import local
from v2a.stages.scoring.motion import Motion
from v2a.stages.scoring.timing import Timings
from v2a.stages.spot import SpotInputs, SpotOptions

if TYPE_CHECKING:
    from v2a.api.session import Session

Sessions = Sequence["Session"]


def spot(sessions: Sessions, imported: Path | None = None) -> tuple[SpottingList, ...]:
    """Decide where sound goes in all reels at once, and merge it into their spotting lists."""
    first, reels = sessions[0], _programme(sessions)
    if len(sessions) == 1 and first.level is not None:
        others = ", ".join(first.level.reels)
        first.notes += (f"This film was a reel of {others}: scored alone, it is a programme of its own now.",)
    brief, seed = first.wanted
    span = reels.span(0, first.span)
    inputs = SpotInputs(reels.observed(first.store), reels.brief(brief), seed, first.host, span)
    options: SpotOptions = first.options("spot")
    own = first.choices.planning.get(options.planner, {})
    options = replace(options, kinds=first.kinds, params={**own, **options.params})
    plan = first.run("spot", inputs, options)
    plans = reels.parted(plan, brief, seed)
    if imported is not None:
        plans = tuple(exchange.with_imported(p, imported, s.host, s.video) for s, p in zip(sessions, plans))
    lists: list[SpottingList] = []
    for number, (session, part) in enumerate(zip(sessions, plans)):
        lists.append(session.merge(part, brief, seed, _numbering(sessions, lists, number)))
    return tuple(lists)


def _numbering(sessions: Sessions, earlier: Sequence[SpottingList], number: int) -> Numbering:
    """How the music of a reel is numbered: what goes over from one reel into the next has one number in both."""
    if len(sessions) == 1:
        return Numbering()
    music = [cue for listed in earlier for cue in listed.cues if cue.kind == "mx"]
    over = {(cue.seed, cue.prompt): cue.id for cue in music if cue.seed is not None}
    return Numbering(reel_numbers([session.video.path for session in sessions])[number], over)


def score(sessions: Sessions) -> tuple[Delivery, ...]:
    """Spot and render, with only the kinds that were asked for."""
    outputs = [session.output() for session in sessions]
    lists = [_of_kinds(session, listed) for session, listed in zip(sessions, spot(sessions))]
    return _rendered(sessions, lists, outputs)


def render(sessions: Sessions) -> tuple[Delivery, ...]:
    """Make the sound of the spotting lists as they are, and deliver."""
    lists = [session.spotting() for session in sessions]
    for session in sessions:
        session.notes = (*session.notes, *session.project.other_film)
    return _rendered(sessions, lists, [session.output() for session in sessions])


def _programme(sessions: Sessions) -> Programme:
    return Programme(tuple(session.observe() for session in sessions))


def _of_kinds(session: Session, listed: SpottingList) -> SpottingList:
    return replace(listed, cues=tuple(cue for cue in listed.cues if cue.kind in session.kinds))


@dataclass(frozen=True)
class _Made:
    """What was made of a reel's list, and where it lies."""

    listed: SpottingList
    made: Generated
    regions: tuple[Region, ...]
    timings: Timings


def _rendered(
    sessions: Sessions, lists: Sequence[SpottingList], outputs: Sequence[Path]
) -> tuple[Delivery, ...]:
    for session, listed in zip(sessions, lists):
        for cue in listed.cues:
            session.check_generator(cue, cue.generator)
            cards = (entry.thing.card for entry in session.host.generators.values())
            session.notes += tuple(unread(cue, cards))
    if len(sessions) == 1:
        lists = [_as_heard(sessions[0], lists[0])]
    reels = _programme(sessions)
    whole = reels.observed(sessions[0].store)
    made = [
        _made(session, listed, _around(reels, lists, n, whole))
        for n, (session, listed) in enumerate(zip(sessions, lists))
    ]
    for (session, own), (following, other) in pairwise(zip(sessions, made)):
        name = Path(session.video.path).name
        following.notes += tuple(keeping.broken(own.regions, other.regions, name))
    mixdowns = _mixed(sessions, made)
    return tuple(
        _delivered(session, own, mixdown, output)
        for session, own, mixdown, output in zip(sessions, made, mixdowns, outputs)
    )


def _as_heard(session: Session, listed: SpottingList) -> SpottingList:
    """The list of a reel that is rendered alone: what goes over into other reels stays the take that they go on with."""
    if session.level is None:
        return listed
    own, takes, tempo = session.observe().programme, session.project.takes, session.options("tempo")
    cues, kept = [], []
    for cue in listed.cues:
        over = cue.span.start < own.start or cue.span.end > own.end
        name = takes.heard(cue.id) if over and not cue.take else None
        take = takes.take(cue.id, name) if name else None
        same = take is not None and keeping.still(cue, take, tempo.limits_of(cue, session.video))
        cues.append(replace(cue, take=name) if same else cue)
        kept += [cue.id] * same
    if kept:
        session.notes += (
            f"{', '.join(kept)}: heard in another reel too, and still the take that goes on there; "
            "render the reels together to have it made anew.",
        )
    return replace(listed, cues=tuple(cues))


@dataclass(frozen=True)
class _Around:
    """What is known of a programme from one of its reels, on that reel's clock."""

    seen: Observations
    motion: Motion
    reasoning: tuple[Reasoning, ...]
    hits: tuple[Hit, ...]


def _around(reels: Programme, lists: Sequence[SpottingList], number: int, whole: Observations) -> _Around:
    """What goes over from reel to reel follows from the reasoning, the hit points and the movement of all of them."""
    shifts = [shift - reels.shifts[number] for shift in reels.shifts]
    pairs = list(zip(lists, shifts))
    reasoning = (replace(r, span=r.span.shifted(shift)) for listed, shift in pairs for r in listed.reasoning)
    hits = (hit for listed, shift in pairs for hit in local(listed.hits, -shift))
    return _Around(reels.around(number, whole), reels.motion(number), tuple(reasoning), tuple(hits))


def _made(session: Session, listed: SpottingList, around: _Around) -> _Made:
    heard = session.heard(listed)
    wanted = replace(heard, reasoning=around.reasoning, hits=around.hits)
    made = session.generate(wanted, around.seen, around.motion)
    timings = Timings(around.seen, wanted, session.options("tempo"), around.motion, session.store)
    timed = frozenset(
        name for name, entry in session.host.generators.items() if "tempo" in entry.thing.card.accepts
    )
    session.notes += tuple(keeping.outdated(heard, made.takes, timings, session.observe().programme))
    inputs = ArrangeInputs(session.video, heard, made.takes, session.observe(), timings, timed)
    regions = session.run("arrange", inputs)
    return _Made(listed, made, regions, timings)


def _mixed(sessions: Sessions, made: Sequence[_Made]) -> tuple[Mixdown, ...]:
    """The mixdowns of all reels, measured and set as one; each film remembers that it is one of several."""
    inputs = tuple(_to_mix(session, own.regions, own.listed.seed) for session, own in zip(sessions, made))
    names = tuple(Path(session.video.path).name for session in sessions)
    for session in sessions if len(sessions) > 1 else ():
        if session.level is not None and session.level.reels != names:
            others = ", ".join(session.level.reels)
            session.notes += (f"The programme was {others} before; it is {', '.join(names)} now.",)
    mixdowns: tuple[Mixdown, ...] = sessions[0].run("mix", inputs)
    for session, mixdown in zip(sessions, mixdowns):
        session.set_level(mixdown.programme)
    return mixdowns


def _to_mix(session: Session, regions: tuple[Region, ...], seed: int) -> MixInputs:
    """What is mixed, in a scratch folder of the store."""
    folder = session.store.scratch()
    folder.mkdir(parents=True, exist_ok=True)
    return MixInputs(
        session.video,
        regions,
        session.observe(),
        folder,
        original=session.options("spot").original,
        span=session.span,
        seed=seed,
        handed_over=session.order.stems is not None,
        effects={name: effect.thing for name, effect in session.host.effects.items()},
        level=session.level,
    )


def _delivered(session: Session, made: _Made, mixdown: Mixdown, output: Path) -> Delivery:
    """Deliver, with all that went wrong on the way."""
    order = session.order
    inputs = DeliverInputs(
        video=session.video,
        mixdown=mixdown,
        regions=made.regions,
        spotting=made.listed,
        destination=Destination(output, order.stems, session.folder),
        failures=made.made.failures,
        unplaced=made.listed.unplaced,
        notes=(*session.notes, *(str(t) for t in session.troubles), *remarks(made.listed.cues, made.regions)),
        exports=exchange.exports(order.exports, session.host, output),
        span=session.span,
        preset=session.choices.preset,
        timings=made.timings,
    )
    return session.delivered(session.run("deliver", inputs))
