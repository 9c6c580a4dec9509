from fractions import Fraction as F

import pytest

from tests.builtin.planner.films import CARDS, OPEN, asked_for, cues, observed, one, plan, span


def test_the_brief_of_the_handbook():
    found = plan("rain on a tin roof, footsteps on gravel from 0:02 to 0:05, sad piano")
    by_kind = {c.kind: c for c in asked_for(found)}
    assert by_kind["bg"].prompt == "rain on a tin roof"
    assert by_kind["bg"].span == span(0, 30)
    assert by_kind["fo"].prompt == "footsteps on gravel"
    assert by_kind["fo"].span == span(2, 5)
    assert by_kind["fo"].sync == F("2.2")
    assert by_kind["mx"].prompt == "sad piano"
    assert found.unplaced == ()


@pytest.mark.parametrize(
    ("brief", "kinds"),
    [
        ("no music", {"fo", "fx", "bg"}),
        ("without any music", {"fo", "fx", "bg"}),
        ("don't use music", {"fo", "fx", "bg"}),
        ("no music or foley", {"fx", "bg"}),
        ("no sound effects, no foley and no music", {"bg"}),
        ("only music", {"mx"}),
        ("nothing please, no sound at all", set()),
    ],
)
def test_kinds_that_are_not_wanted(brief, kinds):
    assert {c.kind for c in plan(brief).cues} == kinds


def test_what_is_to_be_avoided_is_said_to_the_generators():
    found = plan("without birds, avoid speech")
    assert {c.avoid for c in found.cues} == {"birds, speech"}
    assert not any("birds" in c.prompt for c in found.cues)


def test_avoiding_belongs_to_the_sound_before_it():
    found = plan("forest without birds")
    assert [c.avoid for c in cues(found, "bg")] == ["birds"]


def test_what_comes_then_after_a_silence_comes_at_its_end():
    found = plan("silence until 0:15, then explosion")
    (cue,) = asked_for(found)
    assert (cue.sync, cue.span.start, cue.fade_in, found.unplaced) == (F(15), F(15), 0, ())


def test_what_a_silence_leaves_nothing_of_is_said():
    (lost,) = plan("explosion at 0:08, silence until 0:15").unplaced
    assert (lost.text, "silence" in lost.why) == ("explosion", True)


def test_silence_for_a_while():
    found = plan("no music from 0:10 to 0:15, silence from 0:20 to 0:26")
    assert [c.span for c in cues(found, "mx")] == [span(0, 10), span(15, 20), span(26, 30)]
    assert not [c for c in found.cues if c.span.overlaps(span(20, 26)) and c.kind in ("bg", "mx")]
    assert not [c for c in found.cues if c.sync and 20 <= c.sync < 26]


def test_loudness_place_and_pace():
    loud, soft = one("loud door slam at 0:08"), one("very quiet door slam at 0:08")
    assert loud.gain > 0 > soft.gain
    assert one("door slam on the left at 0:08").pan < 0 < one("door slam from the right at 0:08").pan
    assert one("distant traffic").gain <= -6


def test_a_background_that_grows():
    low, strong = sorted(cues(plan("wind gets stronger towards the end"), "bg"), key=lambda c: c.span)
    assert (low.span, strong.span) == (span(0, 30), span(15, 30))
    assert low.prompt == "wind"
    assert strong.gain > low.gain
    assert strong.fade_in > 10


@pytest.mark.parametrize(
    ("brief", "prompt"),
    [
        ("sad and slow piano", "sad and slow piano"),
        ("sad piano and strings", "sad piano and strings"),
        ("I want a warm acoustic guitar with soft strings", "warm acoustic guitar with soft strings"),
        ("make it tense", "tense music"),
        ("scary", "scary music"),
        ("music", "neutral music, calm pads and sparse piano"),
        ("happy music", "happy music"),
    ],
)
def test_music_in_the_users_words(brief, prompt):
    assert [c.prompt for c in cues(plan(brief), "mx")] == [prompt]


