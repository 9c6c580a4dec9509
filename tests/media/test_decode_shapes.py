"""How a decoded picture is turned and fitted to the size that is asked for."""

import numpy as np
import pytest

from tests.media.films import film, numbers_of, remux
from tests.media.watching import watched
from v2a.interfaces import PictureNeed
from v2a.media.probe import probe


@pytest.mark.parametrize("turn", [90, 180, -90])
def test_rotation_is_undone(tmp_path, turn):
    path = film(tmp_path / "a.mp4", frames=20)
    video = probe(remux(path, tmp_path / "b.mp4", before=("-display_rotation", str(turn))))
    need = PictureNeed(video.picture.width, video.picture.height)
    pixels = watched(video, [need]).pixels[need]
    assert numbers_of(np.rot90(pixels, -turn // 90, axes=(1, 2))) == list(range(20))


def _edges(pixels):
    """Where the white picture begins and ends: rows and columns."""
    rows = np.flatnonzero(pixels[..., 0].max(axis=1) > 128)
    columns = np.flatnonzero(pixels[..., 0].max(axis=0) > 128)
    return rows[0], rows[-1] + 1, columns[0], columns[-1] + 1


@pytest.mark.parametrize(
    ("fit", "size", "shape", "edges"),
    [
        ("stretch", (64, 64), (64, 64), (0, 64, 0, 64)),
        ("inside", (64, 64), (36, 64), (0, 36, 0, 64)),
        ("inside", (999, 999), (90, 160), (0, 90, 0, 160)),
        ("letterbox", (64, 64), (64, 64), (14, 50, 0, 64)),
        ("letterbox", (320, 320), (320, 320), (70, 250, 0, 320)),
        ("crop", (64, 64), (64, 64), (0, 64, 0, 64)),
    ],
)
@pytest.mark.parametrize("squeezed", [False, True])
def test_fits(tmp_path, fit, size, shape, edges, squeezed):
    stored, aspect = ((80, 90), "2/1") if squeezed else ((160, 90), "1/1")
    whole = f"lutyuv=y=235,setsar={aspect}"
    video = probe(film(tmp_path / "a.mp4", frames=2, size=stored, filters=whole))
    assert (video.picture.width, video.picture.height) == (160, 90)
    need = PictureNeed(*size, fit=fit)
    pixels = watched(video, [need]).pixels[need]
    assert pixels.shape[1:3] == shape
    assert _edges(pixels[0]) == edges


@pytest.mark.parametrize("size", [(16, 16), (96, 160), (162, 98)])
def test_odd_sizes(tmp_path, size):
    video = probe(film(tmp_path / "a.mp4", frames=20, size=size))
    need = PictureNeed(33, 17)
    assert watched(video, [need]).numbers(need) == list(range(20))
