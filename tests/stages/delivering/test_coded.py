"""What a mix peaks at once it is coded."""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest

from tests.stages.scene import RATE, film
from v2a.dsp.levels import decibels_of
from v2a.dsp.limiter import Limiter
from v2a.dsp.meter import Meter, measure
from v2a.interfaces import Bench
from v2a.media.probe import probe
from v2a.media.production import production
from v2a.media.sound import read
from v2a.media.writer import SoundWriter
from v2a.model import Mixdown, SampleSpan, Span, SpottingList
from v2a.stages import deliver
from v2a.stages.deliver import DeliverInputs, DeliverOptions, Destination
from v2a.stages.delivering import coded
from v2a.stages.delivering.relimited import Target, relimited


def delivered(folder, sound, output="out.mp4", spec="youtube", span=None, seconds=2):
    video = film(folder / "film.mp4", seconds)
    with SoundWriter(folder / "mix.wav", RATE, 2, "s24") as out:
        out.write(sound.astype(np.float32))
    heard = measure(sound.astype(np.float32), RATE)
    mixdown = Mixdown((), str(folder / "mix.wav"), RATE, 2, sound.shape[1], heard, 0.0, 0.0, spec)
    to = Destination(folder / output, None, folder / "film.v2a")
    inputs = DeliverInputs(video, mixdown, (), SpottingList(video.identity, 1), to, span=span)
    return deliver.run(inputs, DeliverOptions(), Bench())


def loudness(path):
    meter = Meter(RATE)
    with production(probe(path), RATE) as blocks:
        for block in blocks:
            meter.add(block)
    return meter.loudness()


def peak(path):
    return loudness(path).true_peak


def square(seconds=2):
    """What no coder keeps: its true peak is -1.2 dB here, and over 0 once it is AAC."""
    time = np.arange(seconds * RATE) / RATE
    return np.tile(0.7 * np.sign(np.sin(2 * np.pi * 220 * time)), (2, 1))


@pytest.mark.parametrize("span", [None, Span(F(0), F(1))])
def test_a_mix_that_coding_raises_is_softened_in_the_film(tmp_path, span):
    done = delivered(tmp_path, square(2 if span is None else 1), span=span)
    assert peak(done.output) <= -1.0
    assert peak(done.output) >= -1.8
    assert sum("limited further" in note for note in done.notes) == 1


