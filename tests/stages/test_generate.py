"""The generate stage with real small generators: choice, fallback, windows, features, the store, both executors."""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import v2a
from tests import players
from v2a.builtin.executors import LocalExecutor, ProcessExecutor
from v2a.engine.store import FolderStore
from v2a.errors import Cancelled, PluginRaised, SpottingSyntax, UnknownGenerator
from v2a.host import Host
from v2a.interfaces import StageBench
from v2a.model import (
    Audio,
    Counted,
    Cue,
    FeatureTrack,
    Observations,
    PluginFailed,
    Progress,
    Shot,
    Span,
    SpottingList,
    Take,
)
from v2a.stages import generate
from v2a.stages.generate import GenerateInputs, GenerateOptions
from v2a.testing import film

EXECUTORS = {"local": LocalExecutor(), "process": ProcessExecutor(2)}


def cue(name, prompt, kind="fx", start=0.0, end=1.0, **given):
    return Cue(name, kind, Span(Fraction(repr(start)), Fraction(repr(end))), prompt, **given)


class Table:
    """A store, a host, a runner and ears."""

    def __init__(self, folder, executor="local"):
        self.events = []
        self.store = FolderStore(folder)
        self.host = Host([("players", players, "")])
        bench = StageBench(
            scratch=self.store.scratch_folder, stage="generate", tell=self.events.append, store=self.store
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


@pytest.fixture
def table(tmp_path):
    made = Table(tmp_path / "store")
    yield made
    made.close()


@pytest.fixture(params=EXECUTORS)
def either(request, tmp_path):
    made = Table(tmp_path / "store", request.param)
    yield made
    made.close()


def samples(take):
    return take.sound.open().samples


def test_takes_are_as_long_as_their_cues_at_48_khz(either):
    made = either.run(
        cue("a", "beep", generator="sine", end=5.3),
        cue("b", "step", "fo", 1.0, 2.77),
        cue("c", "rain", "bg", 0.0, 7.123),
        cue("d", "piano", "mx", 3.0, 5.25, generator="carried"),
    )
    assert not made.failures
    assert [(t.cue, t.generator) for t in made.takes] == [
        ("a", "sine"),
        ("b", "mono"),
        ("c", "drawn"),
        ("d", "carried"),
    ]
    lengths = [5.3, 1.77, 7.123, 2.25]
    for take, seconds in zip(made.takes, lengths):
        assert (take.sound.rate, take.sound.length) == (48_000, round(seconds * 48_000))
        assert samples(take).shape == (take.sound.channels, take.sound.length)
        assert samples(take).dtype == np.float32
        assert np.isfinite(samples(take)).all()
    assert sorted(either.counted) == [("generator", n, 1) for n in ("carried", "drawn", "mono", "sine")]


def test_exact_windows_null_against_the_whole(table):
    (take,) = table.run(cue("a", "beep", generator="sine", end=5.3)).takes
    n = np.arange(take.sound.length)
    whole = (0.25 * np.sin(2 * np.pi * 440.0 * n / 48_000)).astype(np.float32)
    assert np.array_equal(samples(take), np.tile(whole, (2, 1)))


def test_windows_at_another_rate_null_against_the_whole_resampled(table):
    from v2a.media.resample import resample

    (take,) = table.run(cue("b", "step", "fo", 0.0, 3.3)).takes
    n = np.arange(round(3.3 * 44_100))
    whole = resample(
        Audio((0.25 * np.sin(2 * np.pi * 440.0 * n / 44_100)).astype(np.float32), 44_100), 48_000
    )
    assert whole.length == take.sound.length
    assert np.max(np.abs(samples(take) - whole.samples)) < 1e-6


def test_overlapped_windows_keep_their_power_through_the_joins(table):
    (take,) = table.run(cue("c", "rain", "bg", 0.0, 9.0)).takes
    wave = samples(take)[0]
    power = [float(np.sqrt(np.mean(part**2))) for part in np.array_split(wave, 90)]
    assert max(power) / min(power) < 1.5


def test_a_continued_generator_hears_its_own_tail(table):
    (take,) = table.run(cue("d", "piano", "mx", 0.0, 4.0, generator="carried")).takes
    assert np.allclose(samples(take), 0.5, atol=1e-6)


def test_the_same_seed_gives_the_same_bytes_in_either_executor(tmp_path):
    cues = [cue("c", "rain", "bg", 0.0, 5.0), cue("b", "step", "fo", 0.0, 2.0), cue("a", "fine")]
    found = {}
    for name in EXECUTORS:
        table = Table(tmp_path / name, name)
        found[name] = table.run(*cues)
        table.close()
    for here, there in zip(found["local"].takes, found["process"].takes, strict=True):
        assert here.id == there.id
        assert here.seed == there.seed
        assert np.array_equal(samples(here), samples(there))


def test_stored_takes_are_found_again_and_nothing_runs(table):
    cues = (cue("a", "beep", generator="sine"), cue("b", "step", "fo"))
    first = table.run(*cues)
    again = table.run(*cues)
    assert again == first
    assert not table.counted
    progress = [e for e in table.events if isinstance(e, Progress)]
    assert progress[-1].done == progress[-1].total == 2


def test_an_edit_makes_just_that_cue_again(table):
    cues = [cue(f"c{n}", "step", "fo", n, n + 1.0) for n in range(5)]
    table.run(*cues)
    edited = replace(cues[2], prompt="another step")
    made = table.run(*cues[:2], edited, *cues[3:])
    assert table.counted == [("generator", "mono", 1)]
    assert made.takes[2].prompt == "another step"
    kept = replace(edited, gain=-6.0, pan=0.5, nudge=3, fade_in=Fraction(1), locked=True, why="because")
    table.run(*cues[:2], kept, *cues[3:])
    assert not table.counted


def test_what_happens_elsewhere_in_the_film_changes_nothing(table):
    film_ = film(60)
    shots = (Shot(Span(Fraction(0), Fraction(10))), Shot(Span(Fraction(10), Fraction(60))))
    more = (shots[0], Shot(Span(Fraction(10), Fraction(30))), Shot(Span(Fraction(30), Fraction(60))))
    wanted = cue("a", "step", "fo", 2.0, 3.0)
    table.run(wanted, seen=Observations(film_, shots=shots))
    table.run(wanted, seen=Observations(replace(film_, path="/elsewhere/film.mp4"), shots=more))
    assert not table.counted


def test_a_lost_file_is_made_again(table):
    (take,) = table.run(cue("b", "step", "fo")).takes
    Path(take.sound.path).unlink()
    assert table.run(cue("b", "step", "fo")).takes == (take,)
    assert table.counted == [("generator", "mono", 1)]


def test_a_failure_falls_back_and_is_told(either):
    made = either.run(cue("a", "raise the flag"), cue("b", "fine"))
    assert [t.generator for t in made.takes] == ["sine", "trouble"]
    (failure,) = made.failures
    assert (failure.cue, failure.generator, failure.instead, failure.exit_code) == (
        "a",
        "trouble",
        "sine",
        43,
    )
    assert failure.what == "raised RuntimeError: the reed is broken"
    again = either.run(cue("a", "raise the flag"), cue("b", "fine"))
    assert again.failures == made.failures
    assert either.counted == [("generator", "trouble", 1)]


def test_a_death_takes_nothing_with_it(tmp_path):
    table = Table(tmp_path, "process")
    cues = [cue("a", "fine"), cue("b", "kill"), cue("c", "exit"), cue("d", "fine", start=1.0, end=3.0)]
    made = table.run(*cues)
    assert [(t.cue, t.generator) for t in made.takes] == [
        ("a", "trouble"),
        ("b", "sine"),
        ("c", "sine"),
        ("d", "trouble"),
    ]
    assert [(f.cue, f.exit_code, f.instead) for f in made.failures] == [("b", 46, "sine"), ("c", 45, "sine")]
    table.close()


def test_a_cue_that_nobody_can_make_is_told_and_the_rest_goes_on(table):
    made = table.run(cue("a", "hello", "vo", generator="batched"), cue("b", "stop", "vo"))
    assert [t.cue for t in made.takes] == ["a"]
    assert [(f.cue, f.generator, f.instead) for f in made.failures] == [
        ("b", "featured", None),
        ("b", "batched", None),
    ]
    host = Host([("only", _module(players.Trouble()), "")])
    (failure,) = table.run(cue("a", "a violin"), host=host).failures
    assert failure.exit_code == UnknownGenerator.exit_code
    assert "a violin" in failure.what
    assert failure.remedy


def _module(*generators):
    module = ModuleType("tests.players")
    module.v2a_generators = v2a.hookimpl(_named(lambda: list(generators)))
    return module


def _named(function):
    function.__name__ = "v2a_generators"
    return function


def test_an_unknown_generator_is_an_error_before_any_work(table):
    with pytest.raises(UnknownGenerator, match=r"cue b: no generator is called 'flute'.*sine"):
        table.run(cue("a", "fine"), cue("b", "x", generator="flute"))
    assert not table.counted


def test_params_are_layered_and_checked(table):
    low, high = 110.0, 880.0
    params = {"sine": {"hertz": low}}
    (plain,) = table.run(cue("a", "x", generator="sine"), params=params).takes
    own = cue("a", "x", generator="sine", params={"hertz": high})
    (cued,) = table.run(own, params=params).takes
    for take, hertz in ((plain, low), (cued, high)):
        peak = np.argmax(np.abs(np.fft.rfft(samples(take)[0])))
        assert abs(peak - hertz) < 2
    with pytest.raises(SpottingSyntax, match=r"cue a: sine has no key 'volume'"):
        table.run(cue("a", "x", generator="sine", params={"volume": 1}))
    with pytest.raises(SpottingSyntax, match="at least 20"):
        table.run(cue("a", "x", generator="sine", params={"hertz": 1.0}))
    made = table.run(cue("a", "x", params={"volume": 1}))
    assert made.takes[0].generator == "sine"


def test_candidates_have_seeds_of_their_own(table):
    made = table.run(cue("c", "rain", "bg"), candidates=3)
    assert [t.candidate for t in made.takes] == [0, 1, 2]
    assert len({t.seed for t in made.takes}) == 3
    assert len({t.id for t in made.takes}) == 3
    assert not np.array_equal(samples(made.takes[0]), samples(made.takes[1]))
    assert table.run(cue("c", "rain", "bg")).takes == made.takes[:1]


def test_a_chosen_take_is_handed_on_and_nothing_runs_for_it(table):
    first, second = table.run(cue("c", "rain", "bg"), candidates=2).takes
    made = table.run(cue("c", "snow", "bg", take=second.id), cue("m", "x", muted=True), chosen={"c": second})
    assert made.takes == (second,)
    assert not table.counted
    assert first != second


def test_features_are_sliced_encoded_once_and_stored(table, tmp_path):
    rows = np.arange(600, dtype=np.float32).reshape(600, 1) / 1000
    path = table.store.scratch(".npy")
    np.save(path, rows)
    kept = table.store.keep(table.store.key("energy"), path)
    seen = Observations(film(60), features={"energy": FeatureTrack(str(kept), Fraction(10))})
    cues = [cue("a", "ab", "vo", 1.0, 2.0), cue("b", "ab", "vo", 2.0, 3.0), cue("c", "unreadable", "vo")]
    made = table.run(*cues, seen=seen)
    assert [t.generator for t in made.takes] == ["featured", "featured", "batched"]
    level = [float(samples(t)[0, 0]) for t in made.takes[:2]]
    assert level == pytest.approx([0.0145 + 195 / 10_000, 0.0245 + 195 / 10_000], abs=1e-6)
    assert ("encoder", "letters", 2) in table.counted
    (failure, *_) = made.failures
    assert (failure.cue, failure.what) == ("c", "encoder letters cannot read this")
    table.run(*cues[:2], seen=seen)
    assert not table.counted
    table.run(cue("d", "ab", "vo", 4.0, 5.0), seen=seen)
    assert table.counted == [("generator", "featured", 1)]


def test_a_feature_that_was_not_observed_is_a_failure_with_a_remedy(table):
    made = table.run(cue("a", "fine", "vo"))
    assert made.takes[0].generator == "batched"
    assert "energy" in made.failures[0].what


def test_parts_sync_and_credits_are_kept(table):
    (take,) = table.run(cue("a", "parts", sync=Fraction(1, 2))).takes
    assert take.sync == Fraction(1, 8)
    assert take.credits[0].title == "A"
    (part,) = take.parts
    assert part.name == "left"
    assert part.sound.length == take.sound.length
    assert table.run(cue("a", "parts", sync=Fraction(1, 2))).takes == (take,)


def test_plugins_are_told_of_new_takes_and_may_not_end_the_render(table):
    heard = []
    module = ModuleType("listener")

    def v2a_on_take(take):
        heard.append(take)
        raise RuntimeError("deaf")

    module.v2a_on_take = v2a.hookimpl(v2a_on_take)
    host = Host([("players", players, ""), ("listener", module, "")])
    made = table.run(cue("a", "fine"), host=host)
    assert heard == list(made.takes)
    assert [e.where for e in table.events if isinstance(e, PluginFailed)] == ["plugin listener: v2a_on_take"]
    table.run(cue("a", "fine"), host=host)
    assert len(heard) == 1


def test_what_was_made_before_a_cancel_is_kept(table):
    cues = [cue(f"c{n}", "fine", start=n, end=n + 1.0) for n in range(6)]
    ended = []
    bench = table.bench
    table.bench = replace(
        bench,
        cancelled=lambda: len(ended) > 3,
        tell=lambda e: ended.append(e) if isinstance(e, Counted) else None,
    )
    with pytest.raises(Cancelled):
        table.run(*cues)
    table.bench = bench
    table.run(*cues)
    assert len(table.counted) == 2


def test_the_executor_of_the_options_is_opened_and_closed(table):
    import v2a.builtin

    host = Host([("builtin", v2a.builtin, ""), ("players", players, "")])
    table.bench = replace(table.bench, runner=None)
    made = table.run(cue("a", "beep", generator="sine"), host=host, executor="process")
    assert made.takes[0].generator == "sine"


@dataclass(frozen=True)
class Order:
    prompt: str
    duration: Fraction = Fraction(1)
    kind: str | None = None
    generator: str | None = None
    seed: int = 0
    executor: str | None = None


def test_an_audition_needs_no_film(table):
    take = generate.audition(Order("beep", generator="sine"), table.host, table.bench)
    assert isinstance(take, Take)
    assert take.sound.length == 48_000
    assert generate.audition(Order("slow"), table.host, table.bench).generator == "trouble"
    table.events.clear()
    with pytest.raises(PluginRaised, match="generator trouble: raised RuntimeError"):
        generate.audition(Order("raise", kind="fx", generator="trouble"), table.host, table.bench)
    assert table.counted == [("generator", "trouble", 1)]
    with pytest.raises(UnknownGenerator):
        generate.audition(Order("x", generator="nobody"), table.host, table.bench)


def test_scratch_is_empty_when_all_is_done(either):
    either.run(
        cue("a", "parts"),
        cue("c", "rain", "bg", 0.0, 5.0),
        cue("x", "raise"),
        cue("d", "y", "mx", 0.0, 3.0, generator="carried"),
    )
    left = list(either.store.scratch_folder.iterdir())
    assert not left
