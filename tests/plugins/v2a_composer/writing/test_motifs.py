"""Motifs and what is made of them."""

import numpy as np
import pytest

from tests.plugins.v2a_composer.writing.making import Written, planned
from v2a_composer.writing.dice import dice
from v2a_composer.writing.motifs import Motif, drawn
from v2a_composer.writing.telling import themes_of

TUNE = Motif((0, 1, 1.5, 2), (1, 0.5, 0.5, 2), (0, 2, 1, 4), 4)


def test_changes_are_what_they_say():
    assert TUNE.inverted().steps == (0, -2, -1, -4)
    assert TUNE.reversed().steps == (0, -3, -2, -4)
    assert TUNE.stretched(2).beats == (0, 2, 3, 4)
    assert TUNE.stretched(2).span == 8
    assert TUNE.head(2) == Motif((0, 1, 1.5), (1, 0.5, 0.5), (0, 2, 1), 2)
    assert TUNE.held(2).lengths == (1, 0.5, 2.5)
    assert TUNE.late(1.5).beats == (1.5, 2)
    assert TUNE.plain((0, 2)) == Motif((0, 2), (2, 2), (0, 4), 4)
    assert len(TUNE.adorned(dice(1), 0.25).beats) == 5
    assert TUNE.late(9) == TUNE


@pytest.mark.parametrize(
    "groups, beat", [((2, 2), 0.6), ((3,), 0.5), ((3, 3), 0.3), ((3, 2), 0.5), ((2, 2, 3), 0.25), ((1,), 1)]
)
@pytest.mark.parametrize("stride", [0.3, 0.6, 1.1])
def test_motifs_fill_their_groups_in_any_metre(groups, beat, stride):
    for seed in range(20):
        motif = drawn(dice(seed), groups, beat, stride, 0.2)
        assert motif.beats[0] == 0
        assert all(
            a + length <= b + 1e-9
            for a, length, b in zip(motif.beats, motif.lengths, [*motif.beats[1:], motif.span])
        )
        assert motif.span == sum(groups)
        assert len(motif.beats) == len(motif.lengths) == len(motif.steps) >= 1
        assert min(motif.lengths) * beat >= 0.1


def test_longer_strides_make_longer_notes():
    def mean(stride):
        return np.mean([np.mean(drawn(dice(s), (2, 2), 0.6, stride, 0.1).lengths) for s in range(60)])

    assert mean(0.3) < mean(0.6) < mean(1.2)


def test_the_theme_comes_back_in_every_statement():
    """In each statement of the first theme some bar has the motif's own rhythm."""
    cue = Written(planned("hopeful orchestral", 150, 6))
    rhythm = tuple(themes_of(cue.plan, cue.grid)["A"].beats)
    stated = 0
    for section, parts in zip(cue.sections, cue.parts):
        if section.theme != "A" or section.function not in ("statement", "climax", "return"):
            continue
        melody = next(p for p in parts if p.role == "melody").tones
        bars = [cue.grid.bars[n] for n in range(section.first, section.end)]
        found = [tuple(t.beat - bar.start for t in melody if bar.start <= t.beat < bar.end) for bar in bars]
        assert rhythm in found, section.name
        stated += 1
    assert stated >= 2
