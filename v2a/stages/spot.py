"""The spot stage: asks a planner where sound goes, and checks what it answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from v2a.builtin.executors.failures import blamed
from v2a.builtin.planner import stated_hits
from v2a.builtin.planner.style import Style
from v2a.dsp.tempi import Tempi
from v2a.errors import DocumentError, PluginContract, PluginRaised, PresetError, V2aError
from v2a.host import Host, Registered
from v2a.interfaces import About, Bench, Plan, Planner, PlanRequest, checked, option
from v2a.interfaces.planner import Original
from v2a.model import KINDS, Cue, Hit, Kind, Meter, Observations, PluginFailed, Reasoning, Span, in_order

_MOST_NAMED = 3
_FURTHER = {"about": About("further parameters of the chosen planner")}


@dataclass(frozen=True)
class SpotOptions(Style):
    """How a film is spotted; the style's keys are given to every planner that has parameters of those names."""

    planner: str = option("builtin", "what decides where sound goes", flag="--planner")
    kinds: tuple[Kind, ...] = option(("fo", "fx", "bg", "mx"), "the kinds of sound to spot", flag="--only")
    confidence: float = option(
        0.5, "moments at least this sure are placed, the others suggested", low=0.0, high=1.0
    )
    sweeten: bool = option(
        False, "add sound also where the production sound already has it", flag="--sweeten"
    )
    original: Original = option(
        "keep",
        "keep the production sound, take it as a guide that is not heard, or drop it",
        choices=("keep", "guide", "drop"),
        flag="--original",
    )
    params: Mapping[str, Any] = field(default_factory=dict, metadata=_FURTHER)


@dataclass(frozen=True)
class SpotInputs:
    """What is spotted: observations, the brief, the film's seed, the plugins there are, and perhaps a part of the film."""

    observations: Observations
    brief: str
    seed: int
    host: Host
    span: Span | None = None


def run(inputs: SpotInputs, options: SpotOptions, bench: Bench) -> Plan:
    """Cues without ids, the reasoning behind them, and what could not be placed; every cue lies inside the film."""
    kinds = _kinds(options)
    entry = inputs.host.planner(options.planner)
    request = PlanRequest(
        observations=inputs.observations,
        brief=inputs.brief,
        kinds=kinds,
        original=options.original,
        sweeten=options.sweeten,
        span=_part(inputs),
        seed=inputs.seed,
        confidence=options.confidence,
        generators=tuple(g.thing.card for g in inputs.host.generators.values() if not g.thing.card.lacks),
        params=_params(entry.thing, options),
    )
    plan = _with_stated_hits(_checked(_asked(entry, request, bench), request, entry.name), request)
    if plan.failures:
        where, remedy = f"planner {entry.name}", "See the notes; spot again to ask for all of it once more."
        bench.tell(PluginFailed(where, "not all of the film was planned", remedy, PluginRaised.exit_code))
    return plan


def _with_stated_hits(plan: Plan, request: PlanRequest) -> Plan:
    """The plan of a planner that gives no hit points, with those that the brief states."""
    if plan.hits or not request.brief.strip():
        return plan
    stated = stated_hits(request, plan.cues)
    return replace(
        plan,
        hits=stated.hits,
        unplaced=tuple(dict.fromkeys((*plan.unplaced, *stated.unplaced))),
        notes=tuple(dict.fromkeys((*plan.notes, *stated.notes))),
    )


def failures(plan: Plan) -> tuple[str, ...]:
    """What could not be planned; a plan with any of it is not one to store."""
    return plan.failures


def _kinds(options: SpotOptions) -> tuple[Kind, ...]:
    unknown = [kind for kind in options.kinds if kind not in KINDS]
    if unknown:
        raise PresetError(
            f"{unknown[0]!r} is not a kind of sound", where="kinds", remedy=f"Use some of {', '.join(KINDS)}."
        )
    return tuple(kind for kind in KINDS if kind in options.kinds)


def _part(inputs: SpotInputs) -> Span | None:
    if inputs.span is None:
        return None
    film = inputs.observations.video.span
    part = inputs.span.intersection(film)
    if part is None:
        raise DocumentError(
            f"the part from {float(inputs.span.start):g} s to {float(inputs.span.end):g} s lies outside the film",
            remedy=f"The film runs from 0 to {float(film.end):g} s.",
        )
    return part


