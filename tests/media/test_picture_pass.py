"""Which frames a need wants: parts of a film together want what the whole film wants."""

import itertools
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from v2a.interfaces import PictureNeed
from v2a.media.picture_pass import _Batch
from v2a.model import Span

rates = st.sampled_from([None, Fraction(1), Fraction(4), Fraction(25), Fraction(24000, 1001), Fraction(60)])
moments = st.fractions(min_value=0, max_value=3, max_denominator=600)


def _wanted(rate, times, span):
    """The needed times, each with the frame that is shown then, as a pass over the span finds them."""
    batch = _Batch(PictureNeed(1, 1, rate), span, (1, 1, 1))
    known = [t for t in times if t <= span.start][-1:] + [t for t in times if t > span.start]
    ends = [*known[1:], span.end]
    return [
        (time, frame) for frame, end in zip(known, ends, strict=True) for time in batch.wanted(frame, end)
    ]


@given(rates, st.sets(moments, max_size=30), st.sets(moments, max_size=4))
def test_parts_want_what_the_whole_wants(rate, later, cuts):
    times = sorted({Fraction(0), *later})
    end = Fraction(7, 2)
    edges = sorted({Fraction(0), *cuts, end})
    parts = [_wanted(rate, times, Span(a, b)) for a, b in itertools.pairwise(edges)]
    whole = _wanted(rate, times, Span(Fraction(0), end))
    assert [one for part in parts for one in part] == whole
    if rate is None:
        assert whole == [(t, t) for t in times]
    else:
        grid = [n / rate for n in range(500) if n / rate < end]
        assert whole == [(at, max(t for t in times if t <= at)) for at in grid]
