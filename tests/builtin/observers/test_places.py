"""Scenes out of rendered shots, and what kind of place they are."""

from dataclasses import replace
from fractions import Fraction

import cv2
import numpy as np
import pytest

from tests.builtin.observers.driving import concluded, seen, video
from tests.builtin.observers.rendered import HEIGHT, WIDTH, grain, texture
from v2a.builtin.observers import Places, scenery
from v2a.builtin.observers.setting import setting
from v2a.model import FeatureTrack, Observations, Shot, Span
from v2a.testing import check_observer


def scenes(pictures, tmp_path, length=2, **features):
    """The scenes of shots that each show one picture for so many seconds."""
    film = video(Fraction(length * len(pictures)), Fraction(2))
    spans = [Span(Fraction(length * n), Fraction(length * (n + 1))) for n in range(len(pictures))]
    rng = np.random.default_rng(0)
    frames = [grain(p, rng) for p in pictures for _ in range(2 * length)]
    before = replace(Observations(film, features=features), shots=tuple(map(Shot, spans)))
    return seen(Places(), frames, film, tmp_path, before=before).scenes


def landscape(sky, ground, horizon=0.5, busy=0.0):
    frame = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    line = round(horizon * HEIGHT)
    frame[:line], frame[line:] = sky, ground
    rough = cv2.GaussianBlur(np.random.default_rng(1).normal(0, 1, (HEIGHT, WIDTH)), (0, 0), 1.2)
    frame[line:] *= 1 + busy * (rough / rough.std())[line:, :, np.newaxis]
    return frame.clip(0, 255).astype(np.uint8)


BLUE = landscape((140, 180, 240), (60, 90, 40))
GREEN = landscape((60, 95, 30), (60, 95, 30), busy=0.45)
DUSK = landscape((25, 35, 70), (22, 20, 15))


def test_it_keeps_the_contract_of_observers():
    check_observer(Places())


def test_cutting_back_and_forth_stays_one_scene(tmp_path):
    kitchen, face, street = (texture(n) for n in (21, 25, 31))
    found = scenes([kitchen, face, kitchen, face, street], tmp_path)
    assert [s.shots for s in found] == [(0, 1, 2, 3), (4,)]
    assert found[0].span == Span(Fraction(0), Fraction(8)) and found[1].span.end == 10
    assert all(s.interior is None and s.day is None for s in found)
    assert found[0].confidence == 1.0 and 0.5 <= found[1].confidence <= 1


@pytest.mark.parametrize(
    ("picture", "interior", "day", "tags"),
    [
        (BLUE, False, True, ("sky",)),
        (GREEN, False, True, ("trees",)),
        (DUSK, False, False, ()),
        (texture(3), None, None, ()),
        (np.zeros((HEIGHT, WIDTH, 3), np.uint8), None, None, ()),
    ],
    ids=["blue sky", "leaves", "dusk", "nothing to tell", "black"],
)
def test_what_is_plain_is_told_and_nothing_else(tmp_path, picture, interior, day, tags):
    (found,) = scenes([picture], tmp_path)
    assert (found.interior, found.day, found.tags) == (interior, day, tags)


def test_a_blue_wall_is_no_sky(tmp_path):
    wall = landscape((90, 120, 190), (90, 120, 190))
    wall[30:, 60:130] = (180, 140, 110)
    assert scenes([wall], tmp_path)[0].interior is None


def test_a_hall_under_a_dark_ceiling_is_inside(tmp_path):
    hall = landscape((30, 26, 22), (130, 130, 125), horizon=0.35)
    for x in range(10, WIDTH, 24):
        cv2.line(hall, (x, 0), (x, HEIGHT), (205, 200, 190), 2)
    assert scenes([hall], tmp_path)[0].interior is True


def test_one_wide_shot_tells_for_the_close_ones():
    close, wide = (scenery.cues(picture)[np.newaxis] for picture in (texture(31), BLUE))
    assert setting([close] * 6).interior is None
    assert setting([close.repeat(8, 0)] * 6 + [wide]).interior is False


def test_clip_has_its_say(tmp_path):
    pictures = [texture(n) for n in (21, 25, 31)]
    assert len(scenes(pictures, tmp_path)) == 3
    np.save(tmp_path / "same.npy", np.ones((6, 8), np.float16))
    track = FeatureTrack(str(tmp_path / "same.npy"), Fraction(1))
    assert len(scenes(pictures, tmp_path, clip=track)) < 3


def test_a_feature_that_is_not_finite_does_no_harm(tmp_path):
    pictures = [texture(21), texture(25), texture(21)]
    np.save(tmp_path / "bad.npy", np.full((6, 8), np.nan, np.float32))
    track = FeatureTrack(str(tmp_path / "bad.npy"), Fraction(1))
    assert [s.shots for s in scenes(pictures, tmp_path, clip=track)] == [(0, 1, 2)]


def test_a_film_without_a_row_or_without_shots(tmp_path):
    film = video(Fraction(1))
    empty = {}
    for name, entry in Places.card.features.items():
        np.save(tmp_path / f"{name}.npy", np.zeros((0, *entry.shape), entry.dtype))
        empty[name] = FeatureTrack(str(tmp_path / f"{name}.npy"), Fraction(2))
    assert concluded(Places(), Observations(film), empty).scenes == ()
    whole = replace(Observations(film), shots=(Shot(film.span, "start"),))
    (only,) = concluded(Places(), whole, empty).scenes
    assert only.span == film.span and only.interior is None


@pytest.mark.parametrize("size", [(16, 16), (192, 108), (108, 192), (1, 1), (3, 200)])
def test_frames_of_any_size(size):
    wide, high = size
    rng = np.random.default_rng(4)
    for pixels in (rng.integers(0, 256, (high, wide, 3), np.uint8), np.zeros((high, wide, 3), np.uint8)):
        look, cues = scenery.look(pixels), scenery.cues(pixels)
        assert look.shape == (scenery.COLOURS + scenery.TEXTURES,)
        assert np.isfinite(look).all() and np.linalg.norm(look) == pytest.approx(1, abs=0.1)
        assert cues.shape == (len(scenery.CUES),) and np.isfinite(cues).all()
        assert cues.min() >= 0 and cues.max() <= 1


def test_cues_that_are_not_finite_tell_nothing():
    assert setting([np.full((3, len(scenery.CUES)), np.nan, np.float32)]) == setting([])
