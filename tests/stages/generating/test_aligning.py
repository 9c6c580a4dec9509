"""Takes that were made from the picture and are late, slow or loose."""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest

from v2a.interfaces import Bench
from v2a.model import Audio, Moment, Request, SoundFile, Span
from v2a.stages.generating.aligning import aligned
from v2a.stages.generating.joining import Joined
from v2a.testing import film

RATE = 48_000
TIMES = (0.8, 1.5, 2.9, 3.3, 4.6, 5.9, 6.4, 7.8, 8.5, 9.2)


@pytest.fixture
def scratch(tmp_path):
    names = iter(range(1000))
    return lambda suffix: tmp_path / f"{next(names)}{suffix}"


def strokes(times, seconds=10.0):
    """A short knock at each of some times."""
    rng = np.random.default_rng(5)
    sound = np.zeros((2, round(seconds * RATE)), np.float32)
    for time in times:
        first = round(time * RATE)
        if 0 <= first < sound.shape[1] - 4800:
            knock = rng.standard_normal(4800) * np.exp(-np.arange(4800) / 600)
            sound[:, first : first + 4800] += (0.2 * knock).astype(np.float32)
    return sound


def begun(sound):
    """When something begins in a sound that is silent between."""
    loud = np.abs(sound).max(axis=0) > 0.02
    firsts = np.flatnonzero(loud & ~np.roll(loud, 1))
    return [float(n) / RATE for n, before in zip(firsts, (-RATE, *firsts)) if n - before > RATE // 8]


def request(times=TIMES, seconds=10):
    span = Span(F(0), F(seconds))
    moments = tuple(Moment(F(str(t)), "impact", 0.9, 0.95) for t in times)
    return Request("c", "fx", "knocks", span, F(seconds), 1, RATE, 2, moments=moments)


def after(scratch, heard, *, asked=None, sync=None, parts=()):
    """The take whose strokes are at some times, held against the moments."""
    sound = SoundFile.write(scratch(".npy"), Audio(strokes(heard), RATE))
    made = {name: SoundFile.write(scratch(".npy"), Audio(strokes(heard), RATE)) for name in parts}
    joined = Joined(sound, made, sync, (), ())
    return joined, aligned(joined, asked or request(), film(10), Bench(), scratch)


@pytest.mark.parametrize(("lag", "drift"), [(0.2, 0.0), (-0.15, 0.0), (0.12, 0.008)])
def test_a_late_take_is_put_in_sync(scratch, lag, drift):
    late = [t + lag + drift * (t - 5) for t in TIMES]
    _, done = after(scratch, late)
    found = begun(done.sound.open().samples)
    for time in found:
        assert min(abs(time - t) for t in TIMES) < 0.02
    assert len(found) >= len(TIMES) - 1
    assert done.sound.length == 10 * RATE
    assert done.synced.lag == pytest.approx(lag, abs=0.02) and done.synced.drift == pytest.approx(
        drift, abs=2e-3
    )
    assert done.synced.confidence > 0.7 and not done.synced.abstained


def test_single_strokes_are_moved_by_themselves(scratch):
    loose = [t + (0.035 if n in (2, 6) else 0.0) for n, t in enumerate(TIMES)]
    _, done = after(scratch, loose)
    found = begun(done.sound.open().samples)
    assert max(min(abs(t - f) for f in found) for t in TIMES) < 0.012
    assert done.synced.strokes == pytest.approx((0.035, 0.035), abs=0.01)


def test_what_is_in_sync_is_left_alone(scratch):
    before, done = after(scratch, TIMES)
    assert done.sound is before.sound
    assert (done.synced.lag, done.synced.drift, done.synced.strokes) == (0, 0, ())
    assert not done.synced.abstained


@pytest.mark.parametrize("heard", [(), (0.3, 2.1, 5.2, 7.1)])
def test_a_stranger_is_left_alone_and_the_take_says_why(scratch, heard):
    before, done = after(scratch, heard)
    assert done.sound is before.sound
    assert done.synced.abstained and done.synced.why


def test_a_take_with_a_sync_point_and_one_without_moments_are_left_alone(scratch):
    late = [t + 0.2 for t in TIMES]
    for more in ({"sync": F(1)}, {"asked": request(())}):
        before, done = after(scratch, late, **more)
        assert done is before


def test_parts_go_along(scratch):
    _, done = after(scratch, [t + 0.2 for t in TIMES], parts=("low",))
    np.testing.assert_array_equal(done.parts["low"].open().samples, done.sound.open().samples)


def test_nothing_is_left_behind(scratch, tmp_path):
    _, done = after(scratch, [t + 0.2 for t in TIMES])
    assert [str(path) for path in tmp_path.glob("*.npy")] == [done.sound.path]
