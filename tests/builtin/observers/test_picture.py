"""Shots and flashes on rendered pictures with changes at known frames."""

from fractions import Fraction

import numpy as np
import pytest

from tests.builtin.observers.driving import seen, video
from tests.builtin.observers.rendered import HEIGHT, WIDTH, disc, grain, texture, window
from v2a.builtin.observers import Picture

RATE = 25


def shot(seed: int, count: int, noise: float = 2.0) -> list[np.ndarray]:
    """A shot with a slow pan, a disc that wanders, and grain."""
    rng = np.random.default_rng(seed)
    wide = texture(seed, 2 * WIDTH, 2 * HEIGHT, rough=float(rng.uniform(2, 6)))
    across, down, phase = *rng.uniform(-0.8, 0.8, 2), rng.uniform(0, 6)
    frames = []
    for n in range(count):
        frame = window(wide, WIDTH / 2 + across * n, HEIGHT / 2 + down * n)
        frame = disc(frame, 0.5 + 0.3 * np.sin(phase + n * 0.1), 0.5, 0.12)
        frames.append(grain(frame, rng, noise))
    return frames


def blend(one, other, count):
    """The last frames of one shot dissolving into the first of another."""
    shares = [(n + 1) / (count + 1) for n in range(count)]
    mixed = [((1 - s) * a + s * b).astype(np.uint8) for s, a, b in zip(shares, one[-count:], other[:count])]
    return one[:-count] + mixed + other[count:]


def scaled(frames, levels):
    return [(f * level).astype(np.uint8) for f, level in zip(frames, levels, strict=True)]


def observed(frames, folder, rate=RATE):
    return seen(Picture(), frames, video(Fraction(len(frames), rate), Fraction(rate)), folder)


def starts(observations):
    return [round(float(s.span.start) * RATE) for s in observations.shots[1:]]


@pytest.mark.parametrize(("noise", "light"), [(2.0, 1.0), (12.0, 1.0), (2.0, 0.4)])
def test_hard_cuts_are_found_to_the_frame(tmp_path, noise, light):
    lengths = (40, 7, 5, 30, 60, 4, 25)
    frames = [f for n, length in enumerate(lengths) for f in shot(n, length, noise)]
    found = observed([(f * light).astype(np.uint8) for f in frames], tmp_path)
    assert starts(found) == np.cumsum(lengths)[:-1].tolist()
    assert all(s.transition_in == "cut" and s.confidence > 0.5 for s in found.shots[1:])
    assert found.shots[0].transition_in == "start"
    assert found.shots[-1].span.end == found.video.duration


def test_cut_times_are_exact_fractions(tmp_path):
    frames = [*shot(1, 20), *shot(2, 20)]
    film = video(Fraction(40 * 1001, 30000), Fraction(30000, 1001))
    found = seen(Picture(), frames, film, tmp_path)
    assert found.shots[1].span.start == Fraction(20 * 1001, 30000)


def test_a_variable_rate_keeps_the_frames_own_times(tmp_path):
    times = [*np.arange(20) * 0.04, *(1.5 + np.arange(20) * 0.0317)]
    film = video(Fraction(22, 10), Fraction(25), variable=True)
    found = seen(Picture(), [*shot(1, 20), *shot(2, 20)], film, tmp_path, times=times)
    assert float(found.shots[1].span.start) == pytest.approx(1.5, abs=1e-6)


@pytest.mark.parametrize("length", [1, 2])
def test_flashes_are_no_cuts(tmp_path, length):
    frames = shot(3, 80)
    for at in (20, 50):
        for n in range(length):
            frames[at + n] = np.minimum(frames[at + n].astype(int) + 150, 255).astype(np.uint8)
    found = observed(frames, tmp_path)
    assert starts(found) == []
    assert [round(float(m.time) * RATE) for m in found.moments] == [20, 50]
    assert {m.kind for m in found.moments} == {"flash"}


def test_a_strobe_is_no_row_of_cuts(tmp_path):
    frames = shot(4, 80)
    for at in range(10, 70, 4):
        frames[at] = np.full_like(frames[at], 250)
    assert starts(observed(frames, tmp_path)) == []


@pytest.mark.parametrize("count", [12, 20])
def test_dissolves(tmp_path, count):
    found = observed(blend(shot(11, 60), shot(12, 70), count), tmp_path)
    assert [s.transition_in for s in found.shots] == ["start", "dissolve"]
    middle = (60 - count / 2) / RATE
    assert float(found.shots[1].span.start) == pytest.approx(middle, abs=4 / RATE)
    assert float(found.shots[1].transition) * RATE == pytest.approx(count, abs=10)


