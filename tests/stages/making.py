"""What the tests of the generate stage share: cues, and a table at which they are made."""

from dataclasses import replace
from fractions import Fraction
from types import ModuleType

import v2a
from tests import players
from v2a.builtin.executors import LocalExecutor, ProcessExecutor
from v2a.engine.store import FolderStore
from v2a.host import Host
from v2a.interfaces import StageBench
from v2a.model import (
    Counted,
    Cue,
    Observations,
    Span,
    SpottingList,
)
from v2a.stages import generate
from v2a.stages.generate import GenerateInputs, GenerateOptions
from v2a.testing import film

EXECUTORS = {"local": LocalExecutor(), "process": ProcessExecutor(2)}


def cue(name, prompt, kind="fx", start=0.0, end=1.0, **given):
    return Cue(name, kind, Span(Fraction(repr(start)), Fraction(repr(end))), prompt, **given)


class Table:
    """A store, a host, a runner and ears."""

    def __init__(self, folder, executor="local", **given):
        self.events = []
        self.store = FolderStore(folder)
        self.host = Host([("players", players, "")])
        bench = StageBench(
            scratch=self.store.scratch_folder,
            stage="generate",
            tell=self.events.append,
            store=self.store,
            **given,
        )
        self.runner = EXECUTORS[executor].open(bench, 20.0)
        self.bench = replace(bench, runner=self.runner)

    def run(self, *cues, seen=None, host=None, params=None, chosen=None, seed=5, **options):
        self.events.clear()
        video = film(60)
        spotting = SpottingList(video.identity, seed, cues=cues)
        inputs = GenerateInputs(
            spotting, seen or Observations(video), host or self.host, params or {}, chosen or {}
        )
        return generate.run(inputs, GenerateOptions(**options), self.bench)

    @property
    def counted(self):
        return [(e.what, e.name, e.number) for e in self.events if isinstance(e, Counted)]

    def close(self):
        self.runner.close()
        self.store.close()


def samples(take):
    return take.sound.open().samples


def module(*generators):
    made = ModuleType("tests.players")
    made.v2a_generators = v2a.hookimpl(named_of(lambda: list(generators)))
    return made


def named_of(function):
    function.__name__ = "v2a_generators"
    return function
