"""Steady tones in a noise."""

import numpy as np
import pytest

from v2a.dsp.partials import Partials, Stretch

RATE = 48_000
CLOCK = np.arange(20 * RATE) / RATE


def hum(frequency=50.0, level=0.01):
    """Hum with harmonics, weaker and turned on the right."""
    left, right = (
        sum(np.cos(2 * np.pi * frequency * n * CLOCK + turn * n) / n for n in (1, 2, 3))
        for turn in (0.3, 1.7)
    )
    return np.stack([level * left, level / 2 * right])


def noise(level=0.003):
    return np.random.default_rng(2).standard_normal((2, len(CLOCK))) * level


def stretches(sound, *spans):
    cuts = ((round(a * RATE), round(b * RATE)) for a, b in spans)
    return [Stretch(a, sound[:, a:b].astype(np.float32)) for a, b in cuts]


@pytest.mark.parametrize("frequency", [50.0, 60.0, 49.97])
def test_hum_is_found_taken_out_and_continued(frequency):
    tones = hum(frequency)
    pauses = stretches(tones + noise(), (2, 2.6), (4, 4.8), (9, 9.7))
    found = Partials.of(pauses, RATE)
    np.testing.assert_allclose(found.frequencies, frequency * np.array([1, 2, 3]), atol=0.15)
    for start, end in ((4.8, 6), (6, 9)):
        first, stop = round(start * RATE), round(end * RATE)
        missed = found.window(first, stop) - tones[:, first:stop]
        assert 10 * np.log10((missed**2).mean() / (tones**2).mean()) < -17
    rest = found.without(pauses[1])
    assert 20 * np.log10(rest.std() / 0.003) == pytest.approx(0, abs=0.3)


def test_noise_has_no_tones():
    assert not len(Partials.of(stretches(noise(), (1, 1.3)), RATE).frequencies)
    assert not len(Partials.of(stretches(noise(), (1, 5), (7, 12)), RATE).frequencies)


def test_an_offset_goes_on():
    found = Partials.of(stretches(noise(1e-4) + 0.2, (1, 2), (3, 4)), RATE)
    np.testing.assert_allclose(found.window(round(2.5 * RATE), 3 * RATE), 0.2, atol=1e-3)


def test_any_window_can_be_made_by_itself():
    found = Partials.of(stretches(hum() + noise(), (2, 2.6), (4, 4.8)), RATE)
    whole = found.window(0, 6 * RATE)
    for start, stop in ((0, 10), (2 * RATE + 7, 5 * RATE), (6 * RATE - 1, 6 * RATE)):
        assert np.array_equal(found.window(start, stop), whole[:, start:stop])


def test_a_stretch_in_parts_is_the_stretch():
    [whole] = stretches(noise(), (1, 2.3))
    parts = whole.parts(RATE // 2)
    assert len(parts) == 3 and parts[0].start == whole.start and parts[-1].stop == whole.stop
    np.testing.assert_array_equal(np.concatenate([p.wave for p in parts], axis=1), whole.wave)
