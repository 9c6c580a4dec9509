from __future__ import annotations

import numpy as np
import pytest

from v2a.builtin.effects import EFFECTS
from v2a.builtin.effects.de_esser import DeEsser, DeEsserParams
from v2a.builtin.effects.dither import Dither, DitherParams
from v2a.builtin.effects.dynamics import Compressor, CompressorParams
from v2a.builtin.effects.equaliser import Equaliser, EqualiserParams
from v2a.builtin.effects.external import External, ExternalParams
from v2a.builtin.effects.high_pass import HighPass, HighPassParams
from v2a.builtin.effects.limiting import Limiter, LimiterParams
from v2a.builtin.effects.reverb import Reverb, ReverbParams
from v2a.builtin.effects.saturation import Saturation, SaturationParams
from v2a.builtin.effects.width import Width, WidthParams
from v2a.dsp.meter import Meter
from v2a.errors import FileMissing, PluginBroken
from v2a.interfaces import Bench, about, defaults
from v2a.testing import check_effect

RATE = 48_000
# One that is named by its user's path can be opened only with one.
OWN = tuple(e for e in EFFECTS if e.card.name != "external")


def sine(frequency: float, level: float = 0.1) -> np.ndarray:
    wave = level * np.sin(2 * np.pi * frequency * np.arange(RATE) / RATE)
    return np.tile(wave.astype(np.float32), (2, 1))


