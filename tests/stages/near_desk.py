"""A table whose film lies in a folder with sounds beside it, for cues that come near them."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import numpy as np

import v2a
from tests.stages import nearing
from tests.stages.making import Table, cue
from v2a.host import Host
from v2a.media.writer import SoundWriter
from v2a.model import Observations
from v2a.testing import film

RATE = 48_000


def write(path, level=0.25, seconds=1.0, rate=RATE, channels=1):
    """A steady sound."""
    with SoundWriter(path, rate, channels) as writer:
        writer.write(np.full((channels, round(seconds * rate)), level, np.float32))
    return path


class Desk(Table):
    """A table whose film lies in a folder with sounds beside it."""

    def __init__(self, folder):
        super().__init__(folder / "store")
        self.folder = folder
        self.seen = Observations(replace(film(60), path=str(folder / "film.mp4")))
        self.stock()

    def stock(self, *libraries):
        def hook():
            return list(libraries)

        shelves = ModuleType("shelves")
        hook.__name__ = "v2a_libraries"
        shelves.v2a_libraries = v2a.hookimpl(hook)
        self.host = Host([("nearing", nearing, ""), ("shelves", shelves, "")])

    def make(self, *cues, **options):
        return self.run(*cues, seen=self.seen, **options)

    def one(self, reference, **given):
        made = self.make(cue("a", given.pop("prompt", "door"), reference=reference, **given))
        assert made.failures == ()
        return made.takes[0]

    def lost(self, reference, **options):
        made = self.make(cue("a", "door", reference=reference), **options)
        (failure,) = made.failures
        assert (failure.cue, failure.generator) == ("a", "")
        assert failure.remedy
        assert failure.instead == made.takes[0].generator
        assert made.takes[0].notes in ((), ("none",))
        return failure
