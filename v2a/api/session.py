"""A session: one film, one project, and the stages over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from v2a.api import exchange, programme, waveforms
from v2a.api.bench import never, stage_bench, unheard
from v2a.api.order import Order
from v2a.api.settings import Choices, choices
from v2a.builtin.executors.failures import untold
from v2a.dsp.rooms import ringing
from v2a.engine import table
from v2a.engine.store import FolderStore
from v2a.errors import CannotWrite, FileMissing, UnknownGenerator, UnknownName, V2aError
from v2a.host import Host
from v2a.host.guests import apart
from v2a.interfaces import Bench, Plan, Runner
from v2a.media.containers import suffix_for
from v2a.media.mux import check
from v2a.media.probe import probe
from v2a.model import (
    Counted,
    Cue,
    Delivery,
    Kind,
    Notice,
    Observations,
    PluginFailed,
    ProgrammeLevel,
    SpottingList,
    Take,
)
from v2a.presets import Layer
from v2a.project import Numbering, Project, Scope, origin
from v2a.stages import arrange
from v2a.stages.delivering.places import is_sound
from v2a.stages.generate import Generated, GenerateInputs
from v2a.stages.generating.running import running
from v2a.stages.observe import ObserveInputs, at_hand
from v2a.stages.scoring.motion import Motion


class Session:
    """Works on an order: observes, spots, renders. Use it as a context manager; it holds the project's lock."""

    def __init__(
        self,
        order: Order,
        *,
        host: Host | None = None,
        tell: Callable[[Notice], None] = unheard,
        cancelled: Callable[[], bool] = never,
        write: bool = True,
    ) -> None:
        """Probe the film and open its project."""
        order.check()
        self.order = order
        self.folder = order.folder
        for place, flag in ((self.folder, "--keep-project"), (order.stems, "--stems")):
            if place is not None and place.is_file():
                raise CannotWrite("is a file where a folder belongs", where=str(place),
                                  remedy=f"Name a folder with {flag}.")  # fmt: skip
        self._write = write
        self.counts: dict[str, int] = {}
        self.notes: tuple[str, ...] = ()
        self.troubles: tuple[V2aError, ...] = ()
        self._tell = tell
        self._origin = origin.read(self.folder) or origin.Origin()
        self.video = probe(order.video, order.start_tc or self._origin.start_tc)
        self.span = order.span_in(self.video)
        self.host = apart(host or Host.discover(), lambda: self._guests)
        self._closing = ExitStack()
        self.project = self._closing.enter_context(Project.open(self.folder, self.video, write=write))
        self.store = self._closing.enter_context(FolderStore(self.project.store, write=write))
        self._bench = stage_bench(self.store, order.device, tell=self._hear, cancelled=cancelled)

    def __enter__(self) -> Self:
        """The session itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the project and the store; an error is accompanied by the plugins that failed before it."""
        if isinstance(error, V2aError):
            exchange.accompany(error, self.host, self.troubles)
        self.close()

    def close(self) -> None:
        """Let go of the project."""
        self._closing.close()

    def _hear(self, notice: Notice) -> None:
        if isinstance(notice, Counted):
            name = f"{notice.what}:{notice.name}"
            self.counts[name] = self.counts.get(name, 0) + notice.number
        elif isinstance(notice, PluginFailed):
            self.troubles = (*self.troubles, untold(notice))
        self._tell(notice)

    @cached_property
    def choices(self) -> Choices:
        """The settings of this run: default < preset < how it was last scored < project < command line."""
        said = self.project.settings()
        preset = self.order.preset or said.preset or self._origin.preset
        return choices(
            self.host,
            preset,
            [
                *self._last_time(),
                Layer("project", said.values, str(self.project.path)),
                Layer("command line", self.order.settings, "command line"),
            ],
        )

    def _last_time(self) -> list[Layer]:
        """What was set when the film was last scored; counts when it is rendered again, not when scored anew."""
        last = Layer("last score", self._origin.layer, str(self.folder / "origin.json"))
        return [last] if self.order.again else []

    @cached_property
    def _guests(self) -> Runner:
        """Where plugins that do not ship with v2a run, but for generators and encoders."""
        chosen = self.options("generate")
        return self._closing.enter_context(running(self.host, chosen.executor, chosen.stall, self._bench))

    def bench(self, stage: str) -> Bench:
        """The bench of this run, for work that is no stage of a film's way."""
        return replace(self._bench, stage=stage)

    def options(self, stage: str) -> Any:
        """The settings of a stage in this run."""
        return self.choices.options[stage]

    def run(self, stage: str, inputs: Any, options: Any = None) -> Any:
        """Run a stage, with other settings than this run's where they are given."""
        return table.run(stage, inputs, self.options(stage) if options is None else options, self._bench)

    @cached_property
    def _observations(self) -> Observations:
        wanted = [f for g in self.host.generators.values() for f in g.thing.card.features]
        observers = at_hand(self.host.observers, self._bench)
        inputs = ObserveInputs(self.video, observers, tuple(dict.fromkeys(wanted)))
        found: Observations = self.run("observe", inputs)
        return replace(found, video=self.video)

    def observe(self) -> Observations:
        """What is seen and heard in the film; the project knows its film from then on."""
        found = self._observations
        if self._write and not self._origin.film:
            self._keep(replace(self._origin, start_tc=self.order.start_tc))
        return found

    def spotting(self) -> SpottingList:
        """The spotting list as it is now, the user's edits in it."""
        listed = self.project.named() if self._write else self.project.read()
        if listed is None:
            raise FileMissing(
                "the project has no spotting list",
                where=str(self.folder),
                remedy=f"Make one with: v2a spot {self.order.video}",
            )
        return listed

    def cue(self, cue_id: str) -> Cue:
        """The cue of that id."""
        listed = self.spotting()
        found = listed.cue(cue_id)
        if found is None:
            known = ", ".join(c.id for c in listed.cues[:12]) or "none"
            raise UnknownName(
                f"there is no cue {cue_id!r}", where=str(self.project.path), remedy=f"There are: {known}."
            )
        return found

    def spot(self, imported: Path | None = None) -> SpottingList:
        """Decide where sound goes and merge it into the spotting list."""
        return programme.spot((self,), imported)[0]

    @property
    def wanted(self) -> tuple[str, int]:
        """The brief and the seed: those of the order, else those of the spotting list."""
        before = self.project.read()
        brief = self.order.brief if self.order.brief is not None else (before.brief if before else "")
        seed = self.order.seed if self.order.seed is not None else (before.seed if before else 0)
        return brief, seed

    def merge(self, plan: Plan, brief: str, seed: int, numbering: Numbering | None = None) -> SpottingList:
        """Merge a plan into the spotting list."""
        self.notes = (*self.notes, *self.project.other_film, *self.observe().notes, *plan.notes)
        scope = Scope(self.span, self.kinds)
        listed = self.project.respot(plan, seed=seed, brief=brief, scope=scope, numbering=numbering)
        if self.order.preset and self.project.settings().preset != self.order.preset:
            listed = self.project.write(listed, preset=self.order.preset)
        self._remember()
        return listed

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of sound that are asked for."""
        return tuple(k for k in self.options("spot").kinds if k not in self.order.without)

    def _remember(self) -> None:
        preset = self.order.preset or self._origin.preset
        start_tc = self.order.start_tc or self._origin.start_tc
        self._keep(origin.Origin(preset=preset, start_tc=start_tc, layer=self.order.settings))

    def _keep(self, made: origin.Origin) -> None:
        made = replace(made, film=origin.place(self.order.video, self.folder))
        if made != self._origin:
            origin.write(self.folder, made)
            self._origin = made

    def set_level(self, level: ProgrammeLevel | None) -> None:
        """Remember how the film was set as one reel of a programme, for when it is rendered again alone."""
        if self._write and level != self._origin.level:
            self._keep(replace(self._origin, level=level))

    @property
    def level(self) -> ProgrammeLevel | None:
        """How the film was set when it was last rendered as one reel of a programme."""
        return self._origin.level

    def score(self) -> Delivery:
        """Spot and render, with only the kinds that were asked for."""
        return programme.score((self,))[0]

    def render(self) -> Delivery:
        """Make the sound of the spotting list as it is, and deliver."""
        return programme.render((self,))[0]

    def delivered(self, delivery: Delivery) -> Delivery:
        """Tell the plugins of a delivery, and keep what is drawn of it."""
        waveforms.keep(self.folder, delivery.mixdown)
        self.troubles += tuple(self.host.tell_delivery(delivery))
        return delivery

    def check_generator(self, cue: Cue, name: str | None) -> None:
        """Refuse a generator that does not exist or makes another kind of sound."""
        if name is None:
            return
        kinds = self.host.generator(name).thing.card.kinds
        if cue.kind not in kinds:
            raise UnknownGenerator(
                f"the generator {name} makes {', '.join(kinds)} and cue {cue.id} is {cue.kind}",
                where=str(self.project.path),
                remedy="Name another generator or change the cue's kind.",
            )

    def output(self) -> Path:
        """Where the film goes; a container that cannot hold it, or an exporter that is not there, is refused at once."""
        output = self.order.output_for(self.video, suffix_for(self.video))
        for name in self.order.exports:
            self.host.exporter(name)
        if not is_sound(output):
            check(self.video, output, self.options("deliver").audio_codec)
        return output

    def heard(self, listed: SpottingList) -> SpottingList:
        """The list as it sounds in the part of the film that is asked for."""
        if self.span is None:
            return listed
        return replace(
            listed, cues=tuple(c for c in listed.cues if ringing(c.span, c.room).overlaps(self.span))
        )

    def generate(
        self, listed: SpottingList, seen: Observations | None = None, motion: Motion | None = None
    ) -> Generated:
        """Make the takes of a list, of what is seen in this film or around it; the project remembers them."""
        chosen = {c.id: self.project.takes.take(c.id, c.take) for c in listed.sounding if c.take}
        told = (self.choices.params, chosen, self.options("tempo"), motion)
        inputs = GenerateInputs(listed, seen or self.observe(), self.host, *told)
        made: Generated = self.run("generate", inputs)
        for take in made.takes:
            self.project.takes.add(take)
        for heard in filter(None, (arrange.chosen(cue, made.takes) for cue in listed.sounding)):
            self.project.takes.hear(heard)
        return made

    def takes(self, cue_id: str) -> Sequence[Take]:
        """The takes of a cue, in the order they were made."""
        return self.project.takes.of(cue_id)

    def is_chosen(self, cue: Cue, take: Take) -> bool:
        """Whether a cue is rendered with this take."""
        takes = self.takes(cue.id)
        heard = cue.take or self.project.takes.heard(cue.id)
        return take.id == heard if heard else bool(takes) and take.id == takes[-1].id

    def stem_files(self) -> Sequence[waveforms.Waveform]:
        """The stems of the last render, as they are drawn."""
        return waveforms.read(self.folder)
