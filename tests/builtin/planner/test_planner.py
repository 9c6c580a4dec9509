import itertools
import time
from dataclasses import replace
from fractions import Fraction as F

import pytest

from tests.builtin.planner.films import OPEN, cues, film, moment, observed, plan, shots, span
from v2a.builtin.planner.style import Style
from v2a.model import Atmosphere, Moment, Observations, Onset, Scene, Shot, Span


def test_every_moment_gets_a_sound_on_its_time():
    found = plan(kinds=("fo", "fx"))
    assert [c.sync for c in found.cues] == [F("2.2"), F("2.8"), F("3.4"), F("12.1"), F(18), F(25)]
    for cue in found.cues:
        assert cue.span.start < cue.sync < cue.span.end
        assert not cue.suggested
    assert {c.id for c in found.cues} == {""}


def test_sounds_follow_the_kind_and_strength_of_moments():
    seen = observed(
        moments=(moment(5, "impact", 0.95), moment(9, "impact", 0.1), moment(15, "start"), moment(20, "stop"))
    )
    hard, light, start, stop = plan("", seen, kinds=("fo", "fx")).cues
    assert "thump" in hard.prompt
    assert "light" in light.prompt
    assert hard.gain > light.gain
    assert "whoosh" in start.prompt
    assert "cloth" in stop.prompt


def test_a_row_of_contacts_is_steps():
    seen = observed(moments=tuple(moment(F(5) + n * F(1, 2), "contact") for n in range(5)))
    assert {c.prompt for c in plan("", seen, kinds=("fo",)).cues} == {"single footstep on concrete"}
    one = observed(moments=(moment(5, "contact"),))
    assert "footstep" not in plan("", one, kinds=("fo",)).cues[0].prompt


def test_a_walk_of_impacts_is_steps_and_bounces_and_blows_are_not():
    def feet(gaps, across, y=0.8):
        times = itertools.accumulate(gaps, initial=F(5))
        landed = [replace(moment(t, x=0.2 + across * n), y=y) for n, t in enumerate(times)]
        return {
            "footstep" in c.prompt for c in plan("", observed(moments=tuple(landed)), kinds=("fo", "fx")).cues
        }

    even = [F(1, 2)] * 4
    assert feet(even, 0.1) == {True}
    assert (
        feet(even, 0.0)
        == feet(even, 0.1, y=0.4)
        == feet([F(9, 10), F(7, 10), F(54, 100), F(42, 100)], 0.1)
        == {False}
    )


def test_doubtful_moments_are_suggested():
    seen = observed(moments=(moment(5, confidence=0.49), moment(9, confidence=0.5)))
    assert [c.suggested for c in plan("", seen, kinds=("fx",)).cues] == [True, False]


def test_faint_moments_are_left_alone():
    faint = (
        moment(5, confidence=0.1),
        moment(9, "start", confidence=0.3),
        moment(15, "flash", confidence=0.4),
    )
    assert [c.sync for c in plan("", observed(moments=faint), kinds=("fo", "fx")).cues] == [15]


def test_a_place_in_the_picture_is_pan_at_half_width():
    seen = observed(moments=(moment(5, x=0.0), moment(9, x=1.0), moment(15, x=0.5)))
    assert [c.pan for c in plan("", seen, kinds=("fx",)).cues] == [-0.5, 0.5, 0.0]


def test_of_moments_that_fall_together_one_sounds():
    seen = observed(moments=(moment(5, "start", 0.3), moment("5.04", "impact", 0.9)))
    assert [c.sync for c in plan("", seen, kinds=("fo", "fx")).cues] == [F("5.04")]


def test_the_lead_never_reaches_before_the_film():
    seen = observed(moments=(moment("0.02", "start"), moment("29.98", "stop")))
    found = plan("", seen, kinds=("fo", "fx"))
    assert found.cues[0].span.start == 0
    assert found.cues[-1].span.end == 30