@pytest.mark.parametrize(
    ("brief", "why"),
    [
        ("door slam at 0:99", "outside the film"),
        ("door slam at 01:59:00:00", "outside the film"),
        ("door slam at 00:00:01:00", "before the film"),
        ("door slam at 01:00:00:99", "not a timecode"),
        ("door slam from 0:05 to 0:02", "ends before it starts"),
        ("door slam in scene 7", "only 2 scenes"),
        ("kazoo solo", "kazoo"),
        ("fotsteps on gravel", "footstep"),
        ("die Katze auf dem Dach", "English"),
        ("屋根に雨", "English"),
        ("xqzt", "xqzt"),
        ("a dog barks at 0:05", "no installed generator"),
        ("narrator at 0:05", "no installed generator makes narration"),
        ("gravel", "which sound"),
        ("at 0:05", "no sound"),
        ("!!! ...", "no sound"),
    ],
)
def test_what_cannot_be_placed_is_said(brief, why):
    found = plan(brief)
    assert not asked_for(found)
    assert any(why in u.why for u in found.unplaced), found.unplaced


def test_an_unknown_sound_is_placed_where_any_words_will_do():
    cards = (*CARDS, OPEN)
    assert one("a kazoo at 0:08", generators=cards).prompt == "kazoo"
    assert one("a dog barks at 0:08", generators=cards).prompt == "dog barks"
    assert plan("lorem ipsum dolor", generators=cards).unplaced


def test_kinds_that_were_not_asked_for_are_unplaced():
    assert "not among the kinds" in plan("narrator at 0:05", kinds=("fo", "fx")).unplaced[0].why
    found = plan("rain, door slam at 0:08", kinds=("bg",))
    assert {c.kind for c in found.cues} == {"bg"}
    assert "not among the kinds" in found.unplaced[0].why


def test_words_that_a_generator_knows_are_added():
    assert one("jogging on parquet from 2 to 5").prompt == "jogging on parquet, footsteps, wood"
    assert one("jogging on parquet from 2 to 5", generators=(OPEN,)).prompt == "jogging on parquet"


def test_a_place_that_a_sound_stands_in_is_heard():
    found = plan("footsteps in a cave from 2 to 5")
    assert next(c.prompt for c in cues(found, "bg")) == "cave"
    assert cues(found, "bg")[0].span.end >= 12


@pytest.mark.parametrize(
    ("brief", "gain"),
    [("rain -6 dB", -6), ("rain at -12 dB", -12), ("rain +3dB", 3), ("rain", 0), ("rain, not too loud", -4)],
)
def test_levels(brief, gain):
    assert one(brief).gain == gain


def test_less_of_a_kind_is_a_setting():
    quiet = {c.sync: c.gain for c in plan("quieter sound effects", kinds=("fx",)).cues}
    full = {c.sync: c.gain for c in plan("", kinds=("fx",)).cues}
    assert quiet == {time: pytest.approx(gain - 6) for time, gain in full.items()}


def test_a_time_holds_for_both_sounds_that_it_stands_with():
    for brief in ("rain and wind during scene 2", "in scene 2 rain and wind", "Scene 2: rain and wind."):
        assert [c.span.end - c.span.start for c in asked_for(plan(brief))] == [pytest.approx(18, abs=0.1)] * 2


def test_the_plural_is_on_every_moment_that_suits():
    assert [c.sync for c in asked_for(plan("tennis ball hits"))] == [F("2.2"), F("2.8"), F("3.4"), F("12.1")]
    assert len(asked_for(plan("a ball hits the racket"))) == 1


def test_a_sustained_sound_fills_its_span():
    assert (one("siren from 0:02 to 0:20").span, one("siren from 0:02 to 0:20").sync) == (span(2, 20), None)


@pytest.mark.parametrize(
    "brief", ["thunder and rain on the street until 0:04", "until 0:04 rain and thunder"]
)
def test_a_stretch_holds_for_both_sounds(brief):
    asked = {c.kind: c for c in asked_for(plan(brief))}
    assert (asked["fx"].span.start, asked["fx"].span.end) == (0, 4)
    assert asked["bg"].span.start == 0 and asked["bg"].span.end < 4.5


def test_a_point_does_not_hold_for_what_goes_on():
    asked = {c.kind: c for c in asked_for(plan("birds and a door slam at 0:10"))}
    assert asked["bg"].span.start == 0 and asked["fx"].sync == 10


@pytest.mark.parametrize(
    ("brief", "prompt", "hanging"),
    [
        ("door slams when she leaves", "door slams", "when she leaves"),
        ("distant thunder after the kiss", "distant thunder", "after the kiss"),
    ],
)
def test_a_time_that_nobody_can_tell_is_said_and_not_sung(brief, prompt, hanging):
    made = plan(brief, observed())
    assert hanging in [u.text for u in made.unplaced]
    prompts = [c.prompt for c in made.cues] + [u.text for u in made.unplaced]
    assert any(p.startswith(prompt) for p in prompts)
    assert not [c for c in made.cues if hanging in c.prompt]
