"""Features are cut to the cue, once, and count from its start."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tests import players
from v2a.engine.store import FolderStore
from v2a.host import Host
from v2a.interfaces import StageBench
from v2a.model import Cue, Failure, FeatureTrack, Observations, Span
from v2a.stages.generating import features
from v2a.testing import film, request

CARD = replace(players.Featured.card, encoders=())
CUE = Cue("c", "vo", Span(Fraction(1), Fraction(2)), "x")


@pytest.fixture
def store(tmp_path):
    with FolderStore(tmp_path) as opened:
        yield opened


def track(store, rows, rate, times=None, sliceable=True):
    paths = []
    for name, values in (("rows", rows), ("times", times)):
        if values is not None:
            path = store.scratch(".npy")
            np.save(path, values)
            paths.append(str(store.keep(store.key(name), path)))
    return FeatureTrack(paths[0], rate, paths[1] if times is not None else None, sliceable)


def wanted(card, seen, host, store, spans=(CUE.span,), **asked):
    given = request(1, kind="vo", prompt="x", **asked)
    return features.needs(card, given, spans, features.Sources(seen, host, store))


def provided(store, energy):
    seen = Observations(film(10), features={"energy": energy})
    needs = wanted(CARD, seen, Host(), store)
    assert not isinstance(needs, Failure)
    (found,) = features.provided(needs[0], seen, StageBench(store=store)).values()
    assert isinstance(found, FeatureTrack)
    return found


def test_rows_at_a_rate(store):
    found = provided(store, track(store, np.arange(100.0), Fraction(10)))
    assert found.rate == 10
    assert found.values().tolist() == list(range(10, 20))
    assert found.path == provided(store, track(store, np.arange(100.0), Fraction(10))).path


def test_rows_with_times_of_their_own(store):
    times = np.array([0.0, 0.9, 1.0, 1.25, 1.99, 2.0, 3.0])
    found = provided(store, track(store, np.arange(7.0), None, times))
    assert found.values().tolist() == [2, 3, 4]
    assert found.clock().tolist() == pytest.approx([0.0, 0.25, 0.99])


def test_what_means_something_only_as_a_whole_is_handed_on_whole(store):
    whole = track(store, np.arange(100.0), Fraction(10), sliceable=False)
    assert provided(store, whole) == whole


def test_what_cannot_be_had_is_said(store):
    seen = Observations(film(10))
    unseen = wanted(CARD, seen, Host(), store)
    assert isinstance(unseen, Failure)
    assert "energy" in unseen.what
    card = replace(CARD, features=(), encoders=("bright",))
    missing = wanted(card, seen, Host(), store)
    assert isinstance(missing, Failure)
    assert "not installed" in missing.what
    blind = wanted(card, None, Host([("p", players, "")]), store)
    assert isinstance(blind, Failure)
    assert "film" in blind.what
