from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v2a.dsp import rubberband, stretch
from v2a.errors import StretchRefused
from v2a.model import Anchor

RATE = 48_000


def anchor(source: int, target: int) -> Anchor:
    return Anchor(Fraction(source, RATE), Fraction(target, RATE))


def clicks(seconds: float, rate: int = RATE) -> tuple[np.ndarray, np.ndarray]:
    """Knocks every half second over a little noise, and when they come."""
    times = np.arange(0.5, seconds - 0.3, 0.5)
    sound = np.random.default_rng(10).standard_normal((2, round(seconds * rate))) * 1e-4
    long = rate // 100
    for time in times:
        at = round(time * rate)
        sound[:, at : at + long] += np.exp(-np.arange(long) / long * 8) * np.cos(np.arange(long) * 0.4)
    return sound.astype(np.float32), times


def chord(seconds: float) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    tones = [np.sin(2 * np.pi * f * time + n) for n, f in enumerate((110.0, 277.2, 440.9, 1203.0))]
    return np.stack([0.1 * sum(tones), 0.1 * sum(tones[::2])]).astype(np.float32)


def onsets(sound: np.ndarray, expected: np.ndarray, rate: int = RATE) -> np.ndarray:
    loud = np.abs(sound).max(axis=0)
    found = []
    for time in expected:
        first = max(0, round((time - 0.1) * rate))
        part = loud[first : first + round(0.2 * rate)]
        found.append((first + int(np.argmax(part > 0.3 * part.max()))) / rate)
    return np.array(found)


@pytest.mark.parametrize("ratio", [0.75, 0.96, 1.0003, 1.04, 1.3])
@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000, 96_000])
def test_length_is_exact_and_what_sets_in_does_so_on_time(rate, ratio):
    sound, times = clicks(4.0, rate)
    length = round(sound.shape[1] * ratio)
    made = stretch.to_length(sound, rate, length)
    assert made.shape == (2, length)
    assert made.dtype == np.float32
    error = onsets(made, times * ratio, rate) - times * ratio
    assert np.abs(error).max() < 0.001


@pytest.mark.parametrize("program", [True, False])
@pytest.mark.parametrize("ratio", [0.97, 1.04])
def test_rubber_band_is_there_for_who_asks_and_clips_nothing(program, ratio, monkeypatch):
    if program and not rubberband.available():
        pytest.skip("the rubberband program is not installed")
    monkeypatch.setattr(rubberband, "available", lambda: program)
    sound, times = clicks(4.0)
    loud = 1.8 * sound
    length = round(loud.shape[1] * ratio)
    made = stretch.to_length(loud, RATE, length, "rubberband")
    assert made.shape == (2, length)
    assert np.abs(made).max() > 1.2
    assert np.abs(onsets(made, times * ratio) - times * ratio).max() < 0.005
    assert not np.array_equal(made, stretch.to_length(loud, RATE, length))


@pytest.mark.parametrize("program", [True, False])
def test_rubber_band_follows_anchors_where_its_program_is(program, monkeypatch):
    if program and not rubberband.available():
        pytest.skip("the rubberband program is not installed")
    monkeypatch.setattr(rubberband, "available", lambda: program)
    sound, _ = clicks(4.0)
    points = [anchor(2 * RATE, round(1.95 * RATE))]
    made = stretch.to_map(sound, RATE, 4 * RATE, points, "rubberband")
    assert made.shape == (2, 4 * RATE)
    assert np.abs(onsets(made, np.array([1.95])) - 1.95).max() < 0.006
    assert np.array_equal(made, stretch.to_map(sound, RATE, 4 * RATE, points)) is not program


def test_what_is_struck_sets_in_on_time_at_any_length():
    sound, times = clicks(3.0)
    made = stretch.to_length(sound, RATE, 2 * sound.shape[1])
    assert np.abs(onsets(made, times * 2) - times * 2).max() < 0.001


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 9_000), st.integers(1, 9_000), st.sampled_from([8_000, 22_050, 48_000]), st.integers(0, 9)
)
def test_every_length_is_exact(before, after, rate, seed):
    sound = np.random.default_rng(seed).standard_normal((1, before)).astype(np.float32)
    made = stretch.to_map(sound, rate, after)
    assert made.shape == (1, after)
    assert np.isfinite(made).all()


@pytest.mark.parametrize("shift", [-0.04, 0.04])
def test_anchors_land_and_time_runs_evenly_between_them(shift):
    sound, times = clicks(6.0)
    at, length = times[5], sound.shape[1] - 4_000
    to = round(at * RATE * (1 + shift))
    made = stretch.to_map(sound, RATE, length, [anchor(round(at * RATE), to)])
    expected = np.interp(times * RATE, [0, at * RATE, sound.shape[1]], [0, to, length]) / RATE
    error = np.abs(onsets(made, expected) - expected)
    assert made.shape[1] == length
    assert error[5] < 1.5 / RATE
    assert error.max() < 0.001


