"""What the planner leaves to the production sound, and what it says of that."""

from dataclasses import replace
from fractions import Fraction as F

from tests.builtin.planner.films import asked_for, cues, moment, observed, plan, span
from v2a.model import Atmosphere, Music, Onset, Speech


def recorded(**seen):
    """A film with production sound that somebody listened to."""
    found = observed(moments=(moment(5), moment(20)), **seen)
    return replace(found, video=replace(found.video, sound=(object(),)), features={"loudness": object()})


def test_what_the_production_sound_says_nothing_of_is_suggested():
    found = plan("", recorded(silence=(span(15, 25),)), kinds=("fx",)).cues
    assert [(c.sync, c.suggested) for c in found] == [(5, True), (20, False)]
    assert "production sound has nothing" in found[0].why
    assert all(not c.suggested for c in plan("", recorded(), kinds=("fx",), sweeten=True).cues)
    under = recorded(music=(Music(span(0, 30)),))
    assert all(not c.suggested for c in plan("", under, kinds=("fx",)).cues)


def test_hands_that_move_while_someone_speaks_are_left_alone():
    talk = tuple(moment(n, confidence=0.45) for n in (5, 9, 20))
    seen = observed(moments=talk, speech=(Speech(span(0, 12)),))
    assert [c.sync for c in plan("", seen, kinds=("fx",)).cues] == [20]


ONSETS = (Onset(F("12.15"), 0.8), Onset(F("18.07"), 0.8))


def test_no_effect_where_the_production_sound_has_an_onset():
    seen = observed(onsets=ONSETS)
    assert F("12.1") not in [c.sync for c in plan("", seen).cues]
    assert F(18) in [c.sync for c in plan("", seen).cues]
    assert any("--sweeten" in note for note in plan("", seen).notes)
    assert F("12.1") in [c.sync for c in plan("", seen, sweeten=True).cues]
    assert F("12.1") in [c.sync for c in plan("", seen, original="drop").cues]
    assert F("12.1") in [c.sync for c in plan("", seen, original="guide").cues]


def test_onsets_of_a_guide_are_moments():
    seen = observed(moments=(), onsets=ONSETS)
    assert [c.sync for c in plan("", seen, original="guide", kinds=("fo", "fx")).cues] == [
        F("12.15"),
        F("18.07"),
    ]
    assert not plan("", seen, original="drop", kinds=("fo", "fx")).cues


def test_no_background_over_a_steady_atmosphere():
    seen = observed(atmosphere=(Atmosphere(span(0, 20), -40.0),))
    found = cues(plan("", seen), "bg")
    assert len(found) == 1
    assert found[0].span.start > F("19.8")
    assert any("atmosphere" in note for note in plan("", seen).notes)
    assert cues(plan("", seen, sweeten=True), "bg")[0].span == span(0, 30)
    assert cues(plan("", seen, original="drop"), "bg")[0].span == span(0, 30)
    quiet = observed(atmosphere=(Atmosphere(span(0, 30), -75.0),))
    assert cues(plan("", quiet), "bg")


def test_no_music_over_music():
    seen = observed(music=(Music(span(10, 30)),))
    assert [c.span for c in cues(plan("", seen), "mx")] == [span(0, 10)]
    assert any("music" in note for note in plan("", seen).notes)
    assert [c.span for c in cues(plan("", seen, original="guide"), "mx")] == [span(0, 30)]


def test_what_the_brief_asks_for_wins_over_production_sound():
    seen = observed(onsets=ONSETS, music=(Music(span(0, 30)),), atmosphere=(Atmosphere(span(0, 30), -30.0),))
    found = plan("rain, sad piano, door slam at 12s", seen)
    assert {c.kind for c in asked_for(found)} == {"bg", "mx", "fx"}
    assert sum("already has" in note for note in found.notes) == 2
