from __future__ import annotations

import numpy as np
import pytest

from v2a.builtin.effects import EFFECTS
from v2a.builtin.effects.dynamics import Compressor, CompressorParams
from v2a.builtin.effects.equaliser import Equaliser, EqualiserParams
from v2a.builtin.effects.high_pass import HighPass, HighPassParams
from v2a.interfaces import Bench, about, defaults

RATE = 48_000


def sine(frequency: float, level: float = 0.1) -> np.ndarray:
    wave = level * np.sin(2 * np.pi * frequency * np.arange(RATE) / RATE)
    return np.tile(wave.astype(np.float32), (2, 1))


def change(effect, params, frequency, level=0.1) -> float:
    sound = sine(frequency, level)
    made = effect.open(Bench(), RATE, 2, params)(sound)
    return float(20 * np.log10(made[:, RATE // 2 :].std() / sound[:, RATE // 2 :].std()))


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda e: e.card.name)
@pytest.mark.parametrize("channels", [1, 2])
def test_blocks_make_no_difference(effect, channels):
    sound = np.random.default_rng(0).standard_normal((channels, 20_000)).astype(np.float32) * 0.1
    whole = effect.open(Bench(), RATE, channels, effect.card.params())(sound)
    processor = effect.open(Bench(), RATE, channels, effect.card.params())
    parts = [processor(sound[:, at : at + 777]) for at in range(0, 20_000, 777)]
    assert processor.latency == 0 and processor.flush() is None
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, atol=1e-5)
    assert whole.shape == sound.shape and whole.dtype == np.float32
    processor.close()


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda e: e.card.name)
def test_silence_and_nothing(effect):
    processor = effect.open(Bench(), RATE, 2, effect.card.params())
    assert processor(np.zeros((2, 0), np.float32)).shape == (2, 0)
    assert np.abs(processor(np.zeros((2, 1000), np.float32))).max() < 1e-6


@pytest.mark.parametrize("effect", [e for e in EFFECTS if e.card.linear], ids=lambda e: e.card.name)
def test_what_is_called_linear_is(effect):
    rng = np.random.default_rng(1)
    first, second = (rng.standard_normal((2, 9000)).astype(np.float32) * 0.05 for _ in range(2))

    def run(sound):
        return effect.open(Bench(), RATE, 2, effect.card.params())(sound)

    np.testing.assert_allclose(run(first) + run(second), run(first + second), atol=1e-5)


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda e: e.card.name)
def test_parameters_say_what_they_are(effect):
    import dataclasses

    assert defaults(effect.card.params)
    assert all(about(f).text for f in dataclasses.fields(effect.card.params))


@pytest.mark.parametrize("slope", [6, 12, 24])
def test_the_high_pass_is_three_down_at_its_frequency(slope):
    params = HighPassParams(100.0, slope)
    assert change(HighPass(), params, 100) == pytest.approx(-3.0, abs=0.2)
    assert change(HighPass(), params, 2000) == pytest.approx(0.0, abs=0.1)
    assert change(HighPass(), params, 25) < -10 * slope / 12


def test_the_equaliser_raises_what_it_says():
    assert change(Equaliser(), EqualiserParams(presence_gain=6.0), 3000) == pytest.approx(6.0, abs=0.3)
    assert change(Equaliser(), EqualiserParams(presence_gain=6.0), 100) == pytest.approx(0.0, abs=0.3)
    assert change(Equaliser(), EqualiserParams(), 1000) == pytest.approx(0.0, abs=1e-4)


def test_the_compressor_evens_out():
    params = CompressorParams(threshold=-20, ratio=4, makeup=0)
    loud, soft = change(Compressor(), params, 500, 0.8), change(Compressor(), params, 500, 0.01)
    assert loud < -8
    assert soft == pytest.approx(0.0, abs=0.2)
