"""Whatever the picture, the tempo map and the prompt say: notes that lie within the cue, can be played, and end."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

import v2a
from tests.plugins.v2a_composer.writing.making import notes, planned
from v2a_composer.writing.genres import GENRES
from v2a_composer.writing.moods import MOODS
from v2a_composer.writing.plans import Quiet
from v2a_composer.writing.scoring import compose

TIMES = st.fractions(0, 60, max_denominator=1000)
METERS = st.builds(v2a.Meter, st.integers(1, 13), st.sampled_from((2, 4, 8, 16)))


@st.composite
def maps(draw):
    """Tempo maps with up to five marks."""
    gaps = draw(
        st.lists(
            st.tuples(st.integers(1, 30), st.fractions(Fraction(1, 5), 2, max_denominator=97)),
            min_size=1,
            max_size=5,
        )
    )
    points = [(Fraction(draw(st.integers(-9, 9))), draw(st.fractions(-5, 20, max_denominator=50)))]
    for beats, slope in gaps:
        points.append((points[-1][0] + beats, points[-1][1] + beats * slope))
    return v2a.TempoMap.through(points, draw(METERS), draw(st.integers(-4, 4)))


HITS = st.lists(
    st.builds(v2a.Hit, TIMES, st.floats(0, 12), st.sampled_from(("mark", "cut", "scene", "moment"))),
    max_size=12,
)
SPEECH = st.lists(st.tuples(st.floats(0, 60), st.floats(0.1, 15)), max_size=4)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(MOODS)),
    st.sampled_from(sorted(GENRES)),
    maps(),
    st.fractions(Fraction(1, 10), 60, max_denominator=24),
    HITS,
    SPEECH,
    st.lists(TIMES, max_size=8),
)
def test_anything_can_be_scored(mood, genre, tempo, whole, hits, speech, scenes):
    plan = planned("music", whole, 1, params={"mood": mood, "genre": genre})
    length = float(whole)
    plan = replace(
        plan,
        tempo=tempo,
        hits=tuple(h for h in hits if h.time < whole),
        sections=tuple(sorted({float(s) for s in scenes if 0 < s < whole})),
        quiet=tuple(Quiet(a, a + b) for n, (a, b) in enumerate(sorted(speech)) if n == 0),
    )
    score = compose(plan)
    assert score == compose(plan)
    sounding = notes(score)
    assert all(n.time >= 0 and n.length > 0 and n.time + n.length <= length for n in sounding)
    assert all(0 <= n.pitch <= 127 and 1 <= n.velocity <= 127 for n in sounding)
    assert sounding or length < 0.5 or plan.quiet
    assert score.marks[-1].name == "end"