def test_a_fade_through_black_has_one_boundary_in_the_black(tmp_path):
    away, back = np.linspace(1, 0, 15), np.linspace(0, 1, 15)
    one, other = shot(5, 60), shot(6, 60)
    frames = one[:-15] + scaled(one[-15:], away) + [np.zeros_like(one[0])] * 6 + scaled(other[:15], back)
    found = observed(frames + other[15:], tmp_path)
    assert [s.transition_in for s in found.shots] == ["start", "fade"]
    assert starts(found)[0] == pytest.approx(63, abs=2)


def test_a_film_that_opens_out_of_black(tmp_path):
    frames = shot(7, 60)
    found = observed([np.zeros_like(frames[0])] * 10 + scaled(frames[:20], np.linspace(0, 1, 20)) + frames[20:],
                     tmp_path)  # fmt: skip
    assert [s.transition_in for s in found.shots] == ["fade"]


@pytest.mark.parametrize("way", ["pan", "shake", "zoom", "light", "still", "black", "noise"])
def test_what_is_one_shot(tmp_path, way):
    wide = texture(8, 3 * WIDTH, 3 * HEIGHT)
    rng = np.random.default_rng(1)
    shaking = rng.normal(0, 2, (100, 2))
    frames = []
    for n in range(100):
        x, y = {"pan": (1.5 * n, 0), "shake": shaking[n]}.get(way, (0, 0))
        frame = window(wide, WIDTH + x, HEIGHT + y)
        if way == "zoom":
            edge = n // 4
            frame = window(
                wide[edge : 3 * HEIGHT - edge, edge : 3 * WIDTH - edge], WIDTH - edge, HEIGHT - edge
            )
        if way == "light":
            frame = (frame * (0.6 + 0.4 * np.sin(n / 12))).astype(np.uint8)
        if way == "black":
            frame = np.zeros_like(frame)
        if way == "noise":
            frame = rng.integers(0, 256, frame.shape).astype(np.uint8)
        frames.append(frame if way in ("still", "black") else grain(frame, rng))
    found = observed(frames, tmp_path)
    assert [(s.span.start, s.span.end) for s in found.shots] == [(0, 4)]
    assert found.moments == ()


@pytest.mark.parametrize("count", [1, 2, 5])
def test_very_short_films(tmp_path, count):
    found = observed(shot(9, count), tmp_path)
    assert len(found.shots) == 1


def test_rows_do_not_depend_on_how_frames_come_in_batches(tmp_path):
    from v2a.interfaces import Bench, Frames

    frames = np.stack(shot(10, 12))
    clock = np.arange(12) / RATE
    film = video(Fraction(12, RATE))
    one, other = (Picture().open(Bench(), film) for _ in range(2))
    whole = one.see(Frames(clock, frames))
    pieces = [other.see(Frames(clock[n : n + 5], frames[n : n + 5])) for n in range(0, 12, 5)]
    for name, rows in whole.items():
        assert np.array_equal(rows, np.concatenate([p[name] for p in pieces])), name


def lightning(frames, at, fall=7.0, light=190):
    """The frames with a light that comes at once and falls off."""
    lit = []
    for n, frame in enumerate(frames):
        more = light * np.exp(-fall * (n - at) / RATE) if n >= at else 0
        lit.append(np.clip(frame + more, 0, 255).astype(np.uint8))
    return lit


@pytest.mark.parametrize(("fall", "dark"), [(7.0, 0.15), (7.0, 0.6), (15.0, 0.3), (60.0, 0.3)])
def test_light_that_falls_off_is_one_flash_and_no_cut(tmp_path, fall, dark):
    frames = lightning(scaled(shot(31, 75), [dark] * 75), 30, fall)
    found = observed(frames, tmp_path)
    assert len(found.shots) == 1
    assert [(m.kind, m.time) for m in found.moments] == [("flash", Fraction(30, RATE))]


def test_a_lamp_switched_on_is_no_cut(tmp_path):
    frames = shot(32, 60)
    assert len(observed(scaled(frames, [0.3] * 30 + [1.0] * 30), tmp_path).shots) == 1


def test_strobes_are_flashes_one_by_one(tmp_path):
    frames = scaled(shot(33, 75), [0.3] * 75)
    for at in (20, 30, 40, 50):
        frames = lightning(frames, at, 12, 150)
    found = observed(frames, tmp_path)
    assert len(found.shots) == 1
    assert [round(float(m.time) * RATE) for m in found.moments] == [20, 30, 40, 50]


def test_a_cut_during_a_flash_is_still_a_cut(tmp_path):
    frames = lightning(scaled(shot(34, 34), [0.3] * 34), 30) + shot(35, 40)
    assert starts(observed(frames, tmp_path)) == [34]
