"""A project folder that is not there yet."""

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "film.v2a"
