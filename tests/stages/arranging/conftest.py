"""A film of a minute."""

from fractions import Fraction as F

import pytest

from tests.stages.scene import film


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    return film(tmp_path_factory.mktemp("film") / "film.mov", 60.0, rate=F(5))
