"""Where a recording falls away at once and comes again."""

import numpy as np
import pytest

from v2a.dsp.dropouts import Course, dropouts

RATE = 48_000


def course(sound, size=4096):
    made = Course(RATE)
    for start in range(0, sound.shape[1], size):
        made.add(sound[:, start : start + size])
    return made.levels()


def noise(seconds=4.0, level=0.01):
    return (np.random.default_rng(1).standard_normal((2, round(seconds * RATE))) * level).astype(np.float32)


def gained(sound, times, decibels):
    clock = np.arange(sound.shape[1]) / RATE
    return (sound * 10 ** (np.interp(clock, times, decibels) / 20)).astype(np.float32)


def test_levels_are_those_of_twenty_milliseconds_whatever_the_blocks():
    sound = gained(noise(), [0, 4], [0, -40]) + np.float32(0.3)
    levels = course(sound)
    assert len(levels) == 4 * 200 - 3
    true = [np.var(sound[:, n * 240 : n * 240 + 960].astype(float), axis=1).mean() for n in (0, 400, 796)]
    np.testing.assert_allclose(levels[[0, 400, 796]], 10 * np.log10(true), atol=0.1)
    for size in (100, 239, 721, 100_000):
        np.testing.assert_allclose(course(sound, size), levels, atol=0.1)


@pytest.mark.parametrize("size", [100, 239, 721, 100_000])
def test_a_tick_is_told_and_noise_is_none(size):
    sound = noise()
    sound[0, RATE + 130] += 0.12
    made = Course(RATE)
    for start in range(0, sound.shape[1], size):
        made.add(sound[:, start : start + size])
    assert np.flatnonzero(made.ticks()).tolist() == [197]
    assert len(made.ticks()) == len(made.levels())


@pytest.mark.parametrize("ramp", [0.0, 0.005, 0.03])
@pytest.mark.parametrize("length", [0.03, 0.2, 2.0])
def test_a_hole_is_found_where_it_is(ramp, length):
    sound = noise()
    stop = 1 + ramp + length
    sound = gained(sound, [1, 1 + ramp + 1e-6, stop, stop + ramp + 1e-6], [0, -200, -200, 0])
    [found] = dropouts(course(sound))
    assert found.first / 200 == pytest.approx(1 + ramp, abs=0.03)
    assert (found.last + 4) / 200 == pytest.approx(stop, abs=0.03)
    assert found.above == pytest.approx(-40, abs=3)


def test_what_goes_slowly_or_not_far_is_no_hole():
    sound = noise()
    for times, decibels in (([1, 1.5, 2, 2.5], [0, -60, -60, 0]), ([1, 1.001, 2, 2.001], [0, -15, -15, 0])):
        assert not list(dropouts(course(gained(sound, times, decibels))))
    assert not list(dropouts(course(sound))) and not list(dropouts(course(sound[:, :500])))
    assert not list(dropouts(course(np.zeros((2, RATE), np.float32))))


def test_holes_at_the_ends_have_nothing_on_one_side():
    sound = noise()
    sound[:, :RATE] = 0
    sound[:, 3 * RATE :] = 0
    head, tail = dropouts(course(sound))
    assert head.before is None and head.after is not None
    assert tail.after is None and tail.before is not None


def test_a_hole_across_the_pieces_in_which_a_long_film_is_searched():
    levels = np.full(200_000, -50, np.float16)
    for start in (65_530, 131_072 - 2, 131_072 * 3 // 2):
        levels[start : start + 40] = -120
    assert [(h.first, h.last) for h in dropouts(levels)] == [
        (65_530, 65_569),
        (131_070, 131_109),
        (196_608, 196_647),
    ]
