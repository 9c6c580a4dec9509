"""Backgrounds: any window is the slice of the whole, nothing repeats, width folds to mono, levels keep within bounds."""

from __future__ import annotations

import importlib
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import v2a
from v2a.dsp.meter import measure
from v2a_foley.atmos import make
from v2a_foley.layers import Canvas, Place
from v2a_foley.scapes import ATMOS
from v2a_foley.words import Known

RATE = 48_000
NAMES = [known.phrases[0] for known in ATMOS]


def request(prompt: str, start: Fraction, end: Fraction, seed: int = 1, **more: object) -> v2a.Request:
    span = v2a.Span(start, end)
    asked = v2a.Request("c1", "bg", prompt, span, Fraction(3600), seed, RATE, 2)
    return replace(asked, **more)


def sound(prompt: str, start: float, end: float, seed: int = 1, **more: object) -> np.ndarray:
    made = make(request(prompt, v2a.to_seconds(start), v2a.to_seconds(end), seed, **more))
    assert isinstance(made, v2a.Made)
    return made.sound.samples


@pytest.mark.parametrize("prompt", NAMES)
def test_a_window_is_the_slice_of_the_whole(prompt: str) -> None:
    whole = sound(prompt, 0, 3)
    for start, end in ((0.0, 0.4), (0.713, 1.977), (2.5, 3.0)):
        a, b = round(start * RATE), round(end * RATE)
        np.testing.assert_array_equal(sound(prompt, start, end), whole[:, a:b])


@pytest.mark.parametrize("prompt", NAMES)
def test_levels_and_width(prompt: str) -> None:
    heard = sound(prompt, 10, 18)
    assert heard.dtype == np.float32
    assert heard.shape == (2, 8 * RATE)
    assert np.isfinite(heard).all()
    assert 20 * np.log10(np.abs(heard).max()) <= -3.0
    level = 10 * np.log10(float(np.mean(heard.astype(np.float64) ** 2)))
    assert -48 < level < -18
    assert np.abs(heard.mean(axis=1)).max() < 1e-3
    left, right = heard.astype(np.float64)
    assert np.corrcoef(left, right)[0, 1] > -0.2
    side = np.mean((left - right) ** 2) / np.mean((left + right) ** 2)
    assert side > 0.003


STEADY = (
    "rain",
    "stream",
    "light breeze",
    "snow",
    "city",
    "road",
    "crowd",
    "restaurant",
    "office",
    "room",
    "hum",
    "train",
)


@pytest.mark.slow
@pytest.mark.parametrize("prompt", STEADY)
def test_a_steady_background_keeps_its_level(prompt: str) -> None:
    parts = [sound(prompt, start, start + 20.0, 7) for start in (0.0, 40.0, 300.0, 1800.0)]
    levels = [measure([part], RATE, 0.1).integrated for part in parts]
    assert max(levels) - min(levels) < 2.0


