"""What is measured of sounds whose onsets, levels and colours are known."""

import numpy as np
import pytest

from tests.plugins.v2a_retrieval import media
from v2a_retrieval import hearing, slices


def measured(tmp_path, wave, **kinds):
    return hearing.measured(media.write(tmp_path / "a.wav", wave, **kinds))


@pytest.mark.parametrize("at", [0.0, 0.05, 0.4])
@pytest.mark.parametrize("rate", [8_000, 44_100, 96_000])
def test_the_main_onset_is_found_within_two_milliseconds(tmp_path, at, rate):
    sound = measured(tmp_path, media.strike(0.8, at, rate=rate), rate=rate)
    assert abs(sound.sync - at) < 0.002


def test_onsets_are_counted(tmp_path):
    wave = np.concatenate([media.strike(0.4, 0.1, seed=n) for n in range(7)])
    assert measured(tmp_path, wave).onsets == 7


def test_levels(tmp_path):
    tone = 0.5 * np.sin(2 * np.pi * 997 * np.arange(48_000) / 48_000)
    sound = measured(tmp_path, tone)
    assert sound.peak == pytest.approx(-6.02, abs=0.05)
    assert sound.loudness == pytest.approx(-6.0, abs=0.3)
    assert sound.centroid == pytest.approx(997, abs=30)


def test_a_short_click_has_a_loudness(tmp_path):
    assert measured(tmp_path, media.strike(0.02, 0.005)).loudness < -20


@pytest.mark.parametrize(("wave", "loops"), [
    (media.hiss(6), True),
    (media.hiss(6) * np.linspace(1, 0.02, 288_000), False),
    (media.strike(3.0), False),
    (media.hiss(1), False),
])  # fmt: skip
def test_what_can_loop(tmp_path, wave, loops):
    assert measured(tmp_path, wave).loop is loops


def test_a_long_file_is_heard_in_pieces(tmp_path):
    wave = np.tile(media.hiss(5), 40)
    sound = measured(tmp_path, wave)
    assert sound.duration == 200
    assert sound.steady < 1


def test_takes_with_quiet_between_them_are_told_apart():
    wave = np.concatenate([media.strike(1.0, 0.3, seed=n) for n in range(4)])[np.newaxis]
    found = slices.takes(wave, media.RATE)
    assert [round(one.onset / media.RATE, 3) for one in found] == pytest.approx(
        [0.3, 1.3, 2.3, 3.3], abs=0.002
    )


def test_the_strokes_of_a_rhythm():
    walk = np.concatenate([media.strike(0.5, 0.1, 800, seed=n) for n in range(6)]) + media.hiss(
        3, level=0.003
    )
    found = slices.strokes(walk[np.newaxis], media.RATE)
    assert [round(one.onset / media.RATE, 2) for one in found] == pytest.approx(
        [0.1 + n / 2 for n in range(6)], abs=0.006
    )


def test_opposite_phases_do_not_hide_a_sound():
    wave = media.strike(0.5, 0.2)
    (only,) = slices.takes(np.stack([wave, -wave]), media.RATE)
    assert abs(only.onset / media.RATE - 0.2) < 0.002