def change(effect, params, frequency, level=0.1) -> float:
    sound = sine(frequency, level)
    made = effect.open(Bench(), RATE, 2, params)(sound)
    return float(20 * np.log10(made[:, RATE // 2 :].std() / sound[:, RATE // 2 :].std()))


@pytest.mark.parametrize("effect", OWN, ids=lambda e: e.card.name)
@pytest.mark.parametrize("channels", [1, 2])
def test_blocks_make_no_difference(effect, channels):
    sound = np.random.default_rng(0).standard_normal((channels, 20_000)).astype(np.float32) * 0.1
    whole = effect.open(Bench(), RATE, channels, effect.card.params())(sound)
    processor = effect.open(Bench(), RATE, channels, effect.card.params())
    parts = [processor(sound[:, at : at + 777]) for at in range(0, 20_000, 777)]
    assert (processor.flush() is None) == (processor.latency == 0)
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, atol=1e-5)
    assert whole.shape == sound.shape and whole.dtype == np.float32
    processor.close()


@pytest.mark.parametrize("effect", OWN, ids=lambda e: e.card.name)
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


@pytest.mark.parametrize(
    ("effect", "params", "frequency"),
    [(Compressor(), CompressorParams(-30.0, 8.0), 500), (DeEsser(), DeEsserParams(), 8000)],
    ids=["compressor", "de-esser"],
)
def test_what_is_held_back_stays_where_it_is_between_left_and_right(effect, params, frequency):
    sound = sine(frequency, 0.5) * np.array([[1.0], [0.2]], np.float32)
    made = effect.open(Bench(), RATE, 2, params)(sound)[:, RATE // 2 :]
    assert made.std() < 0.6 * sound.std()
    assert made[1].std() / made[0].std() == pytest.approx(0.2, rel=0.02)


def pink(seconds: float, level: float = 0.05) -> np.ndarray:
    count = round(seconds * RATE)
    spectrum = np.fft.rfft(np.random.default_rng(6).standard_normal((2, count)), axis=1)
    spectrum /= np.sqrt(np.maximum(np.fft.rfftfreq(count, 1 / RATE), 20.0))
    sound = np.fft.irfft(spectrum, count, axis=1)
    return (level * sound / sound.std()).astype(np.float32)


def plucked(seconds: float) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    note = sum(np.sin(2 * np.pi * f * time) for f in (220, 277, 330)) * np.exp(-4 * (time % 0.5))
    return np.tile((0.1 * note).astype(np.float32), (2, 1))


@pytest.mark.parametrize("sound", [pink(6), plucked(6)], ids=["pink noise", "music"])
@pytest.mark.parametrize(
    ("params", "within"), [(ReverbParams(), 0.5), (ReverbParams(0.8, 0.2), 1.0), (ReverbParams(wet=1.0), 1.0)]
)
def test_a_room_makes_nothing_louder(sound, params, within):
    def loud(heard):
        meter = Meter(RATE)
        meter.add(heard)
        return meter.integrated

    made = Reverb().open(Bench(), RATE, 2, params)(sound)
    assert loud(made) == pytest.approx(loud(sound), abs=within)
    assert np.abs(made - sound).std() > 0.1 * sound.std()


@pytest.mark.parametrize("effect", OWN, ids=lambda e: e.card.name)
def test_the_contract_is_kept(effect):
    check_effect(effect)


def test_saturation_makes_odd_harmonics_of_what_is_loud_only():
    def third(level):
        made = Saturation().open(Bench(), RATE, 2, SaturationParams(12.0))(sine(1000, level))
        spectrum = np.abs(np.fft.rfft(made[0]))
        return 20 * np.log10(spectrum[3000] / spectrum[1000])

    assert third(0.5) > -25
    assert third(0.005) < -70


def test_saturation_hardly_aliases():
    """The seventh harmonic of 5 kHz folds back to 13 kHz; the plain curve puts three times as much there."""
    loud = sine(5000, 0.9)
    made = Saturation().open(Bench(), RATE, 2, SaturationParams(24.0))(loud)
    plain = np.tanh(10 ** (24 / 20) * loud) / 10 ** (24 / 20)
    folded = [np.abs(np.fft.rfft(sound[0]))[13_000] for sound in (made, plain)]
    assert folded[0] < folded[1] / 3


def test_the_de_esser_holds_an_s_and_no_vowel():
    assert change(DeEsser(), DeEsserParams(), 8000, 0.4) < -6
    assert change(DeEsser(), DeEsserParams(), 8000, 0.005) == pytest.approx(0.0, abs=0.2)
    assert change(DeEsser(), DeEsserParams(), 300, 0.4) == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("params", [WidthParams(0.0), WidthParams(2.0), WidthParams(1.5, spread=0.5)])
def test_width_is_the_same_in_mono(params):
    sound = np.random.default_rng(3).normal(0, 0.1, (2, RATE)).astype(np.float32)
    made = Width().open(Bench(), RATE, 2, params)(sound)
    np.testing.assert_allclose(made.sum(axis=0), sound.sum(axis=0), atol=1e-6)


def test_width_widens():
    sound = np.random.default_rng(3).normal(0, 0.1, (2, RATE)).astype(np.float32)

    def apart(params, given=sound):
        made = Width().open(Bench(), RATE, 2, params)(given)
        return float(np.std(made[0] - made[1]) / np.std(made[0] + made[1]))

    assert apart(WidthParams(0.0)) < 1e-6
    assert apart(WidthParams(2.0)) > 1.8 * apart(WidthParams(1.0))
    mono = np.repeat(sound[:1], 2, axis=0)
    assert 0.2 < apart(WidthParams(1.0, spread=0.5), mono) < 0.8


@pytest.mark.parametrize("ceiling", [-1.0, -6.0])
def test_the_limiter_holds_true_peaks(ceiling):
    sound = np.random.default_rng(4).normal(0, 0.4, (2, RATE)).astype(np.float32)
    processor = Limiter().open(Bench(), RATE, 2, LimiterParams(ceiling))
    made = np.concatenate([processor(sound), processor.flush()], axis=1)
    meter = Meter(RATE)
    meter.add(made)
    assert ceiling - 0.3 < meter.loudness().true_peak <= ceiling
    assert made.shape[1] == RATE + processor.latency


def test_dither_leaves_noise_and_no_distortion():
    """A tone of half a step would vanish without it."""
    step = 2.0**-7
    soft = np.tile((0.4 * step * np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE)), (2, 1)).astype(
        np.float32
    )
    made = Dither().open(Bench(), RATE, 2, DitherParams(8))(soft)
    assert np.allclose(made / step, np.round(made / step), atol=1e-4)
    spectrum = np.abs(np.fft.rfft(made[0])) / RATE
    assert spectrum[1000] == pytest.approx(0.2 * step, rel=0.1)
    assert np.delete(spectrum, 1000).max() < 0.3 * spectrum[1000]


@pytest.mark.parametrize(
    ("path", "error"), [("", FileMissing), ("/nowhere/x.vst3", FileMissing), (__file__, PluginBroken)]
)
def test_a_plugin_that_cannot_be_loaded_is_one_line(path, error):
    with pytest.raises(error) as told:
        External().open(Bench(), RATE, 2, ExternalParams(path))
    assert told.value.remedy and "\n" not in told.value.what


def test_a_longer_block_later_is_not_the_beginning_of_another_sound():
    sound = sine(500, 0.8)
    whole = Compressor().open(Bench(), RATE, 2, CompressorParams())(sound)
    processor = Compressor().open(Bench(), RATE, 2, CompressorParams())
    parts = [processor(sound[:, :64]), processor(sound[:, 64:1000]), processor(sound[:, 1000:])]
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, atol=1e-5)
