"""Each contract catches what breaks it, names it, and says what to do: every other kind of plugin."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import v2a
from tests.testing.plugins import MIT, Letters, Loud, Planned
from v2a.builtin.executors import EXECUTORS
from v2a.testing import (
    ContractBroken,
    check_effect,
    check_encoder,
    check_executor,
    check_exporter,
    check_importer,
    check_library,
    check_metric,
    check_observer,
    check_planner,
)


class Dark(v2a.Observer):
    card = v2a.ObserverCard(
        "dark", "1", "darkness", picture=v2a.PictureNeed(16, 9), features={"luma": v2a.FeatureCard("picture")}
    )
    see = staticmethod(lambda seen, frames: frames.pixels.mean(axis=(1, 2, 3)))
    found = v2a.Findings()

    def open(self, bench, video):
        outer = self

        class Eye(v2a.Watcher):
            def __init__(self):
                self.count = 0

            def see(self, frames):
                self.count += len(frames)
                return {"luma": outer.see(self, frames)}

        return Eye()

    def conclude(self, bench, so_far):
        return self.found


def test_observers():
    check_observer(Dark())
    wrong = {
        "has the shape": lambda eye, frames: frames.pixels.mean(axis=(1, 2, 3))[:-1],
        "not numbers": lambda eye, frames: frames.pixels.mean(axis=(1, 2, 3)) * np.inf,
        "depends on what was shown more than 1 s before": lambda eye, frames: np.full(len(frames), eye.count),
        "gives other rows for the same film": lambda eye, frames: np.random.default_rng().normal(
            size=len(frames)
        ),
        "raised ZeroDivisionError": lambda eye, frames: 1 / 0,
    }
    for says, see in wrong.items():
        observer = Dark()
        observer.see = see
        with pytest.raises(ContractBroken, match=says):
            check_observer(observer)
    observer = Dark()
    observer.found = v2a.Findings(moments=(v2a.Moment(Fraction(99), "mark", 1, 1),))
    with pytest.raises(ContractBroken, match="outside the film"):
        check_observer(observer)


def test_planners():
    check_planner(Planned())
    span = v2a.Span(0, Fraction(1, 50))
    wrong = {
        "gives cue 'x' an id": lambda r: v2a.Cue("fx1", "fx", span, "x"),
        "is of the kind fx, which was not asked for": lambda r: v2a.Cue("", "fx", span, "x"),
        "says in no words": lambda r: v2a.Cue("", "fx", span, ""),
        "lies outside the film": lambda r: v2a.Cue("", "bg", v2a.Span(0, 31), "x"),
        "lies outside the part": lambda r: v2a.Cue("", "bg", span, "x"),
        "cannot be written": lambda r: v2a.Cue("", "bg", span, "x", params={"a": object()}),
        "something else for the same": lambda r: v2a.Cue("", "bg", span, str(random.random())),
    }
    for says, cue in wrong.items():
        planner = Planned()
        planner.cue = cue
        with pytest.raises(ContractBroken, match=says):
            check_planner(planner)


class Late(v2a.Effect):
    """A delay that says how late it is, and may lie."""

    card = v2a.EffectCard("late", "1", MIT, "late", linear=True)
    late, says, flushes, keeps, bend = 100, 100, 100, True, False

    def open(self, bench, rate, channels, params):
        outer = self

        class Line(v2a.Processor):
            latency = outer.says

            def __init__(self):
                self.held = np.zeros((channels, outer.late), np.float32)

            def __call__(self, block):
                both = np.concatenate([self.held, np.tanh(block * 5) if outer.bend else block], axis=1)
                self.held = both[:, block.shape[1] :] if outer.keeps else self.held
                return both[:, : block.shape[1]]

            def flush(self):
                return self.held[:, : outer.flushes] if outer.flushes else None

        return Line()


def test_effects():
    check_effect(Late())
    wrong = {
        "declares a latency of 100 samples and flushes 0": {"flushes": 0},
        "declares a latency of 0 samples and is 500 late": {"late": 500, "says": 0, "flushes": 0},
        "sounds different in other block sizes": {"keeps": False},
        "says it is linear": {"bend": True},
    }
    for says, how in wrong.items():
        effect = Late()
        for name, value in how.items():
            setattr(effect, name, value)
        with pytest.raises(ContractBroken, match=says):
            check_effect(effect)


def test_encoders():
    check_encoder(Letters())
    wrong = {
        "not with an array": lambda r, n: "x",
        "reads another feature in a batch": lambda r, n: np.full(3, n, np.float32),
        "not numbers": lambda r, n: np.full(3, np.nan),
        "raised": lambda r, n: 1 / 0,
    }
    for says, read in wrong.items():
        encoder = Letters()
        encoder.read = read
        with pytest.raises(ContractBroken, match=says):
            check_encoder(encoder)


class Pictures(v2a.Encoder):
    card = v2a.EncoderCard(
        "pictures",
        "1",
        MIT,
        "picture",
        "means",
        v2a.PictureNeed(8, 8, Fraction(4)),
        Fraction(4),
        sliceable=True,
    )
    step = 1

    def open(self, bench):
        step = self.step

        class Mean(v2a.Reader):
            def __call__(self, requests):
                for request in requests:
                    yield np.load(request.frames).mean(axis=(1, 2, 3))[::step]

        return Mean()


def test_picture_encoders():
    check_encoder(Pictures())
    encoder = Pictures()
    encoder.step = 2
    with pytest.raises(ContractBroken, match="gave 2 rows for 1 s at 4 rows a second"):
        check_encoder(encoder)
    encoder.card = replace(Pictures.card, sliceable=False)
    check_encoder(encoder)


class Text(v2a.Exporter, v2a.Importer):
    card = v2a.ExchangeCard("text", "1", (".txt",), "text")
    text = staticmethod(lambda delivery: delivery.output)
    refuse = v2a.V2aError("cannot be read", remedy="Export it again.")

    def write(self, delivery, path):
        path.write_text(self.text(path))
        return ()

    def read(self, path, video):
        raise self.refuse


def test_importers_and_exporters():
    same = Text()
    same.text = lambda path: "cues"
    check_exporter(same)
    check_importer(same)
    for says, text in {"other bytes": str, "empty file": lambda p: "", "raised": lambda p: 1 / 0}.items():
        same.text = text
        with pytest.raises(ContractBroken, match=says):
            check_exporter(same)
    same.refuse = v2a.V2aError("no")
    with pytest.raises(ContractBroken, match="refuses a bad file without a remedy"):
        check_importer(same)
    same.refuse = ValueError("no")
    with pytest.raises(ContractBroken, match="raised ValueError"):
        check_importer(same)


class Shelf(v2a.Library):
    card = v2a.LibraryCard("shelf", "1", "a shelf")

    def __init__(self, *found):
        self.found = list(found)

    def search(self, prompt, kind=None, limit=20):
        return self.found


def test_libraries():
    here = __file__
    check_library(Shelf(v2a.Found(here, "a", 0.9, MIT), v2a.Found(here, "b", 0.1, MIT)))
    for says, found in {
        "which is not there": [v2a.Found("/nowhere.wav", "a", 0.5, MIT)],
        "best first": [v2a.Found(here, "a", 0.1, MIT), v2a.Found(here, "b", 0.9, MIT)],
        "at most 3": [v2a.Found(here, "a", 0.5, MIT)] * 4,
    }.items():
        with pytest.raises(ContractBroken, match=says):
            check_library(Shelf(*found))
    same = Shelf(v2a.Found(here, "a", 0.9, MIT))
    for says, known in {
        "names other terms for a by its path": lambda path: v2a.Found(path, "a", 1.0, v2a.Licence("CC0-1.0")),
        "knows a recording that is not there": lambda path: v2a.Found(path, "a", 1.0, MIT),
    }.items():
        same.known = known
        with pytest.raises(ContractBroken, match=says):
            check_library(same)


def test_metrics():
    check_metric(Loud())
    for says, number in {
        "measures nan": lambda s: float("nan"),
        "something else in the same": lambda s: random.random(),
    }.items():
        metric = Loud()
        metric.number = number
        with pytest.raises(ContractBroken, match=says):
            check_metric(metric)


@pytest.mark.parametrize("executor", EXECUTORS, ids=lambda e: e.card.name)
def test_our_executors_pass(executor):
    check_executor(executor)
