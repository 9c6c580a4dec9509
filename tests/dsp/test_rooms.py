from __future__ import annotations

import numpy as np
import pytest

from v2a.dsp.rooms import ROOMS, answered, tail, wetness
from v2a.model import ROOM_NAMES

RATE = 48_000
NAMES = [room.name for room in ROOMS]


def fall(response: np.ndarray, high: float = -5.0, low: float = -35.0) -> float:
    """The time in which a response falls by 60 dB, out of its backward integral."""
    energy = (response**2).sum(0)[::-1].cumsum()[::-1]
    curve = 10 * np.log10(energy / energy[0] + 1e-12)
    first, last = np.argmax(curve < high), np.argmax(curve < low)
    return 60 / (high - low) * (last - first) / RATE


def test_there_is_a_room_for_every_name():
    assert ("", *NAMES) == ROOM_NAMES


@pytest.mark.parametrize("room", ROOMS, ids=NAMES)
def test_a_tail_falls_as_the_room_says(room):
    response = tail(room, RATE)
    assert response.shape[0] == 2 and np.isfinite(response).all()
    assert (response**2).sum() / 2 == pytest.approx(1.0, abs=1e-4)
    assert 0.55 * room.decay[4] < fall(response) < 1.3 * room.decay[1]


def test_larger_and_harder_rooms_ring_longer():
    decays = {room.name: room.decay[3] for room in ROOMS}
    assert (
        decays["cabin"]
        < decays["small"]
        < decays["room"]
        < decays["bare"]
        < decays["hall"]
        < decays["church"]
    )


@pytest.mark.parametrize("room", ROOMS, ids=NAMES)
def test_left_and_right_differ_and_fold_to_mono(room):
    left, right = tail(room, RATE)
    assert np.corrcoef(left, right)[0, 1] < 0.7
    assert 10 * np.log10(((left + right) ** 2).sum() / (2 * (left**2 + right**2).sum())) > -3.5


def test_what_is_farther_away_has_more_of_the_room():
    hall = next(r for r in ROOMS if r.name == "hall")
    near, far = (wetness(hall, metres) for metres in (0.5, 2.5))
    assert far == pytest.approx(5 * near)
    assert wetness(hall, 1000) == wetness(hall, 100)


def test_an_answer_is_a_convolution():
    room = ROOMS[0]
    response = tail(room, RATE)
    used = response.shape[1] - 1
    sent = np.random.default_rng(0).standard_normal(3000).astype(np.float32)
    made = answered(np.concatenate([np.zeros(used, np.float32), sent]), room, RATE)
    for side in range(2):
        wanted = np.convolve(sent, response[side])[:3000]
        np.testing.assert_allclose(made[side], wanted, atol=1e-4)