INSIDE = Scene(span(0, 12), (0, 1), interior=True, day=True)
OUTSIDE = Scene(span(12, 30), (2, 3), interior=False, day=False)


def test_backgrounds_change_with_the_place_and_cross_over_two_frames():
    first, second = cues(plan("", observed(scenes=(INSIDE, OUTSIDE))), "bg")
    assert "room" in first.prompt
    assert "crickets" in second.prompt
    assert first.span.end - second.span.start == F(2, 25)
    assert (first.span.end + second.span.start) / 2 == 12
    assert first.fade_out == second.fade_in == F(2, 25)


def test_backgrounds_cross_over_a_dissolve():
    cut = shots(0, 5, 12, 20, 30)
    soft = replace(cut[2], transition_in="dissolve", transition=F(1))
    found = cues(plan("", observed(scenes=(INSIDE, OUTSIDE), shots=(*cut[:2], soft, cut[3]))), "bg")
    assert found[0].span.end - found[1].span.start == 1
    assert found[0].fade_out == found[1].fade_in == 1


def test_one_background_runs_on_through_one_place():
    same = replace(OUTSIDE, interior=True, day=True)
    assert [c.span for c in cues(plan("", observed(scenes=(INSIDE, same))), "bg")] == [span(0, 30)]


@pytest.mark.parametrize(
    ("tags", "word"),
    [
        (("beach",), "sea"),
        (("forest",), "forest"),
        (("street",), "city"),
        (("office",), "office"),
        (("traffic",), "traffic"),
    ],
)
def test_tags_choose_the_background(tags, word):
    scene = Scene(span(0, 30), (0, 1, 2, 3), tags=tags)
    assert word in cues(plan("", observed(scenes=(scene,))), "bg")[0].prompt


def test_layers_of_background():
    seen = observed(scenes=(OUTSIDE,))
    assert len(cues(plan("", seen, params=Style(background_layers=2)), "bg")) == 2
    assert not cues(plan("", seen, params=Style(background_layers=0)), "bg")


def test_style_of_music():
    assert not cues(plan(params=Style(music=False)), "mx")
    assert cues(plan("sad piano", params=Style(music=False)), "mx")
    assert "tense" in cues(plan(params=Style(mood="tense")), "mx")[0].prompt
    assert "sad" in cues(plan("sad", params=Style(mood="tense")), "mx")[0].prompt


def test_fewer_effects_are_suggested_rather_than_lost():
    found = plan(params=Style(effects=0.1, foley=0.0))
    assert not cues(found, "fo", "fx")
    assert len([c for c in found.cues if c.suggested]) == 6


def test_accents_on_cuts():
    seen = observed(moments=tuple(moment(t, "cut") for t in (5, 12, 20)))
    assert not cues(plan("", seen), "fx")
    assert [c.sync for c in cues(plan("", seen, params=Style(cut_accents=True)), "fx")] == [5, 12, 20]


def test_cuts_are_accented_where_only_shots_are_known():
    found = cues(plan("", observed(moments=()), params=Style(cut_accents=True)), "fx")
    assert [c.sync for c in found] == [5, 12, 20]


def test_a_long_film_has_music_in_stretches_that_begin_with_scenes():
    borders = [F(0), F(50), F(115), F(180), F(230), F(300)]
    scenes = tuple(Scene(Span(a, b), ()) for a, b in itertools.pairwise(borders))
    found = cues(plan("", observed(300, scenes=scenes)), "mx")
    assert len(found) > 1
    assert all(c.span.start in borders and c.span.end in borders for c in found)
    assert found[0].span.start == 0
    assert 100 < sum(c.span.duration for c in found) < 250
    assert [
        c.span for c in cues(plan("", observed(300, scenes=scenes), params=Style(music_share=1.0)), "mx")
    ] == [span(0, 300)]
    assert not cues(plan("", observed(300), params=Style(music_share=0.0)), "mx")
    assert [c.span for c in cues(plan("sad piano throughout", observed(300, scenes=scenes)), "mx")] == [
        span(0, 300)
    ]


