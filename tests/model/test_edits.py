"""Music as it is cut: passages that meet, and when their times are heard."""

from fractions import Fraction as F

import pytest

from v2a.model import Anchor, MusicEdit, Passage, Span, codec


def test_times_run_evenly_between_anchors():
    passage = Passage(Span(F(10), F(14)), Span(F(0), F(5)), (Anchor(F(12), F(3)),))
    assert [passage.heard(F(t)) for t in (10, 11, 12, 13, 14)] == [0, F(3, 2), 3, 4, 5]
    assert passage.stretches == (1.5, 1.0)


def test_an_edit_is_written_and_read():
    passages = (
        Passage(Span(F(0), F(4)), Span(F(0), F(4))),
        Passage(Span(F(8), F(9)), Span(F(4), F(5)), crossfade=F(1, 9)),
    )
    edit = MusicEdit(passages, 120.5, (3,), "own", hits=4, landed=2)
    assert codec.decode(MusicEdit, codec.encode(edit)) == edit
    assert edit.span == Span(F(0), F(5))


def test_passages_that_do_not_meet_are_refused():
    passages = (Passage(Span(F(0), F(4)), Span(F(0), F(4))), Passage(Span(F(8), F(9)), Span(F(5), F(6))))
    with pytest.raises(ValueError, match="without a gap"):
        MusicEdit(passages)
    with pytest.raises(ValueError, match="at least one"):
        MusicEdit(())
