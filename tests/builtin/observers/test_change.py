"""The camera's movement out of flow, and the first moments of change, on pictures moved by known amounts."""

import cv2
import numpy as np
import pytest

from tests.builtin.observers.rendered import texture
from v2a.builtin.observers.camera import Camera
from v2a.builtin.observers.change import Change

SIZE, CELLS = (54, 96), (9, 12)


def block(x, y, side=8, colour=(200, 120, 40)):
    frame = np.full((*SIZE, 3), 90, np.uint8)
    frame[y : y + side, x : x + side] = colour
    return frame


def moved(cells):
    """The first moment of the change over the whole picture, for each colour, in pixels."""
    rows, columns = np.mgrid[0:9, 0:12]
    right, down = (columns + 0.5) * 8, (rows + 0.5) * 6
    plain, across, along = cells[..., 0], cells[..., 1], cells[..., 2]
    places = np.stack([right, down])[..., None]
    return np.stack([(across + plain * places[0]).sum((0, 1)), (along + plain * places[1]).sum((0, 1))])


@pytest.mark.parametrize("shift", [(3, 0), (0, 9), (-20, 15), (40, -12)])
def test_change_tells_how_far_a_plain_body_went_however_far(shift):
    change = Change(SIZE, CELLS)
    cells = change.between(block(45, 25), block(45 + shift[0], 25 + shift[1]), np.zeros(4, np.float32))
    unit = moved(change.between(block(45, 25), block(44, 25), np.zeros(4, np.float32)))[0] * -1
    for colour in (0, 1, 2):
        np.testing.assert_allclose(moved(cells)[:, colour] / unit[colour], shift, atol=0.02)


def test_change_is_nothing_where_nothing_or_only_noise_changes():
    rng = np.random.default_rng(1)
    change, still = Change(SIZE, CELLS), np.zeros(4, np.float32)
    assert not change.between(block(20, 20), block(20, 20), still).any()
    noisy = [np.clip(block(20, 20) + rng.normal(0, 4, (*SIZE, 3)), 0, 255).astype(np.uint8) for _ in range(2)]
    assert change.between(*noisy, still)[..., 3].max() < 0.004


def test_change_leaves_the_cameras_movement_aside():
    wide = cv2.resize(texture(3, 384, 216), (192, 108), interpolation=cv2.INTER_AREA)
    before, after = wide[20 : 20 + 54, 40 : 40 + 96], wide[18 : 18 + 54, 45 : 45 + 96]
    before, after = np.ascontiguousarray(before), np.ascontiguousarray(after)
    change = Change(SIZE, CELLS)
    taken = change.between(before, after, np.array([-5, 2, 0, 0], np.float32))[1:-1, 1:-1, :, 3]
    kept = change.between(before, after, np.zeros(4, np.float32))[1:-1, 1:-1, :, 3]
    assert taken.mean() < 0.02 * kept.mean()


def test_camera_finds_shift_zoom_and_turn_beside_a_body():
    camera = Camera((27, 48))
    true = np.array([3.0, -1.5, 4.0, -2.0], np.float32)
    flow = camera.field(true)
    flow[5:12, 10:20] += (12, 7)
    np.testing.assert_allclose(camera.fit(flow), true, atol=0.1)
