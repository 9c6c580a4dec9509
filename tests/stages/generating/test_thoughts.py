"""A generator is told what the reasoning says of its own sound, and nothing of the others."""

from fractions import Fraction

from v2a.model import Reasoning, Span
from v2a.model.takes import said_of
from v2a.stages.generating.thoughts import concerning

SCENE = Reasoning(
    0,
    Span(Fraction(0), Fraction(9)),
    sounds="Background: heavy rain; wind. Foley: footsteps on wet gravel, slow and tired.",
    timing="Let the heavy rain run through the whole scene. Land the footsteps at 2.30 s into the scene.",
    character="Keep it dark and close. The rain is dense; footsteps crunch.",
    space="Exterior, night: an open yard. The wind comes from the left.",
)
OTHERS = ("footsteps on gravel", "wind")


def test_what_is_said_of_others_is_left_out():
    told = concerning(SCENE, "rain", OTHERS)
    assert told.sounds == "Background: heavy rain."
    assert told.timing == "Let the heavy rain run through the whole scene."
    assert told.character == "Keep it dark and close. The rain is dense; footsteps crunch."
    assert told.space == "Exterior, night: an open yard."
    assert (told.scene, told.span) == (SCENE.scene, SCENE.span)


def test_other_endings_and_cases_are_the_same_word():
    told = concerning(SCENE, "Footstep", ("rain", "wind"))
    assert told.timing == "Land the footsteps at 2.30 s into the scene."
    assert told.sounds == "Foley: footsteps on wet gravel, slow and tired."


def test_alone_in_a_scene_a_sound_is_told_all_but_the_list_of_sounds():
    told = concerning(SCENE, "a dog", ())
    assert (told.timing, told.character, told.space) == (SCENE.timing, SCENE.character, SCENE.space)
    assert told.sounds == ""


def test_a_list_that_adds_nothing_to_the_prompt_is_not_repeated():
    assert concerning(SCENE, "wind", ("rain",)).sounds == ""


def test_nothing_said_is_nothing():
    blank = Reasoning(0, SCENE.span)
    assert concerning(blank, "rain", OTHERS) == blank
    assert said_of("", blank) == ""
    assert said_of("rain on a roof", blank) == "Rain on a roof."
    assert said_of("Is it rain?", Reasoning(0, SCENE.span, "", "Now.")) == "Is it rain? Now."
