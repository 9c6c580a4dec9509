"""The generate stage with real small generators: windows, features, parameters, both executors."""

from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
import pytest

from tests import players
from tests.stages.making import EXECUTORS, Table, cue, samples
from v2a.errors import PluginRaised, SpottingSyntax, UnknownGenerator, UnknownName
from v2a.host import Host
from v2a.model import (
    Audio,
    FeatureTrack,
    Moment,
    Observations,
    Take,
)
from v2a.stages import generate
from v2a.testing import film


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


def test_a_take_made_from_the_picture_says_how_it_was_synced_also_out_of_the_store(table):
    path = table.store.scratch(".npy")
    np.save(path, np.ones((600, 1), np.float32) / 1000)
    kept = table.store.keep(table.store.key("energy"), path)
    moments = tuple(Moment(Fraction(n, 4), "impact", 0.9, 0.95) for n in range(5, 8))
    seen = Observations(film(60), features={"energy": FeatureTrack(str(kept), Fraction(10))}, moments=moments)
    for _ in range(2):
        (take,) = table.run(cue("a", "ab", "vo", 1.0, 2.0), seen=seen).takes
        assert take.generator == "featured"
        assert take.synced is not None and take.synced.abstained and take.synced.why
    (blind,) = table.run(cue("b", "x")).takes
    assert blind.synced is None


def test_parts_sync_and_credits_are_kept(table):
    (take,) = table.run(cue("a", "parts", sync=Fraction(1, 2))).takes
    assert take.sync == Fraction(1, 8)
    assert take.credits[0].title == "A"
    (part,) = take.parts
    assert part.name == "left"
    assert part.sound.length == take.sound.length
    assert table.run(cue("a", "parts", sync=Fraction(1, 2))).takes == (take,)


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
    reference: str = ""
    strength: float = 0.5
    params: dict = field(default_factory=dict)


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


def test_a_licence_that_there_is_not_is_refused_before_anything_is_made():
    with pytest.raises(UnknownName, match="'cc-bi' is not the name of a licence"):
        generate.GenerateOptions(licence="cc0,cc-bi")
