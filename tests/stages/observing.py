"""What the tests of the observe stage share: observers of a few lines, and a room for them to work in."""

from fractions import Fraction

import numpy as np

from tests.media.films import PCM, number_of
from v2a.engine.store import FolderStore
from v2a.host import Registered
from v2a.interfaces import (
    FeatureCard,
    Observer,
    ObserverCard,
    PictureNeed,
    SoundNeed,
    StageBench,
    Watcher,
)
from v2a.model import Counted, Findings
from v2a.stages import observe
from v2a.stages.observe import ObserveInputs, ObserveOptions

PART = ObserveOptions(part=Fraction(1))
PCM_MOV = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "12", "-pix_fmt", "yuv420p", *PCM)


class Numbers(Observer):
    """Reads the number each frame carries, and adds it to the one of the frame before."""

    card = ObserverCard(
        "numbers",
        "1",
        picture=PictureNeed(64, 36, pixels="gray"),
        sound=SoundNeed(8_000, 1000),
        features={
            "number": FeatureCard("picture"),
            "sum": FeatureCard("picture", shape=(1,)),
            "level": FeatureCard("sound", rows=2),
        },
    )
    concluded = 0

    def open(self, bench, video):
        return _Numbers()

    def conclude(self, bench, so_far):
        values = so_far.features["number"].values()
        return Findings(notes=(f"{len(values)} frames",))


class _Numbers(Watcher):
    def __init__(self):
        self.last = 0

    def see(self, frames):
        found = [number_of(p[..., 0] if p.ndim == 3 else p) for p in frames.pixels]
        sums = []
        for number in found:
            sums.append([number + self.last])
            self.last = number
        return {"number": np.array(found, np.float32), "sum": np.array(sums, np.float32)}

    def hear(self, block):
        return {"level": np.abs(block.sound.samples[0]).reshape(2, -1).max(1)}


def made(name, see=None, conclude=None, after=(), features=None, **card):
    """An observer out of functions."""
    shown = {name: FeatureCard("picture")} if features is None else features

    class Watching(Watcher):
        def see(self, frames):
            return {name: np.zeros(len(frames), np.float32)} if see is None else see(frames)

    class Made(Observer):
        def open(self, bench, video):
            return Watching()

        def conclude(self, bench, so_far):
            return Findings() if conclude is None else conclude(so_far)

    need = PictureNeed(32, 18) if shown else None
    Made.card = ObserverCard(name, "1", picture=need, features=shown, after=after, **card)
    return Made()


def given(*observers):
    return {o.card.name: Registered(o, "v2a_observers", o.card.name, "test", "test", "") for o in observers}


class Room:
    """A store and a bench that remembers what it was told."""

    def __init__(self, folder):
        self.events = []
        self.store = FolderStore(folder)
        self.bench = StageBench(stage="observe", tell=self.events.append, store=self.store)

    def run(self, video, *observers, options=PART, wanted=()):
        self.events.clear()
        return observe.run(ObserveInputs(video, given(*observers), wanted), options, self.bench)

    @property
    def counted(self):
        return {e.name: e.number for e in self.events if isinstance(e, Counted)}


def rows(observations):
    return {name: np.array(track.values()) for name, track in observations.features.items()}
