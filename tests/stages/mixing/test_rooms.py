from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

from tests.stages.scene import RATE, hit, region
from v2a.dsp.rooms import ringing
from v2a.model import Span
from v2a.stages.mixing.tracks import Piece, Regions

LENGTH = 3 * RATE


def stem(folder, room: str, distance: float = 1.0):
    """A hit at .5 s that lasts half a second, in a room."""
    made = replace(region(folder, "hit", "fx", 0.5, hit()), room=room, distance=distance)
    return Regions([Piece.of(made, made.take.sound.open(), 0.0, 0)], RATE)


def level(sound: np.ndarray) -> float:
    return 10 * np.log10((sound**2).mean() + 1e-20)


def test_without_a_room_nothing_rings_on(tmp_path):
    assert not stem(tmp_path, "").render(0, LENGTH)[:, RATE:].any()


def test_a_room_rings_on_behind_the_sound_and_leaves_it_in_its_place(tmp_path):
    dry, wet = (stem(tmp_path, room).render(0, LENGTH) for room in ("", "hall"))
    assert level(wet[:, RATE : round(1.5 * RATE)]) > -80
    assert np.abs(dry).max(0).argmax() == np.abs(wet).max(0).argmax()
    assert level((wet - dry)[:, : round(0.6 * RATE)]) < -120


def test_farther_is_wetter(tmp_path):
    near, far = (stem(tmp_path, "hall", metres).render(0, LENGTH)[:, RATE:] for metres in (0.5, 2.5))
    assert level(far) - level(near) == pytest.approx(20 * np.log10(5), abs=0.1)


def test_a_part_of_the_film_hears_what_rings_on_into_it():
    sound = Span(F(0), F(1))
    assert not ringing(sound, "").overlaps(Span(F("1.2"), F(2)))
    assert ringing(sound, "hall").overlaps(Span(F("1.2"), F(2)))
    assert not ringing(sound, "hall").overlaps(Span(F(6), F(7)))


@pytest.mark.parametrize("size", [777, 20_000, 131_072])
def test_a_room_in_blocks_is_the_room(tmp_path, size):
    track = stem(tmp_path, "street", 2.5)
    whole = track.render(0, LENGTH)
    parts = [track.render(at, min(at + size, LENGTH)) for at in range(0, LENGTH, size)]
    if size < 1000:
        parts, whole = parts[40:50], whole[:, 40 * size : 50 * size]
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, atol=1e-5)
