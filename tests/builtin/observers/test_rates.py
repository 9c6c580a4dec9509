"""Shots at every frame rate: what lasts as long is found alike, however many frames it takes."""

from fractions import Fraction

import numpy as np
import pytest

from tests.builtin.observers.driving import seen, video
from tests.builtin.observers.rendered import HEIGHT, WIDTH, disc, grain, texture, window
from tests.builtin.observers.test_picture import blend, scaled, shot
from tests.builtin.observers.test_slow_transitions import SWEEPS, wiped
from v2a.builtin.observers import Picture


def take(seed, count, rate):
    """A run of a camera that pans by some pixels a second over a place in which something moves."""
    rng = np.random.default_rng(seed)
    wide = texture(seed, 2 * WIDTH, 2 * HEIGHT, rough=float(rng.uniform(2, 6)))
    across, down = rng.uniform(-8, 8, 2)
    times = np.arange(count) / rate
    places = zip(
        WIDTH / 2 + across * times, HEIGHT / 2 + down * times, 0.5 + 0.2 * np.sin(times), strict=True
    )
    return [grain(disc(window(wide, x, y), beside, 0.5, 0.1), rng) for x, y, beside in places]


def found(frames, rate, folder):
    """The shots after the first, each as its kind with the first and last frame of the transition into it."""
    film = video(Fraction(len(frames), rate), Fraction(rate))
    told = seen(Picture(), frames, film, folder).shots[1:]
    halves = [(s, s.transition / 2) for s in told]
    return [(s.transition_in, (s.span.start - h) * rate, (s.span.start + h) * rate) for s, h in halves]


def only(told, kind, start, end, within):
    assert [t[0] for t in told] == [kind]
    assert float(told[0][1]) == pytest.approx(start, abs=within)
    assert float(told[0][2]) == pytest.approx(end, abs=within)


@pytest.mark.parametrize(("rate", "count"), [(24, 75), (30, 100), (50, 60), (60, 180)])
def test_dissolves_of_one_to_three_seconds(tmp_path, rate, count):
    frames = blend(take(45, count + 60, rate), take(46, count + 60, rate), count)
    only(found(frames, rate, tmp_path), "dissolve", 60, 60 + count, max(4, count // 16))


@pytest.mark.parametrize(("rate", "count"), [(25, 90), (50, 50), (60, 150)])
def test_wipes_of_one_to_four_seconds(tmp_path, rate, count):
    frames = wiped(take(41, count + 50, rate), take(42, count + 60, rate), count, SWEEPS["right"])
    only(found(frames, rate, tmp_path), "wipe", 50, 50 + count, 5)


@pytest.mark.parametrize(("rate", "out", "back"), [(25, 12, 12), (25, 45, 40), (50, 60, 70), (60, 110, 90)])
@pytest.mark.parametrize("ground", [0, 255])
def test_fades_have_their_ends(tmp_path, rate, out, back, ground):
    one, other = shot(5, 50 + out), shot(6, 60 + back)
    levels = [1 - (n + 1) / out for n in range(out)], [n / back for n in range(back)]
    gone, come = (
        [
            (ground + level * (f.astype(float) - ground)).astype(np.uint8)
            for f, level in zip(part, row, strict=True)
        ]
        for part, row in zip((one[50:], other[:back]), levels, strict=True)
    )
    frames = one[:50] + gone + [np.full_like(one[0], ground)] * 8 + come + other[back:]
    only(found(frames, rate, tmp_path), "fade", 50, 50 + out + 8 + back, 3)


def test_a_fade_of_a_dark_shot_ends_where_it_ends(tmp_path):
    one, other = (scaled(take(n, 80, 25), [0.3] * 80) for n in (5, 6))
    frames = (
        one[:50] + scaled(one[50:], np.linspace(1, 0, 31)[1:]) + scaled(other[:30], np.linspace(0, 1, 30))
    )
    only(found(frames + other[30:], 25, tmp_path), "fade", 50, 109, 4)


@pytest.mark.parametrize("length", [3, 7])
def test_flashes_at_sixty_frames_a_second_are_no_cuts(tmp_path, length):
    frames = shot(3, 160)
    for at in (40, 100):
        for n in range(at, at + length):
            frames[n] = (200 + frames[n] * 0.2).astype(np.uint8)
    assert found(frames, 60, tmp_path) == []


def test_a_strobe_at_sixty_frames_a_second_is_no_row_of_cuts(tmp_path):
    frames = shot(4, 160)
    for n in range(20, 140):
        if n % 5:
            frames[n] = (frames[n] * 0.1).astype(np.uint8)
    assert found(frames, 60, tmp_path) == []


@pytest.mark.parametrize("rate", [25, 50])
def test_light_that_blinds_and_falls_off_over_a_bright_picture(tmp_path, rate):
    frames = scaled(shot(31, 3 * rate), [1.3] * 3 * rate)
    for n in range(rate, 3 * rate):
        frames[n] = np.clip(frames[n] + 230 * np.exp(-7 * (n - rate) / rate), 0, 255).astype(np.uint8)
    assert found(frames, rate, tmp_path) == []


def test_shots_of_four_frames_at_sixty_a_second(tmp_path):
    frames = [f for n in range(12) for f in shot(60 + n, 4)]
    assert [t[1] for t in found(frames, 60, tmp_path)] == list(range(4, 48, 4))