def _params(planner: Planner, options: SpotOptions) -> object:
    """The planner's parameters: the style's keys that it has, and what is given for it by name."""
    kind = planner.card.params
    names = {f.name for f in dataclasses.fields(kind)} if dataclasses.is_dataclass(kind) else set()
    style = {f.name: getattr(options, f.name) for f in dataclasses.fields(Style) if f.name in names}
    try:
        return checked(kind, {**style, **options.params}, f"planner {planner.card.name}")
    except ValueError as error:
        raise PresetError(str(error), remedy="Correct it in the preset or leave it out.") from error


def _asked(entry: Registered[Planner], request: PlanRequest, bench: Bench) -> Plan:
    where = f"plugin {entry.plugin}: planner {entry.name}"
    try:
        plan: object = entry.thing.plan(bench, request)
    except V2aError:
        raise
    except (Exception, SystemExit) as error:
        raise blamed(error, where, "Choose another with --planner.") from error
    if not isinstance(plan, Plan):
        raise PluginContract(
            f"a planner answers with a Plan, not {type(plan).__name__}",
            where=where,
            remedy="Choose another with --planner.",
        )
    return plan


@dataclass
class _Checks:
    """What was mended or left out of a plan, for its notes."""

    outside: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)
    unpaced: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def notes(self, planner: str) -> list[str]:
        """One sentence for each thing that was wrong."""
        said = {
            "lies outside the part of the film that is spotted and was left out": self.outside,
            "has no length and was left out": self.empty,
            "is of a kind that was not asked for and was left out": self.unasked,
            "has a tempo or a meter that is none; it is found instead": self.unpaced,
            "is no hit point in the part of the film that is spotted and was left out": self.missed,
        }
        return [f"Planner {planner}: {_listed(names)} {what}." for what, names in said.items() if names]


def _listed(names: list[str]) -> str:
    more = f" (and {len(names) - _MOST_NAMED} more cues)" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _checked(plan: Plan, request: PlanRequest, planner: str) -> Plan:
    checks = _Checks()
    scope = request.span or request.observations.video.span
    cues = [mended for cue in plan.cues if (mended := _mended(cue, scope, request, checks)) is not None]
    return replace(
        plan,
        cues=in_order(tuple(cues)),
        reasoning=tuple(r for r in plan.reasoning if isinstance(r, Reasoning)),
        hits=tuple(hit for hit in plan.hits if _lands(hit, scope, checks)),
        notes=(*plan.notes, *plan.failures, *checks.notes(planner)),
    )


def _mended(cue: Cue, scope: Span, request: PlanRequest, checks: _Checks) -> Cue | None:
    """The cue inside the film, or nothing where nothing of it is left."""
    if not isinstance(cue, Cue) or cue.kind not in KINDS:
        kind = getattr(cue, "kind", type(cue).__name__)
        raise PluginContract(f"{kind!r} is not a kind of sound ({', '.join(KINDS)})", where="planner")
    name = f"{cue.prompt or cue.kind!r} at {float(cue.span.start):g} s"
    if cue.kind not in request.kinds:
        checks.unasked.append(name)
        return None
    if cue.span.duration == 0:
        checks.empty.append(name)
        return None
    span = cue.span.intersection(scope)
    if span is None:
        checks.outside.append(name)
        return None
    if not _paced(cue):
        checks.unpaced.append(name)
        cue = replace(cue, tempo="", meter="")
    sync = cue.sync
    if sync is not None and not scope.start <= sync < scope.end:
        sync = None
    return _faded(
        cue if (span, sync, "") == (cue.span, cue.sync, cue.id) else replace(cue, id="", span=span, sync=sync)
    )


def _lands(hit: Hit, scope: Span, checks: _Checks) -> bool:
    """Whether a hit point can be kept."""
    if isinstance(hit, Hit) and scope.contains(hit.time) and 0 < hit.weight < float("inf"):
        return True
    checks.missed.append(
        f"{hit.name or 'a mark'} at {float(hit.time):g} s" if isinstance(hit, Hit) else repr(hit)
    )
    return False


def _paced(cue: Cue) -> bool:
    """Whether a cue's tempo and meter can be kept, where it says any."""
    try:
        return all(
            not said or parse(said) for said, parse in ((cue.tempo, Tempi.parse), (cue.meter, Meter.parse))
        )
    except ValueError:
        return False


def _faded(cue: Cue) -> Cue:
    """The cue with fades that fit into it together."""
    fade_in, fade_out = max(Fraction(0), cue.fade_in), max(Fraction(0), cue.fade_out)
    share = min(Fraction(1), cue.span.duration / (fade_in + fade_out)) if fade_in + fade_out else Fraction(1)
    if share == 1 and fade_in == cue.fade_in and fade_out == cue.fade_out:
        return cue
    return replace(cue, fade_in=fade_in * share, fade_out=fade_out * share)
