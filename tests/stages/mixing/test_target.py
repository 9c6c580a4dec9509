"""How a mix gets to its loudness: within the limiter's bounds, and near to the target however its loudness moves."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np
import pytest

from tests.stages.scene import RATE, noise
from v2a.dsp.meter import measure
from v2a.dsp.specs import spec
from v2a.interfaces import Bench
from v2a.stages.mixing import target
from v2a.stages.mixing.curve import BLOCK, Curve, Setting
from v2a.stages.mixing.spool import Spool
from v2a.stages.mixing.target import Limits, Order, Peaks, Summed, decide, shortfall

SUSTAINED = 3 * RATE


@contextmanager
def decided(folder, sound, name="youtube", limits=Limits()):  # noqa: B008 - frozen
    """The setting for a sum, its gain curve without the one gain, in dB taken off, and the finished loudness."""
    with Spool(folder / "sum.f32") as spool:
        peaks = Peaks()
        for at in range(0, sound.shape[1], BLOCK):
            spool.add(sound[:, at : at + BLOCK])
            peaks.add(sound[:, at : at + BLOCK])
        summed = Summed(measure(sound, RATE), peaks.all(), RATE)
        setting = decide(summed, spool, Order(spec(name), limits), Bench())
        curve = Curve(setting, spool, RATE)
        gains = np.concatenate(
            [curve.next(min(BLOCK, sound.shape[1] - at)) for at in range(0, sound.shape[1], BLOCK)]
        )
        taken = setting.gain - 20 * np.log10(gains.astype(np.float64))
        yield setting, taken, measure(sound * gains, RATE)


def held(taken):
    sums = np.cumsum(np.concatenate([[0.0], taken]))
    return float((sums[SUSTAINED:] - sums[:-SUSTAINED]).max() / SUSTAINED)


def clicks(a_second, level=0.9):
    sound = noise(8, 0.02, 1)
    for at in np.arange(0.1, 7.8, 1 / a_second):
        first = round(at * RATE)
        sound[:, first : first + 200] += level * np.exp(-np.arange(200) / 30)
    return sound


def between():
    """Every sample lies 3 dB under the crest: a second loud, a second soft."""
    time = np.arange(8 * RATE)
    level = np.where(time // RATE % 4 == 0, 0.9, 0.02)
    return np.tile((level * np.sin(np.pi / 2 * time + np.pi / 4)).astype(np.float32), (2, 1))


@pytest.mark.parametrize(
    "sound", [clicks(5), clicks(10), clicks(20), between()], ids=["5", "10", "20", "between"]
)
@pytest.mark.parametrize(("name", "limits"), [("youtube", Limits()), ("youtube", Limits(1.0, 2.0))])
def test_the_limiter_keeps_within_its_bounds(tmp_path, sound, name, limits):
    with decided(tmp_path, sound, name, limits) as (setting, taken, reached):
        assert taken.max() <= limits.momentary + 0.01
        assert held(taken) <= limits.sustained + 0.1
        assert reached.true_peak <= spec(name).ceiling
        assert reached.integrated <= -14 + 0.1
        said = shortfall(spec(name), limits, setting, reached.integrated)
        if reached.integrated < -14.1:
            assert f"{-14 - reached.integrated:.1f} LU under" in said[0]
            assert taken.max() > limits.momentary - 0.5 or held(taken) > limits.sustained - 0.2
        else:
            assert said == ()


def test_more_limiting_would_not_be_needed_and_is_not_done(tmp_path):
    with decided(tmp_path, noise(4, 0.05)) as (setting, taken, reached):
        assert reached.integrated == pytest.approx(-14, abs=0.1)
        assert taken.max() == pytest.approx(0.0, abs=2.0)
        assert shortfall(spec("youtube"), Limits(), setting, reached.integrated) == ()


def found(monkeypatch, tmp_path, off, held=lambda gain: -3.0, start=5.0, bound=8.0):
    """Where the search ends for a programme whose loudness and limiting answer to the gain like this."""
    asked = []

    def tried(setting, *rest):
        asked.append(setting.gain)
        return target._Point(setting.gain, off(setting.gain), held(setting.gain))

    monkeypatch.setattr(target, "_tried", tried)
    aim = target._Aim(Order(spec("youtube"), Limits()), -20.0, -14.0)
    with Spool(tmp_path / "none.f32") as spool:
        setting = target._approach(Setting(start, -1.0, target=-14.0), spool, RATE, aim, bound, Bench())
    assert len(asked) <= 6
    return setting.gain


@pytest.mark.parametrize("slope", [0.3, 0.7, 1.0, 2.2, 3.5])
def test_the_target_is_met_however_fast_loudness_follows_the_gain(monkeypatch, tmp_path, slope):
    gain = found(monkeypatch, tmp_path, lambda gain: slope * (gain - 5.8))
    assert slope * abs(gain - 5.8) < 0.06


def test_a_jump_over_the_target_ends_at_its_nearer_side(monkeypatch, tmp_path):
    gain = found(monkeypatch, tmp_path, lambda gain: gain - 6.0 + (0.8 if gain > 5.5 else 0.0))
    assert gain == pytest.approx(5.5, abs=0.2)
    assert gain > 5.5


def test_limiting_that_is_held_too_much_bounds_the_gain(monkeypatch, tmp_path):
    gain = found(monkeypatch, tmp_path, lambda gain: gain - 9.0, lambda gain: 0.7 * (gain - 6.2))
    assert 6.0 < gain < 6.3


def test_nothing_goes_over_the_highest_gain(monkeypatch, tmp_path):
    assert found(monkeypatch, tmp_path, lambda gain: gain - 12.0) == 8.0


def test_what_lies_over_its_target_is_said_too():
    said = shortfall(spec("youtube"), Limits(), Setting(3.0, -1.0, target=-14.0), -13.5)
    assert "0.5 LU over youtube's -14 LUFS" in said[0]


def test_what_is_too_short_to_be_measured_stays_under_the_ceiling(tmp_path):
    with decided(tmp_path, 2 * noise(0.2, 1.0)) as (setting, _, reached):
        assert "too short" in setting.notes[0]
        assert reached.true_peak <= -1.0
