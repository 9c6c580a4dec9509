"""Generate: every cue gets its takes, from the best generator that can make it, or from the next one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

from v2a.builtin.executors.failures import kind_of, told
from v2a.errors import UnknownGenerator, V2aError
from v2a.host import Host, Registered
from v2a.interfaces import About, Generator, Runner, StageBench, option
from v2a.model import (
    Cue,
    CueFailure,
    Failure,
    Observations,
    SpottingList,
    Take,
    terms,
)
from v2a.stages.generating import choose, features, making, planning, shelf
from v2a.stages.generating.auditions import Audition, spotted
from v2a.stages.generating.features import Sources
from v2a.stages.generating.judging import Judge
from v2a.stages.generating.planning import Desk
from v2a.stages.generating.references import Reference, References, Shelves
from v2a.stages.generating.running import running
from v2a.stages.generating.shelf import Attempt
from v2a.stages.generating.wanted import Planned, Wanted
from v2a.stages.scoring.motion import Motion
from v2a.stages.scoring.options import TempoOptions
from v2a.stages.scoring.timing import Timings

VERSION = shelf.VERSION


@dataclass(frozen=True)
class GenerateOptions:
    """How takes are made."""

    executor: str = option(
        "process",
        "Where plugins run that do not ship with v2a, and all generators.",
        flag="--executor",
        keyed=False,
    )
    candidates: int = option(1, "Takes made for each cue.", low=1, high=99, flag="--candidates")
    stall: float = option(600.0, "How long a plugin may show no sign of life.", unit="s", low=1, keyed=False)
    fallback: bool = option(True, "Whether the next generator is asked where one fails.")
    licence: str = option("", "Licences of recordings that may be used: cc0,own", flag="--licence")
    blend: float = option(
        0.0,
        "How much of the best fitting recording of your libraries is heard in what is made (0 to 1)",
        low=0.0,
        high=1.0,
        flag="--blend",
    )
    prefer: Mapping[str, str] = field(
        default_factory=dict, metadata={"about": About("The generator asked first for each kind of sound.")}
    )

    def __post_init__(self) -> None:
        """Refuse a licence that there is not, before anything is looked at."""
        terms.wanted(self.licence)


@dataclass(frozen=True)
class GenerateInputs:
    """What is to sound, what was seen there, and who can make it.

    `params` are the values that presets give to generators, by name; `chosen` the takes that the user chose, by cue. Music
    follows `tempo`, and `motion`: that of the film, where none is given.
    """

    spotting: SpottingList
    observations: Observations | None
    host: Host
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    chosen: Mapping[str, Take] = field(default_factory=dict)
    tempo: TempoOptions = field(default_factory=TempoOptions)
    motion: Motion | None = None


@dataclass(frozen=True)
class Generated:
    """The takes of all sounding cues, made, found or chosen, in the order of the list, and what went wrong."""

    takes: tuple[Take, ...] = ()
    failures: tuple[CueFailure, ...] = ()


def run(inputs: GenerateInputs, options: GenerateOptions, bench: StageBench) -> Generated:
    """Make or find a take for every sounding cue that has none chosen."""
    with _at_work(inputs.host, options, bench) as working:
        return _Stage(inputs, options, working).generated()


def audition(
    wanted: Audition, host: Host, bench: StageBench, params: Mapping[str, Mapping[str, Any]] | None = None
) -> Take:
    """One sound without a film, as a take in the store; what goes wrong is raised."""
    cards = [entry.thing.card for entry in host.generators.values() if not entry.thing.card.lacks]
    if wanted.generator is not None:
        cards = [host.generator(wanted.generator).thing.card]
    spotting = spotted(wanted, cards)
    options = GenerateOptions(
        executor=wanted.executor or GenerateOptions.executor, fallback=wanted.generator is None
    )
    made = run(GenerateInputs(spotting, None, host, params or {}), options, bench)
    unmet = made.failures if not made.takes else [f for f in made.failures if not f.generator]
    if unmet:
        raise _error(unmet[0])
    return made.takes[0]


@contextlib.contextmanager
def _at_work(host: Host, options: GenerateOptions, bench: StageBench) -> Iterator[StageBench]:
    """The bench with a runner: the one it has, or one that is opened for this run."""
    if cast(Runner | None, bench.runner) is not None:
        yield bench
        return
    with running(host, options.executor, options.stall, bench) as runner:
        yield replace(bench, runner=runner)


class _Stage:
    def __init__(self, inputs: GenerateInputs, options: GenerateOptions, bench: StageBench) -> None:
        self._inputs = inputs
        self._bench = bench
        self._done = Fraction(0)
        seen = inputs.observations
        folder = Path() if seen is None else Path(seen.video.path).parent
        sources = Sources(seen, inputs.host, bench.store)
        timings = Timings(seen, inputs.spotting, inputs.tempo, inputs.motion, bench.store)
        self._desk = Desk(inputs.spotting, sources, inputs.params, options.licence, folder, timings)
        shelves = Shelves(folder, inputs.host.libraries, options.licence, options.blend)
        self._references = References(shelves, bench)
        self._judge = Judge(tuple(inputs.host.metrics.values()), bench)
        self._tell_of_preferred(options)
        self._wanted = [
            self._wish(cue, candidate, options)
            for cue in inputs.spotting.sounding
            if cue.id not in inputs.chosen
            for candidate in range(options.candidates)
        ]

    def _tell_of_preferred(self, options: GenerateOptions) -> None:
        """Say once where a preferred generator cannot make anything yet."""
        for name in sorted(set(options.prefer.values())):
            entry = self._inputs.host.generators.get(name)
            if entry is not None and entry.thing.card.lacks:
                self._bench.warn(f"{name} is preferred and not asked: {entry.thing.card.lacks}.")

    def generated(self) -> Generated:
        self._bench.progress(0, len(self._wanted))
        while turns := self._turns():
            for name, turn in turns.items():
                self._turn(self._inputs.host.generator(name), turn)
        made = [w.take for w in self._wanted if w.take is not None]
        chosen = self._inputs.chosen
        takes = tuple(
            take
            for cue in self._inputs.spotting.sounding
            for take in ([chosen[cue.id]] if cue.id in chosen else [t for t in made if t.cue == cue.id])
        )
        return Generated(takes, tuple(dict.fromkeys(f for w in self._wanted for f in w.failures())))

    def _wish(self, cue: Cue, candidate: int, options: GenerateOptions) -> Wanted:
        near = self._references.of(cue)
        reference = near if isinstance(near, Reference) else None
        names = self._names(cue, options, near=reference is not None)
        cards = [entry.thing.card for entry in self._inputs.host.generators.values()]
        takers = tuple(c.name for c in cards if choose.takes_reference(c) and cue.kind in c.kinds)
        without = near if isinstance(near, Failure) else None
        known = "" if names else choose.known_near(cue.prompt, cards, cue.kind)
        return Wanted(cue, candidate, names, reference, without, takers, known)

    def _names(self, cue: Cue, options: GenerateOptions, *, near: bool) -> tuple[str, ...]:
        generators = self._inputs.host.generators
        if cue.generator is not None and cue.generator not in generators:
            known = ", ".join(sorted(generators)) or "none"
            raise UnknownGenerator(
                f"no generator is called {cue.generator!r}",
                where=f"cue {cue.id}",
                remedy=f"There are: {known}.",
            )
        cards = [entry.thing.card for entry in generators.values()]
        names = choose.order(cue, cards, options.prefer, near=near)
        return names if options.fallback else names[:1]

    def _turns(self) -> dict[str, list[Wanted]]:
        """Those without a take by the generator whose turn it is, in the order of the list."""
        turns: dict[str, list[Wanted]] = {}
        for wanted in self._wanted:
            if wanted.take is None and wanted.generator is not None:
                turns.setdefault(wanted.generator, []).append(wanted)
        return turns

    def _turn(self, entry: Registered[Generator], turn: Sequence[Wanted]) -> None:
        """One generator finds or makes takes; whoever it fails gets another generator's turn."""
        planned: list[Planned] = []
        for wanted in turn:
            plan = planning.planned(entry, wanted, self._desk, self._bench)
            if isinstance(plan, Failure):
                self._fail(wanted, plan)
                continue
            found = shelf.found(self._bench.store, plan.attempt.key)
            if found is None:
                planned.append(plan)
            else:
                wanted.has(found, plan.attempt)
                self._advance(Fraction(1), wanted.cue)
        asked = {plan.attempt.key: plan for plan in planned}
        for outcome in making.outcomes(self._equipped(planned), self._bench, self._judge, self._tick):
            self._settle(asked[outcome.attempt.key], outcome.result)

    def _equipped(self, planned: Sequence[Planned]) -> list[Attempt]:
        """The attempts with the features of their windows; whoever lacks one has failed."""
        wanted = [need for plan in planned for own in plan.needs for need in own]
        tracks = features.provided(wanted, self._inputs.observations, self._bench)
        ready: list[Attempt] = []
        for plan in planned:
            found = features.of_windows(plan.needs, tracks)
            if isinstance(found, Failure):
                self._fail(plan.wanted, found)
            else:
                ready.append(replace(plan.attempt, features=found))
        return ready

    def _settle(self, plan: Planned, result: Take | Failure) -> None:
        if isinstance(result, Failure):
            self._fail(plan.wanted, result)
            return
        take = plan.wanted.has(result, plan.attempt)
        for error in self._inputs.host.tell_take(take):
            self._bench.tell(told(error))

    def _fail(self, wanted: Wanted, failure: Failure) -> None:
        wanted.failed.append(failure)
        if wanted.generator is None:
            self._advance(Fraction(1), wanted.cue)

    def _tick(self, attempt: Attempt) -> None:
        self._advance(Fraction(1, len(attempt.windows)), attempt.cue)

    def _advance(self, by: Fraction, cue: Cue) -> None:
        self._done = min(self._done + by, Fraction(len(self._wanted)))
        self._bench.progress(float(self._done), len(self._wanted), cue.prompt)


def _error(failure: CueFailure) -> V2aError:
    """A failure as the error of its exit code."""
    where = f"generator {failure.generator}" if failure.generator else ""
    return kind_of(failure.exit_code)(failure.what, where=where, remedy=failure.remedy)
