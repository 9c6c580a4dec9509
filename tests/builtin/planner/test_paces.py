"""How fast music goes and in which meter, as prompts and briefs say it."""

import pytest

from tests.builtin.planner.films import cues, plan
from v2a.builtin.planner.paces import pace_of
from v2a.dsp.tempi import Tempi


def said(text):
    pace = pace_of(text)
    return (str(pace.tempi) if pace.tempi else "", str(pace.meter) if pace.meter else "")


@pytest.mark.parametrize(
    ("text", "tempi", "meter"),
    [
        ("at 96 bpm", "96", ""),
        ("120 BPM techno", "120", ""),
        ("92.5 beats per minute", "92.5", ""),
        ("96 beats a minute", "96", ""),
        ("80-100 bpm", "80:100", ""),
        ("between 80 and 100 bpm", "80:100", ""),
        ("80 – 100 bpm", "80:100", ""),
        ("tempo 90", "90", ""),
        ("bpm: 92", "92", ""),
        ("piano in 3/4", "", "3/4"),
        ("piano, 7/8 time", "", "7/8"),
        ("allegro in 6/8", "116:156", "6/8"),
        ("a waltz", "84:180", "3/4"),
        ("a slow waltz", "50:84", "3/4"),
        ("waltz in 4/4", "84:180", "4/4"),
        ("sad piano", "52:84", ""),
        ("slow, tense strings", "72:84", ""),
        ("hip-hop beat", "70:102", ""),
    ],
)
def test_figures_and_words_say_how_it_goes(text, tempi, meter):
    assert said(text) == (tempi, meter)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "music",
        "at 1:20 a piano",
        "piano in 3/4 of the film",
        "999 bpm",
        "music in 99/4",
        "not slow",
        "96",
    ],
)
def test_what_says_nothing_of_it_is_left(text):
    assert said(text) == ("", "")


def test_what_music_is_not_does_not_count_beyond_its_clause():
    assert said("not fast, warm guitar") == said("warm guitar")


@pytest.mark.parametrize(
    ("brief", "prompt", "tempo", "meter"),
    [
        ("tense music at 96 bpm", "tense music", "96", ""),
        ("sad piano at 60-70 bpm from 0:05 to 0:20", "sad piano", "60:70", ""),
        ("epic music in 3/4, 120 bpm", "epic music", "120", "3/4"),
        ("driving techno, 128 bpm", "driving techno", "128", ""),
        ("rain, 90 bpm music with piano", None, "90", ""),
    ],
)
def test_a_brief_gives_its_music_a_tempo_and_keeps_figures_out_of_prompts(brief, prompt, tempo, meter):
    found = plan(brief)
    (cue,) = cues(found, "mx")
    assert (cue.tempo, cue.meter) == (tempo, meter)
    assert prompt in (None, cue.prompt) and "bpm" not in cue.prompt
    assert not found.unplaced


def test_each_music_gets_its_own_figures():
    found = cues(plan("sad piano at 0:02, then 120 bpm techno at 0:15"), "mx")
    assert [c.tempo for c in found] == ["", "120"]
    found = cues(plan("sad piano at 70 bpm at 0:02, then techno at 0:15"), "mx")
    assert [c.tempo for c in found] == ["70", ""]


def test_figures_without_music_hold_for_the_music_of_the_style():
    found = plan("120 bpm, rain")
    assert {c.tempo for c in cues(found, "mx")} == {"120"}
    assert {c.tempo for c in cues(found, "bg")} == {""}


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [("60:140", "90:100", "90:100"), ("60:90", "80:120", "80:90"), ("60:90", "100:120", "60:90"),
     ("60:90", "88:120", "60:90"), ("60:140", "96", "96"), ("96", "60:140", "96")],
)  # fmt: skip
def test_tempi_hold_within_others_where_both_meet(one, other, both):
    assert str(Tempi.parse(one).within(Tempi.parse(other))) == both


@pytest.mark.parametrize("text", ["", "0", "140:60", "60:", "-60", "1e9", "nan", "60:5000"])
def test_what_is_no_tempo_is_refused(text):
    with pytest.raises(ValueError):
        Tempi.parse(text)