def test_an_onset_is_what_it_was():
    sound, times = clicks(4.0)
    made = stretch.to_length(sound, RATE, round(sound.shape[1] * 1.03))
    for time in times:
        was, now = round(time * RATE), round(time * 1.03 * RATE)
        around = slice(now - 300, now + 600)
        before = sound[0, was - 200 : was + 400]
        alike = np.correlate(made[0, around], before, "valid").max() / (before**2).sum()
        assert alike == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("ratio", [0.96, 1.04])
def test_held_tones_stay_steady_and_keep_pitch_level_and_place(ratio):
    sound = chord(4.0)
    made = stretch.to_length(sound, RATE, round(sound.shape[1] * ratio))
    assert stretch.material(sound, RATE) == "held"
    middle = made[:, RATE : 2 * RATE] * np.hanning(RATE)
    spectrum, was = (np.abs(np.fft.rfft(s)) for s in (middle, sound[:, RATE : 2 * RATE] * np.hanning(RATE)))
    assert [spectrum[0, f - 20 : f + 20].argmax() for f in (110, 277, 441, 1203)] == [20, 20, 20, 20]
    np.testing.assert_allclose(
        20 * np.log10(spectrum[:, [110, 277, 441, 1203]].max(0) / was[:, [110, 277, 441, 1203]].max(0)),
        0,
        atol=0.5,
    )
    levels = [part.std() for part in np.split(made[0, RATE : 3 * RATE], 20)]
    assert 20 * np.log10(max(levels) / min(levels)) < 1.0


def test_what_is_struck_is_told_from_what_is_held():
    assert stretch.material(clicks(4.0)[0], RATE) == "struck"
    noise = np.random.default_rng(1).standard_normal((1, 4 * RATE)).astype(np.float32)
    assert stretch.material(noise, RATE) == "held"
    assert stretch.material(np.zeros((1, RATE), np.float32), RATE) == "held"


def test_silence_stays_silent():
    made = stretch.to_length(np.zeros((2, RATE), np.float32), RATE, RATE + 77)
    assert made.shape == (2, RATE + 77)
    assert not made.any()


def test_the_same_length_is_the_same_sound():
    sound, _ = clicks(1.0)
    assert stretch.to_length(sound, RATE, sound.shape[1]) is sound


def test_nothing_becomes_silence():
    assert not stretch.to_length(np.zeros((2, 0), np.float32), RATE, 100).any()


def test_a_map_of_nothing_changes_nothing():
    sound, _ = clicks(2.0)
    made = stretch.to_map(sound, RATE, sound.shape[1])
    np.testing.assert_allclose(made[:, 3_000:-3_000], sound[:, 3_000:-3_000], atol=1e-5)


@pytest.mark.parametrize(
    "ask",
    [
        lambda s: stretch.to_length(s, RATE, -1),
        lambda s: stretch.to_length(s, 0, 100),
        lambda s: stretch.to_length(s[0:1].reshape(1, 1, -1), RATE, 100),
        lambda s: stretch.to_map(s, RATE, 0),
        lambda s: stretch.to_length(s, RATE, 100, "elastique"),
        lambda s: stretch.to_map(s[:, :0], RATE, 100),
        lambda s: stretch.to_map(s, RATE, RATE, [anchor(2_000, 3_000), anchor(1_000, 4_000)]),
        lambda s: stretch.to_map(s, RATE, RATE, [anchor(2_000, 3_000), anchor(3_000, 3_000)]),
        lambda s: stretch.to_map(s, RATE, RATE, [anchor(-5, 10)]),
        lambda s: stretch.to_map(s, RATE, RATE, [anchor(500, 2 * RATE)]),
        lambda s: stretch.to_map(s * np.float32(np.nan), RATE, RATE // 2),
    ],
)
def test_nonsense_is_refused_in_one_line(ask):
    with pytest.raises(StretchRefused) as refused:
        ask(np.ones((1, RATE), np.float32))
    assert "\n" not in str(refused.value) and refused.value.remedy


def test_a_soft_note_at_an_anchor_sets_in_there_and_not_before():
    times = np.arange(0.5, 5.5, 0.5)
    bed, clock = chord(6.0), np.arange(6 * RATE) / RATE
    for time in times:
        after = np.maximum(clock - time, 0.0)
        bed = bed + 0.03 * np.sin(2 * np.pi * 4000 * after) * np.exp(-after / 0.1) * (after > 0)
    heard = times + 0.015 * np.cos(7 * times)
    points = [anchor(round(a * RATE), round(b * RATE)) for a, b in zip(times, heard)]
    made = stretch.to_map(bed.astype(np.float32), RATE, 6 * RATE, points)[0]
    note = made * np.exp(-2j * np.pi * 4000 * clock)
    window, shares = RATE // 100, []
    for at in np.round(heard[1:] * RATE).astype(int):
        before, behind = (np.abs(note[n : n + window].mean()) for n in (at - window, at))
        shares.append(before / behind)
    assert max(shares) < 0.11
