"""What is said of chosen takes that their cues have moved away from."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import pytest

from tests.builtin.planner.films import film
from v2a.api.keeping import broken, outdated
from v2a.media import sheets
from v2a.model import Cue, Hit, Licence, Observations, Region, Score, SoundFile, Span, SpottingList, Take
from v2a.stages.scoring.timing import Timings

VIDEO = film(30)
SEEN = Observations(VIDEO)
MUSIC = Cue("1M1", "mx", Span(F(0), F(30)), "tense strings", take="t1")
HIT = Hit(F(61, 5))


def listed(*cues, hits=(HIT,)):
    return SpottingList(VIDEO.identity, 1, cues=cues, hits=hits)


@pytest.fixture
def take(tmp_path):
    """Music that was played from notes to the tempo of the cue as it is."""
    tempo = Timings(SEEN, listed(MUSIC)).of(MUSIC).tempo
    sheets.write(tmp_path / "t1.json", Score(tempo, ()))
    sound = SoundFile("x.npy", 48_000, 2, 48_000 * 30)
    return Take("t1", "1M1", sound, "composer", "1", 1, 0, MUSIC.prompt, Licence("MIT"),
                sheet=str(tmp_path / "t1.json"))  # fmt: skip


def said(cue, *takes, hits=(HIT,), programme=VIDEO.span):
    now = listed(cue, hits=hits)
    return list(outdated(now, takes, Timings(SEEN, now), programme))


def test_nothing_is_said_of_a_take_that_is_what_its_cue_asks_for(take):
    assert not said(MUSIC, take)
    assert not said(replace(MUSIC, take=None, prompt="a waltz"), take)


@pytest.mark.parametrize(
    "change", [{"tempo": "171"}, {"meter": "7/8"}, {"hits": ()}, {"hits": (HIT, Hit(F(83, 4), 25.0))}]
)
def test_another_tempo_meter_or_other_hits_are_said(take, change):
    hits = change.pop("hits", (HIT,))
    (note,) = said(replace(MUSIC, **change), take, hits=hits)
    assert "1M1 keeps take t1" in note and "another tempo, meter or other hit points" in note


def test_other_words_are_said_of_any_sound(take):
    (note,) = said(replace(MUSIC, prompt="a waltz"), take)
    assert "made for 'tense strings'" in note and "remove its line 'take'" in note
    door = replace(MUSIC, id="fx1", kind="fx", prompt="a door", take="t2")
    assert said(door, replace(take, id="t2", cue="fx1", prompt="a gate", sheet=""))
    assert not said(door, replace(take, id="t2", cue="fx1", prompt="a door", sheet=""))


def test_a_sound_that_was_brought_in_and_music_over_a_change_of_reels_are_let_be(take):
    assert not said(replace(MUSIC, prompt="a waltz"), replace(take, generator="import", prompt="x.wav"))
    assert not said(replace(MUSIC, tempo="171"), take, programme=Span(F(0), F(20)))


def test_a_score_that_cannot_be_read_is_no_end(take, tmp_path):
    (tmp_path / "t1.json").write_text("{")
    assert not said(replace(MUSIC, tempo="171"), take)


def test_music_that_is_another_take_in_the_next_reel_is_said(take):
    first = Region("1M1", "mx", take, Span(F(0), F(20)))
    second = Region("1M1", "mx", replace(take, id="t2"), Span(F(0), F(10)), offset=F(20))
    assert not list(broken((first,), (second,), "R1.mov"))
    for change in ({"seed": 2}, {"prompt": "a waltz"}, {"generator": "import"}):
        other = replace(second, take=replace(take, **change))
        (note,) = broken((first,), (other,), "R1.mov")
        assert "1M1 comes from R1.mov, where it is another take" in note
        assert not list(broken((replace(first, stem="bg"),), (replace(other, stem="bg"),), "R1.mov"))
