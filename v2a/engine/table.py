"""The table of stages, and the one function that runs a stage: tells, finds what was made before, keeps what is new."""

from __future__ import annotations

import dataclasses
import importlib
import typing
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from v2a.engine import memory
from v2a.engine.keys import canonical
from v2a.interfaces import StageBench, keyed
from v2a.model import StageEnded, StageStarted, Video, codec


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: its options' section in the settings, the stages whose results it reads, and how its result is kept.

    Where `stored` is set, the result is kept as a whole under a key of its inputs, its options and the plugins that
    registered through `hooks`; the other stages keep their own things or nothing. `further` are sections of settings
    that reach it through its inputs, with the names of their dataclasses in its module.
    """

    name: str
    version: str
    section: str
    reads: tuple[str, ...] = ()
    stored: bool = False
    hooks: tuple[str, ...] = ()
    what: str = ""
    further: tuple[tuple[str, str], ...] = ()

    @property
    def module(self) -> ModuleType:
        """The module of the stage, imported when it is first used."""
        return importlib.import_module(f"v2a.stages.{self.name}")

    @property
    def options(self) -> type:
        """The dataclass of its options."""
        return self._part("Options")

    @property
    def sections(self) -> dict[str, type]:
        """The dataclass of each section of settings that counts for it."""
        return {self.section: self.options} | {
            name: getattr(self.module, kind) for name, kind in self.further
        }

    @property
    def inputs(self) -> type:
        """The dataclass of its inputs."""
        return self._part("Inputs")

    @property
    def run(self) -> Callable[[Any, Any, StageBench], Any]:
        """The function of the stage."""
        function: Callable[[Any, Any, StageBench], Any] = self.module.run
        return function

    @property
    def together(self) -> Callable[[Any, Any, StageBench], Any]:
        """The function of a stage that works on several films at once."""
        function: Callable[[Any, Any, StageBench], Any] = self.module.together
        return function

    @property
    def result(self) -> type:
        """The type of its result."""
        kind: type = typing.get_type_hints(self.module.run)["return"]
        return kind

    def failures(self, result: Any) -> tuple[str, ...]:
        """What failed on the way to a result, where the stage can tell; such a result is not stored."""
        told = getattr(self.module, "failures", None)
        return () if told is None else tuple(told(result))

    def _part(self, suffix: str) -> type:
        kind: type = getattr(self.module, f"{self.name.capitalize()}{suffix}")
        return kind


STAGES = (
    Stage("observe", "2", "observe", (), True, ("v2a_observers",), "watching and listening"),
    Stage(
        "spot", "1", "spot", ("observe",), True, ("v2a_planners", "v2a_generators"), "deciding what sounds"
    ),
    Stage(
        "generate",
        "1",
        "generate",
        ("observe", "spot"),
        what="making sound",
        further=(("tempo", "TempoOptions"),),
    ),
    Stage("arrange", "1", "arrange", ("observe", "spot", "generate"), what="setting takes on the timeline"),
    Stage("mix", "1", "mix", ("arrange",), what="mixing"),
    Stage("deliver", "1", "deliver", ("mix",), what="writing the film"),
)


def schema() -> dict[str, type]:
    """The options dataclass of every section in the settings, in the order of the stages."""
    return {name: kind for stage in STAGES for name, kind in stage.sections.items()}


def stage(name: str) -> Stage:
    """The stage of that name."""
    return next(s for s in STAGES if s.name == name)


def run(which: Stage | str, inputs: Any, options: Any, bench: StageBench) -> Any:
    """Run a stage at the bench, or find its result; tells when it starts and when it ends.

    A tuple of inputs is for a stage that works on several films together, and answers with as many results.
    """
    at = which if isinstance(which, Stage) else stage(which)
    working = typing.cast(StageBench, bench.at(at.name))
    working.check_cancelled()
    working.tell(StageStarted(at.name, at.what))
    key = key_of(at, inputs, options, working) if at.stored else None
    found: Any = None if key is None else _found(at, key, inputs, working)
    work = at.together if isinstance(inputs, tuple) else at.run
    result = found if found is not None else work(inputs, options, working)
    if key is not None and found is None and not at.failures(result):
        working.store.keep_value(key, result)
    memory.give_back()
    working.tell(StageEnded(at.name, stored=found is not None))
    return result


def key_of(which: Stage, inputs: Any, options: Any, bench: StageBench) -> str:
    """The key of a stage's result: its inputs without any path, those options that change it, and the plugins."""
    return bench.store.key(
        "stage", which.name, which.version, canonical(inputs, which.hooks), canonical(keyed(options), ())
    )


def _found(which: Stage, key: str, inputs: Any, bench: StageBench) -> Any | None:
    value = bench.store.value(key)
    if value is None:
        return None
    try:
        return _where_it_lies(codec.decode(which.result, value), inputs)
    except ValueError:
        return None


def _where_it_lies(found: Any, inputs: Any) -> Any:
    """The result with the film of these inputs, which may lie elsewhere than when it was stored."""
    films = {f.name: v for f in dataclasses.fields(inputs) if isinstance(v := getattr(inputs, f.name), Video)}
    own = {f.name for f in dataclasses.fields(found)}
    return dataclasses.replace(found, **{name: film for name, film in films.items() if name in own})
