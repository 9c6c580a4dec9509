"""The grid of blocks: the same blocks come out, wherever decoding began and however sound was cut up."""

import itertools
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from v2a.interfaces import Block, SoundNeed
from v2a.model import Audio, Span
from v2a.stages.grid import Grid
from v2a.stages.parts import parts_of

NEED = SoundNeed(100, 7)


def blocks(grid, pieces):
    out = []
    for start, samples in pieces:
        out += grid.put(Block(Fraction(start, NEED.rate), Audio(samples, NEED.rate)))
    return [*out, *grid.rest()]


@given(
    begin=st.integers(0, 40),
    cuts=st.lists(st.integers(1, 30), max_size=20),
    opens=st.integers(0, 40),
    length=st.integers(1, 120),
)
def test_blocks_lie_on_the_grid_and_hold_what_was_heard(begin, cuts, opens, length):
    sound = np.arange(1, 1001, dtype=np.float32)
    pieces, at = [], begin
    for cut in cuts:
        pieces.append((at, sound[np.newaxis, at : at + cut]))
        at += cut
    end = opens + length
    heard = np.zeros(1000, np.float32)
    heard[begin:at] = sound[begin:at]
    out = blocks(Grid(NEED, Fraction(opens, 100), Fraction(end, 100)), pieces)
    first = -(-opens // 7)
    assert [b.start for b in out] == [Fraction(7 * n, 100) for n in range(first, max(first, -(-end // 7)))]
    for block in out:
        n = int(block.start * 100)
        assert np.array_equal(block.sound.samples[0], heard[n : n + 7])


def test_a_gap_is_silence():
    pieces = [(0, np.ones((1, 5), np.float32)), (9, np.ones((1, 5), np.float32))]
    out = blocks(Grid(NEED, Fraction(0), Fraction(14, 100)), pieces)
    assert np.concatenate([b.sound.samples[0] for b in out]).tolist() == [1] * 5 + [0] * 4 + [1] * 5


@given(duration=st.fractions(0, 5000), length=st.fractions(1, 400), lead=st.fractions(0, 30))
def test_parts_meet_and_cover_the_film(duration, length, lead):
    class Film:
        pass

    film = Film()
    film.duration = duration
    parts = parts_of(film, length)
    assert parts[0].span.start == 0 and parts[-1].span.end == duration
    assert all(a.span.end == b.span.start for a, b in itertools.pairwise(parts))
    assert [p.last for p in parts] == [False] * (len(parts) - 1) + [True]
    assert all(p.opens(lead) in (0, p.span.start - lead) and p.opens(lead) >= 0 for p in parts)
    assert all(p.span == Span(p.span.start, p.span.end) for p in parts)
