"""What a generator is told is what lies in the cue, in the cue's own time."""

from dataclasses import dataclass, replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.players import Sine
from v2a.model import (
    Cue,
    Moment,
    Observations,
    Reasoning,
    Scene,
    Shot,
    Span,
    Speech,
    SpottingList,
)
from v2a.stages.generating import ask
from v2a.testing import film


def span(start, end):
    return Span(Fraction(start), Fraction(end))


SEEN = Observations(
    film(40),
    shots=(Shot(span(0, 4)), Shot(span(4, 10), "dissolve"), Shot(span(10, 20)), Shot(span(20, 40))),
    scenes=(Scene(span(0, 10), (0, 1), tags=("street",)), Scene(span(10, 40), (2, 3), tags=("hall",))),
    moments=tuple(Moment(Fraction(t), "impact", 1.0, 0.5) for t in (1, 5, 6, 9, 12)),
    speech=(Speech(span(4, 6)), Speech(span(11, 13)), Speech(span(30, 31))),
)
THOUGHTS = (Reasoning(0, span(0, 10), "", "steps"), Reasoning(1, span(10, 40), "", "echo"))


def asked(start, end, **given):
    cue = Cue("c", "fx", span(start, end), "x", **given)
    request = ask.with_observed(ask.whole(cue, Sine.card, 1, {}), cue.span, SEEN)
    return ask.with_reasoning(request, cue, SpottingList(SEEN.video.identity, 1, "", (cue,), THOUGHTS))


def test_everything_is_clipped_and_counts_from_the_cue():
    request = asked(5, 13, sync=Fraction(6))
    assert request.window == span(0, 8)
    assert request.sync == 1
    assert [s.span for s in request.shots] == [span(0, 5), span(5, 8)]
    assert request.shots[0].transition_in == "dissolve"
    assert [m.time for m in request.moments] == [0, 1, 4, 7]
    assert [s.span for s in request.speech] == [span(0, 1), span(6, 8)]
    assert request.scene is not None
    assert request.scene.tags == ("street",)
    assert request.scene.shots == (0,)
    assert request.scene.span == span(0, 5)
    assert request.reasoning == Reasoning(0, span(0, 5), "", "steps")
    assert ask.cuts(request.shots) == (5,)


def test_a_cue_where_nothing_was_seen():
    request = asked(50, 51)
    assert (request.shots, request.moments, request.speech) == ((), (), ())
    assert request.scene is None
    assert request.reasoning is None


@given(st.fractions(0, 39, max_denominator=50), st.fractions(Fraction(1, 50), 20, max_denominator=50))
def test_all_times_lie_in_the_cue(start, length):
    request = asked(start, start + length)
    for thing in (*request.shots, *request.speech):
        assert 0 <= thing.span.start < thing.span.end <= length
    assert all(0 <= m.time < length for m in request.moments)
    if request.scene is not None:
        assert all(0 <= n < len(request.shots) for n in request.scene.shots)


def test_params_for_another_generator_are_left_out():
    own = Cue("c", "fx", span(0, 1), "x", params={"hertz": 200.0, "breath": 1})
    assert ask.params_for(own, Sine.card, {"words": "a"}) == {"hertz": 200.0, "words": "a"}


@dataclass(frozen=True)
class Piece:
    """What a generator of music would read."""

    mood: str = ""
    genre: str = ""


def test_a_parameter_that_no_generator_of_the_kind_reads_is_told():
    cards = [Sine.card, replace(Sine.card, name="other", kinds=("mx",), params=Piece)]
    own = Cue("1M1", "mx", span(0, 1), "x", params={"moood": "dark", "mood": "dark"})
    assert list(ask.unread(own, cards)) == [
        "Cue 1M1: no generator of mx has a parameter 'moood': left out (known: genre, mood)."
    ]
    assert not list(ask.unread(replace(own, generator="other"), cards))
    assert not list(ask.unread(replace(own, kind="fx", params={"hertz": 1.0}), cards))
