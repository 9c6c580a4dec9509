"""A model that is fetched from a server of the test's own, and what has come of it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.media.serving import QUICK
from v2a.errors import WeightsUnreachable
from v2a.media.download import Wanted, fetch
from v2a.media.partial import Partial

DATA = np.random.default_rng(7).bytes(300_000)
OTHER = np.random.default_rng(8).bytes(300_000)


def wanted(server, **known):
    return Wanted((server.url("model.ckpt"),), **known)


def arrived(place):
    return Partial(place).path.read_bytes()


def half_of_it(server, place, **how):
    """What is left of a fetch that broke off for good in the middle."""
    server.hold("model.ckpt", DATA, drops=[100_000] + [0] * 9, **how)
    with pytest.raises(WeightsUnreachable, match="the connection broke off"):
        fetch(wanted(server), place, patience=QUICK)
    assert arrived(place) == DATA[:100_000]
    server.files["/model.ckpt"].drops = []
    server.asked.clear()
