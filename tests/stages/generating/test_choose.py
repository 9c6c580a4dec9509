"""Who is asked for a cue, and in which order."""

from fractions import Fraction

import pytest

from v2a.interfaces import GeneratorCard
from v2a.model import Cue, Licence, Span
from v2a.stages.generating.choose import kind_of, known_near, matches, order


def card(name, *kinds, words=(), rank=0, **given):
    return GeneratorCard(name, "1", kinds or ("fx",), Licence("MIT"), words=words, rank=rank, **given)


def cue(prompt, kind="fx", generator=None, seconds=4):
    return Cue("c", kind, Span(Fraction(0), Fraction(seconds)), prompt, generator=generator)


CARDS = (
    card("any"),
    card("rain", "bg", "fx", words=("rain", "drizzle"), rank=2),
    card("steps", "fo", "fx", words=("footstep", "tin roof"), rank=2),
    card("model", rank=1),
    card("short", rank=9, window=Fraction(1)),
)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (cue("Heavy RAIN on a tin roof", seconds=1), ("short", "rain", "steps", "model", "any")),
        (cue("Footsteps"), ("steps", "model", "any")),
        (cue("a train"), ("model", "any")),
        (cue("rain", "bg"), ("rain",)),
        (cue("snow", "bg"), ()),
        (cue("rain", "fx", generator="any"), ("any", "rain", "model")),
        (cue("snow", "mx", generator="model"), ("model",)),
    ],
)
def test_the_order(wanted, names):
    assert order(wanted, CARDS, {}) == names


def test_the_preferred_one_comes_before_rank_and_after_the_cues_own():
    assert order(cue("rain"), CARDS, {"fx": "any"}) == ("any", "rain", "model")
    assert order(cue("rain"), CARDS, {"fx": "nobody"}) == ("rain", "model", "any")
    assert order(cue("rain", generator="model"), CARDS, {"fx": "any"}) == ("model", "any", "rain")


def test_where_a_cue_has_a_reference_those_who_take_one_go_first():
    cards = (*CARDS, card("near", accepts=("reference",)))
    assert order(cue("rain"), cards, {"fx": "any"}, near=True)[:2] == ("near", "any")
    assert order(cue("rain", generator="any"), cards, {}, near=True)[:2] == ("any", "near")
    assert order(cue("rain"), cards, {})[-1] == "near"


@pytest.mark.parametrize(
    ("words", "prompt", "count"),
    [
        (("step",), "Steps, on gravel", 1),
        (("glass", "glasses"), "a glass breaks", 2),
        (("rain",), "training", 0),
        (("tin roof",), "roof of tin", 0),
        (("church bell",), "two church bells", 1),
        (("brush",), "brushes", 1),
        ((), "anything", 0),
        (("",), "anything", 0),
    ],
)
def test_words(words, prompt, count):
    assert matches(words, prompt) == count


def test_the_kind_that_words_mean():
    assert kind_of("light rain", CARDS) == "bg"
    assert kind_of("footsteps", CARDS) == "fo"
    assert kind_of("a spaceship", CARDS) == "fx"
    assert kind_of("x", ()) == "fx"
    assert kind_of("x", (card("piano", "mx", words=("piano",)),)) == "mx"


def test_what_is_nearest_to_an_unknown_prompt_is_said_with_how_near_it_is():
    assert known_near("drizle", CARDS, "fx") == "The nearest known: 'drizzle' (92% alike)."
    assert known_near("xylophone", CARDS, "fx") == "There are, among 4: rain, drizzle, footstep, tin roof."
    assert known_near("xylophone", CARDS, "mx") == ""