def test_only_inside_the_part_that_is_asked_for():
    part = span(10, 20)
    found = plan("rain, door slam at 0:25, whoosh on every cut", span=part)
    assert found.cues
    assert all(part.start <= c.span.start and c.span.end <= part.end for c in found.cues)
    assert [u.text for u in found.unplaced] == ["door slam at 0:25"]
    assert len(found.reasoning) == 2


def test_a_film_in_which_nothing_was_seen():
    found = plan("", Observations(film(8)))
    assert [c.kind for c in found.cues] == ["bg", "mx"]
    assert all(c.span == span(0, 8) for c in found.cues)
    assert len(found.reasoning) == 1
    assert any("No moments" in note for note in found.notes)


@pytest.mark.parametrize("seconds", ["0.04", "0.001", "0.5", "1"])
def test_a_film_of_a_frame(seconds):
    found = plan(
        "footsteps, door slam at 0:00, rain, sad piano, whoosh at the end", Observations(film(seconds))
    )
    assert all(0 <= c.span.start < c.span.end <= F(seconds) for c in found.cues)


def test_reasoning_speaks_of_every_scene():
    found = plan(
        "rain on a tin roof, footsteps on gravel from 0:02 to 0:05, sad piano",
        observed(scenes=(INSIDE, OUTSIDE)),
    )
    first, second = found.reasoning
    assert (first.scene, second.scene) == (0, 1)
    assert "footsteps on gravel" in first.sounds
    assert "footsteps" not in second.sounds
    assert "rain on a tin roof" in second.sounds
    assert "sad" in first.character
    assert first.space.startswith("Interior, day")
    assert second.space.startswith("Exterior, night")
    assert "0.10 s" in second.timing
    for part in (first.sounds, first.timing, first.character, first.space):
        assert part.endswith(".")


def test_what_the_brief_claims_is_not_sounded_twice():
    found = plan("footsteps on gravel from 0:02 to 0:05, door slam at 12s")
    assert len([c for c in found.cues if c.span.overlaps(span(2, 5)) and c.kind in ("fo", "fx")]) == 1
    assert len([c for c in found.cues if c.sync == F("12.1")]) == 1


def test_no_generator_for_a_kind():
    found = plan("rain", generators=(replace(OPEN, kinds=("fx",)),))
    assert {c.kind for c in found.cues} == {"fx"}
    assert "makes background" in found.unplaced[0].why
    assert any("No installed generator makes foley" in note for note in found.notes)


def test_the_same_film_is_spotted_alike():
    brief = "rain, footsteps, door slam, three knocks at 0:20"
    assert plan(brief, seed=1) == plan(brief, seed=1)


def test_ten_hours_are_spotted_in_seconds():
    end = 36_000
    cut = [Shot(Span(F(n * 18, 5), F((n + 1) * 18, 5)), "cut") for n in range(10_000)]
    scenes = tuple(
        Scene(Span(F(n * 36), F((n + 1) * 36)), tuple(range(n * 10, n * 10 + 10)), interior=bool(n % 2))
        for n in range(1000)
    )
    kinds = ("impact", "contact", "start", "stop", "turn", "flash")
    moments = tuple(Moment(F(n * 18, 25), kinds[n % 6], (n % 10) / 10, (n % 7) / 7) for n in range(50_000))
    onsets = tuple(Onset(F(n * 2), 0.5) for n in range(18_000))
    atmosphere = tuple(Atmosphere(Span(F(n * 72), F(n * 72 + 30)), -40.0) for n in range(500))
    seen = Observations(film(end), tuple(cut), scenes, moments, onsets=onsets, atmosphere=atmosphere)
    began = time.process_time()
    found = plan("rain, footsteps on gravel, door slam, whoosh on every cut, sad piano, no birds", seen)
    assert time.process_time() - began < 30
    assert len(found.cues) > 25_000