def hits(seconds=20):
    """A steady programme with short hits of noise up to its ceiling, which coding raises."""
    rng = np.random.default_rng(4)
    sound = 0.03 * rng.standard_normal((1, seconds * RATE))
    for at in range(RATE // 2, seconds * RATE - RATE, RATE):
        burst = rng.standard_normal(2400) * np.exp(-np.arange(2400) / 500)
        sound[:, at : at + 2400] += 0.86 * burst / np.abs(burst).max()
    sound = np.repeat(sound, 2, axis=0).astype(np.float32)
    limiter = Limiter(RATE, 2, -1.0)
    return sound * np.concatenate([limiter.push(sound), limiter.flush()])


def test_what_is_coded_stays_as_loud_and_its_figures_are_told(tmp_path):
    sound = hits()
    done = delivered(tmp_path, sound, seconds=20)
    before, after = measure(sound.astype(np.float32), RATE), loudness(done.output)
    assert -1.2 < before.true_peak <= -1.0 and after.true_peak <= -1.0
    assert abs(after.integrated - before.integrated) < 0.1
    assert (done.coded.codec, done.coded.integrated) == ("AAC", pytest.approx(after.integrated, abs=0.01))
    assert done.coded.true_peak == pytest.approx(after.true_peak, abs=0.01)


def test_what_a_coder_loses_of_noise_is_made_up_for(tmp_path):
    sound = 0.06 * np.random.default_rng(2).standard_normal((2, 8 * RATE))
    done = delivered(tmp_path, sound, seconds=8)
    before, after = measure(sound.astype(np.float32), RATE), loudness(done.output)
    assert abs(after.integrated - before.integrated) <= 0.1 and after.true_peak <= -1.0


@pytest.mark.parametrize("taken", [0.0, 4.0, 6.0])
def test_both_limiters_together_keep_to_the_limits_of_the_mix(tmp_path, taken):
    """What they may not take off is taken from the level."""
    sound = hits(6)
    with SoundWriter(tmp_path / "mix.wav", RATE, 2, "s24") as out:
        out.write(sound.astype(np.float32))
    before = measure(sound.astype(np.float32), RATE).integrated
    relimited(tmp_path / "mix.wav", tmp_path / "less.wav", Target(-4.0, 3.0, before, taken), Bench())
    done = read(tmp_path / "less.wav").samples
    assert decibels_of(float(np.abs(done).max())) <= -4.0
    off = 20 * np.log10(np.abs(sound).max() / np.abs(done).max())
    steady = slice(0, RATE // 3)
    level = 20 * np.log10(np.std(done[:, steady]) / np.std(sound[:, steady]))
    assert off + level <= 6.0 - taken + 0.3


@pytest.mark.parametrize(("output", "spec"), [("out.mov", "youtube"), ("out.mp4", "none")])
def test_what_is_not_coded_or_has_no_ceiling_is_left_alone(tmp_path, output, spec):
    done = delivered(tmp_path, square(), output, spec)
    assert not any("limited further" in note for note in done.notes)


def test_a_mix_under_its_ceiling_is_written_once(tmp_path, monkeypatch):
    written = []
    mux = deliver.mux.mux
    monkeypatch.setattr(deliver.mux, "mux", lambda *a, **k: (written.append(a), mux(*a, **k)))
    delivered(tmp_path, 0.3 * square())
    assert len(written) == 1


def test_a_long_mix_is_asked_in_its_loudest_passages_first(tmp_path, monkeypatch):
    """Coding all of it is what takes the time, so most often it is coded once."""
    monkeypatch.setattr(coded, "_SHORT", 10)
    monkeypatch.setattr(coded, "_LOUDEST", 4)
    asked = []
    needed = coded._Trial.needed
    monkeypatch.setattr(coded._Trial, "needed", lambda self: asked.append(needed(self)) or asked[-1])
    sound = 0.1 * square(6)
    sound[:, 3 * RATE : 3 * RATE + 9600] *= 10
    done = delivered(tmp_path, sound, seconds=6)
    assert 0.2 < asked[0] < 3.0 and len(asked) == 1
    assert -2.0 <= peak(done.output) <= -1.0
    assert any("limited further" in note for note in done.notes)


def test_a_mix_far_under_its_ceiling_is_not_asked_twice(tmp_path, monkeypatch):
    monkeypatch.setattr(coded, "_SHORT", 10)
    monkeypatch.setattr(coded, "coded_alone", lambda *a: pytest.fail("nothing is to be coded for this"))
    done = delivered(tmp_path, 0.1 * square(), seconds=2)
    assert not any("limited further" in note for note in done.notes)


def test_loudest_passages_are_taken_with_what_is_around_them(tmp_path):
    sound = np.tile(np.repeat(np.arange(1, 9) / 10, 4800), (2, 1)).astype(np.float32)
    with SoundWriter(tmp_path / "all.wav", RATE, 2, "float") as out:
        out.write(sound)
    coded._excerpt(tmp_path / "all.wav", tmp_path / "some.wav", {2, 4, 7})
    some = read(tmp_path / "some.wav").samples[0]
    middles = some.reshape(-1, 4800)[:, 2400]
    assert middles == pytest.approx([0.1, 0.3, 0.4, 0.5, 0.3, 0.35, 0.8], abs=0.01)
    assert np.abs(np.diff(some)).max() < 0.11
    assert some[0] == 0.0


def test_leader_is_not_driven_with_the_rest(tmp_path):
    sound = hits(6)
    with SoundWriter(tmp_path / "mix.wav", RATE, 2, "s24") as out:
        out.write(sound)
    target = Target(-4.0, 3.0, None, 6.0, SampleSpan(2 * RATE, 5 * RATE))
    relimited(tmp_path / "mix.wav", tmp_path / "less.wav", target, Bench())
    done, before = read(tmp_path / "less.wav").samples, read(tmp_path / "mix.wav").samples
    for leader in (slice(0, 2 * RATE), slice(5 * RATE, None)):
        np.testing.assert_allclose(done[:, leader], before[:, leader], atol=1e-6)
    assert np.abs(done[:, 2 * RATE : 5 * RATE]).max() < 0.72 * np.abs(before).max()
