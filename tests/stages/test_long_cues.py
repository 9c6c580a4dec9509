"""Long cues out of short windows: laid on cuts, carried on from their tails, joined where it is quiet."""

from __future__ import annotations

import sys
from fractions import Fraction as F
from itertools import pairwise

import numpy as np
import pytest

import v2a
from tests import tones
from tests.stages.making import Table, cue, samples
from v2a.host import Host
from v2a.interfaces import Generator, GeneratorCard
from v2a.model import Audio, Observations, Request, Shot, Span
from v2a.testing import film

RATE = 48_000
ASKED: list[tuple[Request, np.ndarray | None]] = []


def drawn(request):
    rng = np.random.default_rng(request.seed % 2**32)
    return (0.1 * rng.standard_normal((1, request.length))).astype(np.float32)


class Going(Generator):
    """Goes on with the tail that it is given, then draws noise."""

    card = GeneratorCard(
        "going", "1", ("bg",), tones.FREE, windowing="continued", window=F(4), overlap=F(1), channels=1
    )

    def open(self, bench):
        def make(request):
            tail = None if request.tail is None else request.tail.open().samples.copy()
            ASKED.append((request, tail))
            sound = drawn(request)
            if tail is not None:
                sound[:, : tail.shape[1]] = tail
            return Audio(sound, RATE)

        return make


class Pausing(Generator):
    """Noise that is nearly silent for a good half of every second, whatever window it is drawn for."""

    card = GeneratorCard(
        "pausing", "1", ("fx",), tones.FREE, windowing="overlapped", window=F(4), overlap=F(1), channels=1
    )

    def open(self, bench):
        def make(request):
            sound = drawn(request)
            ASKED.append((request, sound.copy()))
            return Audio(sound * pauses(np.arange(request.start, request.start + request.length)), RATE)

        return make


def pauses(samples):
    return np.where(samples % RATE < RATE * 11 // 20, 0.001, 1.0).astype(np.float32)


@v2a.hookimpl
def v2a_generators():
    return [Going(), Pausing()]


@pytest.fixture
def made(tmp_path):
    """Makes one cue of so many seconds of a film that is cut at some times."""
    table = Table(tmp_path)

    def make(kind, seconds, *cuts):
        ASKED.clear()
        edges = [F(0), *map(F, cuts), F(60)]
        shots = tuple(Shot(Span(a, b), "cut" if a else "start") for a, b in pairwise(edges))
        seen = Observations(film(60), shots=shots)
        host = Host([("long", sys.modules[__name__], "")])
        (take,) = table.run(cue("a", "x", kind, 0.0, seconds), seen=seen, host=host).takes
        return samples(take)

    yield make
    table.close()


def middles():
    windows = [request.window for request, _ in ASKED]
    return [(a.end + b.start) / 2 for a, b in pairwise(windows)]


def test_joins_lie_on_the_film_s_cuts(made):
    made("fx", 9.0, "3.1", "5", "6")
    assert middles() == [F("3.1"), F(6)]


def test_each_window_is_given_what_was_made_where_it_overlaps(made):
    take = made("bg", 11.0, "3.2", "6.1")
    assert middles()[:2] == [F("3.2"), F("6.1")]
    assert ASKED[0][1] is None
    for request, tail in ASKED[1:]:
        assert tail.shape == (1, RATE)
        there = take[:, request.start : request.start + RATE]
        assert np.allclose(there, tail, atol=1e-6)


def test_the_level_holds_where_windows_go_on(made):
    take = made("bg", 11.0)
    levels = [20 * np.log10(part.std()) for part in np.array_split(take[0], 110)]
    assert max(levels) - min(levels) < 1.0


def test_what_has_nothing_in_common_is_joined_where_it_is_quiet(made):
    take = made("fx", 9.0)
    loud = pauses(np.arange(take.shape[1])) == 1
    assert len(ASKED) > 2
    whose = np.full(take.shape[1], -1)
    for number, (request, sound) in enumerate(ASKED):
        part = slice(request.start, request.start + request.length)
        same = np.abs(take[0, part] - sound[0, : take[0, part].shape[0]]) < 1e-6
        whose[part][same[: len(whose[part])]] = number
    stray = loud & (whose < 0)
    assert stray.mean() < 0.002