@pytest.mark.parametrize("known", ATMOS, ids=lambda known: known.name)
def test_no_grain_is_cut_off(known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    reached = []
    for name in ("add", "lay"):
        put = getattr(Canvas, name)

        def watched(canvas: Canvas, offset: int, grain: np.ndarray, *more: float, put: object = put) -> None:
            left = canvas.sound.shape[1] - offset
            lost = np.abs(grain[..., max(0, left) :]).max(initial=0.0) * (more[-1] if more else 1.0)
            reached.append(lost < 1e-4)
            put(canvas, offset, grain, *more)

        monkeypatch.setattr(Canvas, name, watched)
    scape = getattr(importlib.import_module(f"v2a_foley.{known.module}"), known.name)
    for layer in scape(Place(3, RATE), known.start).layers:
        for index in range(20):
            layer.sound(index)
    assert all(reached)


@pytest.mark.parametrize("prompt", ["rain", "wind", "forest", "restaurant"])
def test_the_seed_decides(prompt: str) -> None:
    first = sound(prompt, 5, 6)
    np.testing.assert_array_equal(first, sound(prompt, 5, 6))
    other = sound(prompt, 5, 6, seed=2)
    assert abs(np.corrcoef(first[0], other[0])[0, 1]) < 0.3


def test_far_into_the_film_and_before_its_start() -> None:
    late = sound("sea", 35_000, 35_001)
    assert np.abs(late).max() > 1e-3
    joined = np.concatenate([sound("stream", 1800, 1801), sound("stream", 1801, 1802)], axis=1)
    np.testing.assert_array_equal(joined, sound("stream", 1800, 1802))


def test_nothing_repeats() -> None:
    heard = sound("rain", 0, 40).mean(axis=0)
    frames = np.abs(np.fft.rfft(heard.reshape(-1, 4800) * np.hanning(4800)))[:, :1200]
    bands = np.log(frames.reshape(len(frames), 24, 50).sum(axis=2) + 1e-9)
    bands -= bands.mean(axis=0)
    power = float((bands**2).sum())
    for lag in range(50, 300):
        assert float((bands[lag:] * bands[:-lag]).sum()) / power < 0.25


def test_two_sounds_in_one_prompt_sound_together() -> None:
    both = sound("rain and birds", 0, 2)
    assert not np.array_equal(both, sound("rain", 0, 2))
    frequency = np.fft.rfftfreq(both.shape[1], 1 / RATE)
    assert np.abs(np.fft.rfft(both[0]))[frequency > 8000].mean() > 0


def test_words_and_parameters_change_the_sound() -> None:
    def level(prompt: str, **more: object) -> float:
        return float(np.sqrt(np.mean(sound(prompt, 0, 4, **more) ** 2)))

    assert level("storm rain") > 1.5 * level("light rain")
    assert level("light rain", params={"force": 1.0}) == pytest.approx(level("storm rain"), rel=0.3)


@pytest.mark.parametrize("prompt", ["birds", "road", "crowd"])
def test_distance_weakens_and_dulls(prompt: str) -> None:
    near, far = (sound(prompt, 4, 8, params={"distance": d}).mean(axis=0) for d in (1.0, 400.0))
    assert far.std() < 0.4 * near.std()
    frequency = np.fft.rfftfreq(len(near), 1 / RATE)

    def bright(heard: np.ndarray) -> float:
        power = np.abs(np.fft.rfft(heard)) ** 2
        return float(power[frequency > 3000].sum() / power.sum())

    assert bright(far) < 0.7 * bright(near)


def test_a_window_of_something_far_is_the_slice_of_the_whole() -> None:
    whole = sound("distant birds", 0, 3)
    part = sound("distant birds", 0.713, 1.977)
    np.testing.assert_array_equal(part, whole[:, round(0.713 * RATE) : round(1.977 * RATE)])


def test_other_rates_and_channels() -> None:
    asked = request("wind", Fraction(0), Fraction(1))
    made = make(replace(asked, rate=44_100, channels=1))
    assert isinstance(made, v2a.Made)
    assert made.sound.samples.shape == (1, 44_100)


def test_an_unknown_prompt_is_refused_with_suggestions() -> None:
    answer = make(request("qwxyz", Fraction(0), Fraction(1)))
    assert isinstance(answer, v2a.Failure)
    assert "rain" in answer.remedy


def test_a_near_miss_is_taken_and_said() -> None:
    made = make(request("trafic", Fraction(0), Fraction(1)))
    assert isinstance(made, v2a.Made)
    assert "traffic" in made.notes[0]


def test_where_it_rains_lies_under_the_rain() -> None:
    rain, there, both = (sound(p, 0, 2) for p in ("rain", "rain on the street", "rain and street"))

    def apart(other: np.ndarray) -> float:
        return float(np.mean((rain / rain.std() - other / other.std()) ** 2))

    assert apart(there) < 0.5 * apart(both)
