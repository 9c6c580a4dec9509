"""A server of files, and a place for a model that is fetched from it."""

import pytest

from tests.media.serving import serving


@pytest.fixture
def server():
    """A server that is running."""
    with serving() as running:
        yield running


@pytest.fixture
def place(tmp_path):
    """Where the model is to lie."""
    return tmp_path / "model.ckpt"
