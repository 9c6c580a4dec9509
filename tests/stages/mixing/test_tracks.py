from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v2a.dsp.ducking import automation
from v2a.model import Audio, Licence, Region, SoundFile, Span, Take
from v2a.stages.mixing.spool import Spool
from v2a.stages.mixing.tracks import Ducking, Piece, Regions, total

RATE = 48_000
LENGTH = 20_000


@st.composite
def pieces(draw):
    length = draw(st.integers(1, 6000))
    start = draw(st.integers(0, LENGTH - 1))
    offset = draw(st.integers(0, length - 1))
    channels = draw(st.sampled_from([1, 2]))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    sound = Audio(rng.standard_normal((channels, length)).astype(np.float32), RATE)
    file = SoundFile("", RATE, channels, length)
    take = Take("t", "c", file, "g", "1", 0, 0, "p", Licence("CC0"))
    kind = draw(st.sampled_from(["bg", "fx"]))
    span = Span(F(start, RATE), F(start + length - offset, RATE))
    fades = [F(draw(st.integers(0, (length - offset) // 2)), RATE) for _ in range(2)]
    region = Region(
        "c", kind, take, span, F(offset, RATE), draw(st.floats(-20, 6)), draw(st.floats(-1, 1)), *fades
    )
    return Piece.of(region, sound, 0.0, 0)


@settings(max_examples=50, deadline=None)
@given(st.lists(pieces(), max_size=5), st.integers(1, LENGTH), st.booleans())
def test_a_stem_in_blocks_is_the_stem(some, size, duck):
    curve = automation([Span(F(1, 10), F(1, 5))], RATE)
    track = Regions(some, RATE, Ducking(curve, 6.0, 9.0) if duck else None)
    whole = track.render(0, LENGTH)
    parts = (
        [track.render(at, min(at + size, LENGTH)) for at in range(0, LENGTH, size)] if size > 500 else [whole]
    )
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, atol=2e-5)


@settings(max_examples=30, deadline=None)
@given(st.lists(pieces(), min_size=1, max_size=5))
def test_regions_add_up(some):
    one_by_one = [Regions([piece], RATE).render(0, LENGTH) for piece in some]
    together = Regions(some, RATE).render(0, LENGTH)
    np.testing.assert_allclose(total(one_by_one, LENGTH), together, atol=1e-4)


def test_a_region_that_outlasts_its_take_is_silent_there():
    file = SoundFile("", RATE, 1, 100)
    take = Take("t", "c", file, "g", "1", 0, 0, "p", Licence("CC0"))
    region = Region("c", "bg", take, Span(F(0), F(500, RATE)))
    sound = Audio(np.ones((1, 100), np.float32), RATE)
    made = Regions([Piece.of(region, sound, 0.0, 0)], RATE).render(0, 500)
    assert made[:, :100].all() and not made[:, 100:].any()


def test_a_spool_reads_anywhere_and_goes_away(tmp_path):
    path = tmp_path / "spool"
    sound = np.random.default_rng(0).standard_normal((2, 1000)).astype(np.float32)
    with Spool(path) as spool:
        for at in range(0, 1000, 300):
            spool.add(sound[:, at : at + 300])
        np.testing.assert_array_equal(spool.read(250, 700), sound[:, 250:700])
        around = spool.read(-10, 1010)
        assert not around[:, :10].any() and not around[:, -10:].any()
        np.testing.assert_array_equal(around[:, 10:-10], sound)
        np.testing.assert_array_equal(np.concatenate(list(spool.blocks(333)), axis=1), sound)
    assert not path.exists()


@pytest.mark.parametrize("pan", [-1.0, 1.0])
def test_hard_to_one_side_is_silent_on_the_other(pan):
    file = SoundFile("", RATE, 1, 100)
    take = Take("t", "c", file, "g", "1", 0, 0, "p", Licence("CC0"))
    region = Region("c", "fx", take, Span(F(0), F(100, RATE)), pan=pan)
    sound = Audio(np.ones((1, 100), np.float32), RATE)
    made = Regions([Piece.of(region, sound, 0.0, 0)], RATE).render(0, 100)
    quiet, loud = (1, 0) if pan < 0 else (0, 1)
    assert np.abs(made[quiet]).max() < 1e-6
    assert made[loud, 50] == pytest.approx(np.sqrt(2), rel=1e-5)
