"""Each contract catches what breaks it, names it, and says what to do."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, replace
from fractions import Fraction
from types import ModuleType

import numpy as np
import pytest

import v2a
from v2a.builtin.executors import EXECUTORS
from v2a.errors import FileMissing, PluginBroken, ProgramMissing
from v2a.testing import (
    ContractBroken,
    Trial,
    bench,
    check_commands,
    check_effect,
    check_encoder,
    check_executor,
    check_exporter,
    check_generator,
    check_importer,
    check_library,
    check_metric,
    check_module,
    check_observer,
    check_planner,
    check_presets,
    faults,
    host_of,
)

MIT = v2a.Licence("MIT", commercial="yes")
CARD = v2a.GeneratorCard("noise", "1", ("fx",), MIT, "noise", channels=1, windowing="whole")


def noise(request) -> np.ndarray:
    return np.random.default_rng(request.seed).uniform(-0.5, 0.5, (request.channels, request.length))


def generator(make, **card) -> v2a.Generator:
    class Some(v2a.Generator):
        def open(self, bench):
            return make

    Some.card = replace(CARD, **card)
    return Some()


def audio(samples, request):
    return v2a.Audio(samples, request.rate)


def exact(request):
    whole = np.random.default_rng(request.seed).uniform(-0.5, 0.5, request.whole_length)
    return audio(whole[request.start : request.start + request.length], request)


class Shuffled(v2a.Maker):
    def __call__(self, requests):
        for request in reversed(requests):
            yield v2a.Made(audio(noise(request), request))


class Batchy(v2a.Maker):
    def __call__(self, requests):
        rng = np.random.default_rng(requests[0].seed)
        for request in requests:
            yield v2a.Made(audio(rng.uniform(-0.5, 0.5, request.length), request))


class Short(v2a.Maker):
    def __call__(self, requests):
        yield v2a.Made(audio(noise(requests[0]), requests[0]))


def shared(request):
    random.random()
    return audio(noise(request), request)


def test_good_generators_pass():
    check_generator(generator(lambda r: audio(noise(r), r)))
    check_generator(generator(exact, windowing="exact"))
    check_generator(generator(lambda r: audio(np.full(r.length, 0.1), r), seeded=False))
    check_generator(generator(lambda r: audio(noise(r), r), window=Fraction(3, 2), quantum=Fraction(1, 4)))
    check_generator(generator(lambda r: audio(noise(r), r), windowing="continued", window=Fraction(1)))


@pytest.mark.parametrize(
    ("make", "card", "says"),
    [
        (lambda r: audio(noise(r)[:, :-1], r), {}, "made 23999 samples where 24000 were asked for"),
        (lambda r: v2a.Audio(noise(r), 44_100), {}, "made sound at 44100 Hz where 48000 Hz"),
        (lambda r: audio(np.tile(noise(r), (2, 1)), r), {}, "made 2 channels where 1 were"),
        (lambda r: audio(noise(r) * np.nan, r), {}, "not numbers"),
        (lambda r: audio(noise(r) * 4, r), {}, r"peaks at 2.00 .* Keep every sample between"),
        (lambda r: noise(r), {}, "answered with ndarray"),
        (lambda r: v2a.Made(audio(noise(r), r), sync=Fraction(9)), {}, "sync point 9 s lies outside"),
        (
            lambda r: v2a.Failure("has no weights", "Fetch them."),
            {},
            "could not make .*: has no weights. Fetch them.",
        ),
        (lambda r: audio(np.zeros(r.length), r), {}, "makes the same sound with another seed"),
        (shared, {}, "draws from the random numbers that all share"),
        (lambda r: audio(noise(r), r), {"windowing": "exact"}, "says it is exact, but its window"),
        (lambda r: 1 / 0, {}, "raised ZeroDivisionError"),
        (lambda r: sys.exit(1), {}, "raised SystemExit"),
        (Shuffled(), {}, "made 1920 samples where 24000 were asked for"),
        (Batchy(), {}, "makes another sound in a batch than alone"),
        (Short(), {}, "gave 1 answers to 4 requests"),
        (exact, {"name": "Noise!"}, "the name 'Noise!' does not fit"),
        (exact, {"version": ""}, "has no version"),
        (exact, {"about": ""}, "does not say what it is"),
        (exact, {"licence": v2a.Licence("unknown")}, "does not name its licence"),
        (exact, {"weights": "model"}, "has weights and names no licence for them"),
        (exact, {"params": dict}, "its params are no dataclass"),
        (exact, {"rate": 1}, "a rate of 1 Hz does not fit"),
        (exact, {"batch": 0}, "a batch of 0"),
        (exact, {"devices": ()}, "runs on no device"),
        (exact, {"quantum": Fraction(-1)}, "a quantum of -1 s"),
        (exact, {"window": Fraction(1), "windowing": "overlapped"}, "its overlap is as long"),
    ],
)
def test_a_generator_that_breaks_the_contract(make, card, says):
    with pytest.raises(ContractBroken, match=says) as caught:
        check_generator(generator(make, **card))
    assert all(f.remedy for f in caught.value.findings)
    assert isinstance(caught.value, AssertionError)


def test_params_are_frozen_and_have_defaults():
    @dataclass
    class Loose:
        a: int = 1

    @dataclass(frozen=True)
    class Bare:
        a: int

    for params, says in ((Loose, "is not frozen"), (Bare, "does not fit")):
        with pytest.raises(ContractBroken, match=says):
            check_generator(generator(exact, params=params))


def test_a_generator_is_run_by_the_executors():
    check_generator(faults.Faulty(), faults)
    with pytest.raises(ContractBroken, match="generator noise in local: "):
        check_generator(generator(lambda r: audio(noise(r), r)), faults)
    with pytest.raises(ContractBroken, match="generator faulty in process: .*code 3"):
        check_generator(Exiting(), faults, ("process",), Trial(prompts=("exit",)))


class Exiting(faults.Faulty):
    """Behaves here, and is asked to end its process there."""

    def open(self, bench):
        return lambda request: faults._make(replace(request, prompt="fine"))


def test_a_tolerance_is_for_gpus():
    state = {"n": 0}

    def wobbly(request):
        state["n"] += 1
        return audio(noise(request) + 1e-5 * state["n"], request)

    check_generator(generator(wobbly), trial=Trial(tolerance=1e-3))
    with pytest.raises(ContractBroken, match="another sound in a batch than alone"):
        check_generator(generator(wobbly))


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


class Planned(v2a.Planner):
    card = v2a.PlannerCard("planned", "1", MIT, "plans")
    cue = staticmethod(lambda request: None)

    def plan(self, bench, request):
        cue = self.cue(request)
        return v2a.Plan((cue,) if cue else ())


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


class Letters(v2a.Encoder):
    card = v2a.EncoderCard("letters", "1", MIT, "text", "letters")
    read = staticmethod(lambda request, n: np.full((2, 3), len(request.text), np.float32))

    def open(self, bench):
        outer = self

        class Count(v2a.Reader):
            def __call__(self, requests):
                for n, request in enumerate(requests):
                    yield outer.read(request, n)

        return Count()


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
        "pictures", "1", MIT, "picture", "means", v2a.PictureNeed(8, 8, Fraction(4)), rate=Fraction(4)
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


class Loud(v2a.Metric):
    card = v2a.MetricCard("loud", "1", "dB", about="loud")
    number = staticmethod(lambda sound: float(np.max(sound.samples)))

    def measure(self, bench, sound, take, observations):
        return self.number(sound)


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


def test_presets_and_commands(tmp_path):
    with pytest.raises(ContractBroken, match="holds no presets"):
        check_presets(tmp_path)
    (tmp_path / "loud.toml").write_text('schema = "v2a-preset"\nversion = 1\n[mix]\nbg = 1\n')
    with pytest.raises(ContractBroken, match="does not say what it is for"):
        check_presets(tmp_path)
    with pytest.raises(ContractBroken, match="there is no section"):
        check_presets(tmp_path, {})
    check_commands(v2a.Command("x", "v2a.testing:bench", "about"))
    for command in (
        v2a.Command("X Y", "os:path", "a"),
        v2a.Command("x", "os:nothing", "a"),
        v2a.Command("x", "os:sep", "a"),
        v2a.Command("x", "os:getcwd"),
    ):
        with pytest.raises(ContractBroken):
            check_commands(command)


def module(**hooks) -> ModuleType:
    made = ModuleType("some_plugin")
    for name, listed in hooks.items():
        setattr(made, name, v2a.hookimpl(lambda listed=listed: listed))
    return made


def test_what_is_missing_here_is_no_breach():
    class Heavy(Letters):
        def open(self, bench):
            raise ProgramMissing("torch is not installed", remedy="pip install 'v2a[neural]'")

    with pytest.raises(ContractBroken, match="cannot be tried here: torch is not installed. pip install"):
        check_encoder(Heavy())
    report = check_module(module(v2a_encoders=[Heavy()]))
    assert report.passed
    assert report.lines[0] == "untried encoder letters"
    assert report.lines[-1] == "some_plugin keeps the contract, as far as it could be tried here."
    poor = generator(lambda r: v2a.Failure("has no weights", "Fetch them.", FileMissing.exit_code))
    assert check_module(module(v2a_generators=[poor])).findings[0].untried


def test_a_host_of_modules_discovers_nothing():
    host = host_of(module(v2a_planners=[Planned()]))
    assert list(host.planners) == ["planned"]
    assert not host.generators
    with pytest.raises(PluginBroken, match="must list Generator objects"):
        host_of(module(v2a_generators=[3]))


def test_a_report_of_a_module():
    good = check_module(module(v2a_planners=[Planned()], v2a_metrics=[Loud()]))
    assert good.passed
    assert good.lines == ("ok      planner planned", "ok      metric loud", "some_plugin keeps the contract.")
    bad = Loud()
    bad.number = lambda sound: float("nan")
    report = check_module(module(v2a_metrics=[bad]))
    assert not report.passed
    assert report.lines[0] == "broken  metric loud"
    assert report.lines[-1] == "some_plugin breaks the contract."
    assert "does not import" in check_module("no_such_module_here").lines[0]
    assert "registers nothing" in check_module(ModuleType("empty")).lines[0]
    assert "must list" in check_module(module(v2a_effects=[3])).lines[0]


def test_a_bench_for_tests(tmp_path):
    assert bench(tmp_path, device="cuda").device == "cuda"
    assert bench(tmp_path).scratch.is_dir()
