"""Moments on rendered pictures in which something strikes, lands or turns at known times."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tests.builtin.observers.driving import seen, video
from tests.builtin.observers.rendered import HEIGHT, WIDTH, bouncing, film, texture
from v2a.builtin.observers import Motion, Picture

SECONDS = 6


def found(frames, folder, rate=25):
    """What both picture observers find, and the moments that are confident."""
    show = video(Fraction(len(frames), rate), Fraction(rate))
    both = seen(Motion(), frames, show, folder, seen(Picture(), frames, show, folder))
    return both, [m for m in both.moments if m.confidence >= 0.5 and m.kind != "flash"]


def errors(moments, times):
    return [min((float(m.time) - t for t in times), key=abs) for m in moments]


def hammer(t):
    """Lifted slowly, brought down in 0.15 s, at rest for half a second; it strikes at 0.7 s of each 1.2."""
    u = t % 1.2
    if u < 0.55:
        return 0.4, 0.75 - 0.4 * (u / 0.55) ** 2 * (3 - 2 * u / 0.55)
    return 0.4, 0.35 + 0.4 * min(1.0, (u - 0.55) / 0.15) ** 2


def steps(t):
    """A foot that lands after 0.43 s of each 0.86."""
    u, count = (t / 0.86) % 1, int(t / 0.86)
    if u < 0.5:
        return 0.2 + 0.06 * (count + 2 * u), 0.8 - 0.12 * np.sin(np.pi * 2 * u)
    return 0.2 + 0.06 * (count + 1), 0.8


STRIKES = [0.7 + 1.2 * n for n in range(4)]
LANDINGS = [0.43 + 0.86 * n for n in range(6)]


@pytest.mark.parametrize("way", ["still", "pan", "shake", "noise", "60 fps"])
def test_a_bouncing_ball(tmp_path, way):
    place, bounces = bouncing()
    moved = {"pan": lambda t: (10 * t, 0), "shake": lambda t: (6 * np.sin(7 * t), 4 * np.sin(9 * t))}
    rate = 60 if way == "60 fps" else 25
    frames = film(
        place, SECONDS, rate, moved=moved.get(way, lambda t: (0, 0)), noise=8 if way == "noise" else 2
    )
    _, sure = found(frames, tmp_path, rate)
    hits = errors(sure, bounces)
    assert len(sure) == len([b for b in bounces if b < SECONDS]) == 5
    assert max(abs(e) for e in hits) < 0.03 and abs(np.median(hits)) < 0.01
    assert {m.kind for m in sure} == {"impact"}
    assert all(abs(m.x - 0.5) < 0.2 and m.y > 0.6 and m.strength > 0.3 for m in sure)


@pytest.mark.parametrize(("place", "times", "radius"), [(hammer, STRIKES, 0.12), (steps, LANDINGS, 0.09)])
def test_hammer_and_steps(tmp_path, place, times, radius):
    _, sure = found(film(place, SECONDS, radius=radius), tmp_path)
    hits = errors(sure, times)
    assert sum(any(abs(float(m.time) - t) < 0.04 for m in sure) for t in times) >= len(times) - 1
    assert sum(abs(e) > 0.06 for e in hits) <= 1
    assert {m.kind for m in sure} <= {"impact", "contact"}


def test_a_time_between_frames_is_found(tmp_path):
    place, bounces = bouncing(gravity=2.7, drop=0.5)
    _, sure = found(film(place, SECONDS), tmp_path)
    assert np.abs(errors(sure, bounces)).mean() < 0.01


SHAKE = np.random.default_rng(3).normal(0, 2, (200, 2))
OUT = (0.5, 3.0)
QUIET = {
    "pan": (lambda t: OUT, lambda t: (20 * t, 0)),
    "pan that stops": (lambda t: OUT, lambda t: (25 * min(t, 3), 0)),
    "shake": (lambda t: OUT, lambda t: SHAKE[int(t * 25)]),
    "slow shake": (lambda t: OUT, lambda t: (6 * np.sin(7 * t) + 3 * np.sin(17 * t), 4 * np.sin(9 * t))),
    "noise": (lambda t: OUT, lambda t: (0, 0)),
    "swing": (lambda t: (0.5 + 0.3 * np.sin(4.2 * t), 0.5), lambda t: (0, 0)),
    "passing": (lambda t: ((0.4 * t) % 1.4 - 0.2, 0.5), lambda t: (0, 0)),
}


@pytest.mark.parametrize("way", QUIET)
def test_what_is_no_moment(tmp_path, way):
    place, moved = QUIET[way]
    _, sure = found(film(place, SECONDS, moved=moved, noise=12 if way == "noise" else 2), tmp_path)
    assert sure == []


def test_a_cut_is_no_moment(tmp_path):
    rng = np.random.default_rng(0)
    frames = [
        np.clip(texture(n).astype(float) + rng.normal(0, 2, (108, 192, 3)), 0, 255).astype(np.uint8)
        for n in range(5)
        for _ in range(20)
    ]
    both, sure = found(frames, tmp_path)
    assert len(both.shots) == 5 and sure == []


@pytest.mark.parametrize("count", [1, 2, 6, 60])
def test_black_and_short_films(tmp_path, count):
    both, sure = found([np.zeros((108, 192, 3), np.uint8)] * count, tmp_path)
    assert sure == [] and not both.features["motion"].values().any()


def test_motion_and_camera_are_told_apart(tmp_path):
    frames = film(lambda t: (0.2 + 0.1 * t, 0.5), 3, moved=lambda t: (25 * t, 0), radius=0.15)
    both, _ = found(frames, tmp_path)
    across = np.asarray(both.features["camera"].values())[5:, 0]
    assert np.median(across) == pytest.approx(-1 / 192 * 640 / 360, rel=0.1)
    momentum = np.asarray(both.features["momentum"].values(), np.float32)[5:]
    assert momentum[..., 0].sum() > 0
    assert np.asarray(both.features["motion"].values())[5:].mean() > 0


LIGHTS = {
    "fade out": lambda t: min(1.0, (6 - t) / 1.0),
    "slow fade": lambda t: min(1.0, (6 - t) / 3.0),
    "fade in": lambda t: min(1.0, t / 1.5),
    "lightning": lambda t: 1.0 if t < 3 else 1 + 3 * np.exp(-5 * (t - 3)),
    "flicker": lambda t: 1 + 0.2 * np.sin(13 * t) + 0.15 * np.sin(31 * t),
}


@pytest.mark.parametrize("way", LIGHTS)
def test_a_change_of_light_is_no_moment(tmp_path, way):
    frames = film(lambda t: (0.5 + 0.3 * np.sin(2 * t), 0.5), SECONDS)
    lit = [np.clip(f * (0.5 * LIGHTS[way](n / 25)), 0, 255).astype(np.uint8) for n, f in enumerate(frames)]
    _, sure = found(lit, tmp_path)
    assert sure == []


def test_rain_all_over_is_no_moment(tmp_path):
    drops = np.random.default_rng(4).random((90, 3))
    frames = []
    for n, frame in enumerate(film(lambda t: OUT, SECONDS)):
        for x, phase, speed in drops:
            y = (phase + n / 25 * (1.4 + speed)) % 1 * 120 - 10
            frame[max(0, int(y)) : max(0, int(y) + 5), int(x * 191)] += 20
        frames.append(frame)
    _, sure = found(frames, tmp_path)
    assert sure == []


def test_a_van_that_fills_the_picture_is_no_moment(tmp_path):
    van = texture(9, 1600, HEIGHT, rough=9)
    frames = film(lambda t: (-1, -1), SECONDS)
    for n, frame in enumerate(frames):
        edge = round(WIDTH - 260 * (n / 25 - 1.5))
        low = max(0, edge)
        if low < WIDTH and n > 37:
            frame[20:, low:] = van[20:, low - edge : WIDTH - edge]
    _, sure = found(frames, tmp_path)
    assert sure == []


def shaped(show, wide, high):
    return replace(show, picture=replace(show.picture, width=wide, height=high))


@pytest.mark.parametrize(("wide", "high"), [(16, 16), (360, 640), (3840, 1600)])
def test_pictures_of_any_shape(tmp_path, wide, high):
    place, bounces = bouncing()
    frames = film(place, SECONDS)
    seen_so = seen(Motion(), frames, shaped(video(Fraction(SECONDS)), wide, high), tmp_path)
    sure = [m for m in seen_so.moments if m.confidence >= 0.5]
    assert len(sure) >= 4 and max(abs(e) for e in errors(sure, bounces)) < 0.03
    assert all(0 <= m.x <= 1 and 0 <= m.y <= 1 and 0 <= m.strength <= 1 for m in sure)


def test_frames_at_uneven_times(tmp_path):
    place, bounces = bouncing()
    steps = np.random.default_rng(8).choice([1, 2], 120)
    kept = [n for n in np.concatenate([[0], np.cumsum(steps)]) if n < 50 * SECONDS]
    frames = film(place, SECONDS, 50)
    show = video(Fraction(SECONDS), Fraction(100, 3), variable=True)
    found = seen(Motion(), [frames[n] for n in kept], show, tmp_path, times=np.array(kept) / 50)
    hits = errors(
        [m for m in found.moments if m.confidence >= 0.5], [b for b in bounces if b < kept[-1] / 50]
    )
    assert len(hits) >= 2 and max(abs(e) for e in hits) < 0.03


def test_a_still_picture_and_snow_are_no_moments(tmp_path):
    rng = np.random.default_rng(0)
    still = [texture(3)] * 60
    snow = [rng.integers(0, 256, (108, 192, 3), dtype=np.uint8) for _ in range(60)]
    for frames in (still, snow):
        found = seen(Motion(), frames, video(Fraction(60, 25)), tmp_path).moments
        assert all(m.confidence < 0.3 for m in found)
