"""Plugins of every kind but generators and encoders, that do what they are told in words."""

import os
import signal
import sys
import time
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

import v2a
from v2a.errors import SpottingSyntax
from v2a.model import Span


def _raise():
    raise RuntimeError("no\npower")


def _refuse():
    raise SpottingSyntax("line 3 is no cue", where="list.cues", remedy="Mend line 3.")


WAYS = {
    "raise": _raise,
    "refuse": _refuse,
    "quit": lambda: sys.exit(4),
    "exit": lambda: os._exit(3),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "hang": lambda: time.sleep(60),
}


def do(what):
    """Do what a word says; any other word is nothing to do."""
    WAYS.get(what, lambda: None)()


@dataclass(frozen=True)
class Manner:
    length: Fraction = v2a.option(Fraction(2), "How long each cue is.")
    words: tuple[str, ...] = v2a.option(("rain",), "What is heard.")


class Planning(v2a.Planner):
    """Does what the brief says; its notes tell what it was given."""

    card = v2a.PlannerCard("visiting", "1", v2a.Licence("MIT"), params=Manner)
    plans = 0

    def plan(self, bench, request):
        do(request.brief)
        if request.brief == "text":
            return "a plan"
        if request.brief == "odd":
            return v2a.Plan((v2a.Cue("", "bg", Span(Fraction(0), Fraction(1)), "rain", gain=np.int64(3)),))
        if request.brief == "slow":
            for step in range(4):
                time.sleep(0.4)
                bench.progress(step, 4)
        self.plans += 1
        span = Span(Fraction(0), request.params.length)
        told = [f"{c.name}: {c.params.__name__} {c.window}" for c in request.generators]
        cues = tuple(v2a.Cue("", "bg", span, word, confidence=0.1) for word in request.params.words)
        return v2a.Plan(cues, notes=(*told, f"plan {self.plans}", bench.device))


class Reading(v2a.Importer):
    card = v2a.ExchangeCard("visiting", "1", (".visit",))

    def read(self, path, video):
        do(path.read_text())
        return v2a.Imported((v2a.Cue("", "fx", video.span, path.name),), ("read",))


class Writing(v2a.Exporter):
    """Does what the first note of the delivery says."""

    card = v2a.ExchangeCard("visiting", "1", (".visit",))

    def write(self, delivery, path):
        do(delivery.notes[0])
        path.write_text(delivery.output)
        return None if delivery.notes[0] == "nothing" else ("written",)


class Shelving(v2a.Library):
    """Offers one recording named by the prompt, which says what to do."""

    card = v2a.LibraryCard("visiting", "1")

    def search(self, prompt, kind=None, limit=20):
        do(prompt)
        if prompt == "text":
            return "a recording"
        credit = v2a.Credit(prompt, "Someone", "CC-BY-4.0")
        return [v2a.Found(f"/there/{kind}.wav", prompt, 0.5, v2a.Licence("CC-BY-4.0"), credit, 1.5)] * limit

    def known(self, path):
        do(path)
        return self.search("rain", limit=1)[0] if path == "/there/None.wav" else None


class Watching(v2a.Observer):
    card = v2a.ObserverCard(
        "visiting",
        "1",
        picture=v2a.PictureNeed(16, 9),
        sound=v2a.SoundNeed(8000, 1000),
        features={
            "mean": v2a.FeatureCard("picture", shape=(3,)),
            "count": v2a.FeatureCard("picture", dtype="int64"),
            "peak": v2a.FeatureCard("sound", rows=2),
        },
    )

    def __init__(self, version="1"):
        self.card = replace(type(self).card, version=version)

    def at(self, bench):
        do(bench.weights.name)
        return Watching(f"1 with {bench.weights.name}")

    def open(self, bench, video):
        do(video.path)
        return Watcher()

    def conclude(self, bench, so_far):
        do(so_far.video.path)
        return v2a.Findings(notes=(self.card.version, *sorted(so_far.features)))


class Watcher(v2a.Watcher):
    def __init__(self):
        self.count = 0

    def see(self, frames):
        number = np.arange(self.count, self.count + len(frames))
        self.count += len(frames)
        return {
            "mean": frames.pixels.mean(axis=(1, 2)).astype(np.float32) + frames.times[:, None],
            "count": number,
        }

    def hear(self, block):
        if block.sound.samples.max() > 1:
            os._exit(3)
        if block.sound.samples.max() == 0:
            return {"peak": np.array(["a", "b"])}
        return {"peak": np.abs(block.sound.samples).reshape(2, -1).max(1) + float(block.start)}


@v2a.hookimpl
def v2a_planners():
    return [Planning()]


@v2a.hookimpl
def v2a_importers():
    return [Reading()]


@v2a.hookimpl
def v2a_exporters():
    return [Writing()]


@v2a.hookimpl
def v2a_libraries():
    return [Shelving()]


class Measuring(v2a.Metric):
    """The highest sample, or what the prompt says."""

    card = v2a.MetricCard("visiting", "1", "share")

    def measure(self, bench, sound, take, observations):
        do(take.prompt)
        if take.prompt in ("text", "nothing"):
            return "a lot" if take.prompt == "text" else None
        return np.abs(sound.samples).max() * float(observations.video.duration)


@v2a.hookimpl
def v2a_metrics():
    return [Measuring()]


@v2a.hookimpl
def v2a_observers():
    return [Watching()]


TAKES = []


@v2a.hookimpl
def v2a_on_take(take):
    TAKES.append(take.id)
    do(take.prompt)
    print("take", len(TAKES))


@v2a.hookimpl
def v2a_on_deliver():
    print("delivered", len(TAKES))
