"""Sizes: the picture keeps its shape where that is asked, and every need gets the size it asked for."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from v2a.interfaces import PictureNeed
from v2a.media.fitting import fitted_size, place, scaled_size
from v2a.model import Colour, Picture

sides = st.integers(min_value=1, max_value=500)


def _picture(width: int, height: int) -> Picture:
    return Picture(0, "h264", width, height, 0, "yuv420p", 8, Fraction(1), Colour())


@given(sides, sides, sides, sides, st.sampled_from(["stretch", "letterbox", "crop", "inside"]))
def test_sizes(width, height, wide, high, fit):
    import numpy as np

    picture, need = _picture(width, height), PictureNeed(wide, high, fit=fit)
    scaled, fitted = scaled_size(need, picture), fitted_size(need, picture)
    placed = place(np.ones((scaled.height, scaled.width, 1), np.uint8), need, picture)
    assert placed.shape[:2] == (fitted.height, fitted.width)
    if fit == "inside":
        assert fitted.width <= min(wide, max(width, 1)) and fitted.height <= min(high, max(height, 1))
    else:
        assert (fitted.width, fitted.height) == (wide, high)
    if fit == "crop":
        assert placed.all()
    if fit == "letterbox":
        assert placed.sum() == scaled.width * scaled.height
    if fit in ("letterbox", "inside") and min(scaled.width, scaled.height) > 20:
        assert abs(scaled.width / scaled.height / (width / height) - 1) < 0.06
