"""A reel of production sound."""

import pytest

from tests.stages.mixing.reel import Reel


@pytest.fixture
def reel(tmp_path):
    return Reel(tmp_path)
