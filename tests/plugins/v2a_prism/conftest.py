"""Tiny weights of PrismAudio, and a generator that is open on them."""

from __future__ import annotations

import pytest

from v2a.testing import bench


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A folder of weights: a tiny model, and encoders that are there by name."""
    from tests.plugins.v2a_prism import tiny

    folder = tmp_path_factory.mktemp("weights")
    tiny.folder(folder / "prismaudio")
    for name in ("videoprism", "synchformer", "t5gemma"):
        (folder / name).mkdir()
        (folder / name / "some.npz").touch()
    return folder


@pytest.fixture
def maker(weights, tmp_path):
    """The generator, open."""
    from v2a_prism.generator import prism

    opened = prism(weights).open(bench(tmp_path, weights=weights))
    yield opened
    opened.close()
