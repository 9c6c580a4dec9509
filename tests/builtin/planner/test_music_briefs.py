"""Briefs for music reach the composer in the user's words, and ask for nothing else."""

import tomllib
from pathlib import Path

import pytest

from tests.builtin.planner.films import CARDS, OPEN, asked_for, cues, plan, span
from v2a_composer.writing.reading import read

BRIEFS = tomllib.loads(Path(__file__).with_name("music_briefs.toml").read_text("utf-8"))


def arrives(brief, music="", others=()):
    """Whether a composer reads of the music cue what it would read of the brief, and the other kinds are those asked for."""
    found = plan(brief)
    told = {(c.prompt, c.avoid) for c in cues(found, "mx")}
    if len(told) != 1 or found.unplaced or {c.kind for c in asked_for(found)} - {"mx"} != set(others):
        return False
    ((prompt, avoid),) = told
    wanted, got = read(music or brief), read(prompt, avoid)
    return all(getattr(wanted, name) == getattr(got, name) for name in ("mood", "genre", "key", "arc"))


@pytest.mark.parametrize(("half", "least"), [("tuning", 28), ("held_out", 25)])
def test_briefs_as_editors_write_them(half, least):
    lost = [row["brief"] for row in BRIEFS[half] if not arrives(**row)]
    assert len(BRIEFS[half]) == 30
    assert 30 - len(lost) >= least, lost


@pytest.mark.parametrize(
    "brief",
    [
        "fast-paced chase music",
        "driving electronic",
        "driving electronic music",
        "driving techno",
        "dark, driving, electronic",
        "hopeful orchestral, building",
        "horror score, low strings",
        "galloping strings, relentless",
        "acoustic guitar and whistle",
        "music for a car chase",
        "80s synthwave",
        "driving, energetic rock",
        "uplifting corporate track",
        "upbeat pop",
        "vintage swing band",
        "music box",
    ],
)
def test_what_describes_music_stays_with_it(brief):
    found = plan(brief)
    assert {(c.kind, c.prompt) for c in asked_for(found)} == {("mx", brief)}
    assert not found.unplaced


@pytest.mark.parametrize(
    ("brief", "kind", "prompt"),
    [
        ("driving rain, sad piano", "bg", "driving rain"),
        ("car driving by, tense music", "fx", "car driving"),
        ("footsteps on gravel, slow and heavy, sad piano", "fo", "footsteps on gravel slow heavy"),
        ("sad piano, church bells at 0:10", "fx", "church bells"),
        ("jingling keys, sad piano", "fo", "jingling keys"),
        ("sad piano and rain", "bg", "rain"),
        ("low drone, sad piano", "bg", "low drone"),
        ("eerie swing at 0:10, sad piano", "fx", "eerie swing"),
    ],
)
def test_sounds_beside_music_stay_sounds(brief, kind, prompt):
    found = asked_for(plan(brief))
    assert prompt in {c.prompt for c in found if c.kind == kind}
    assert any(c.kind == "mx" for c in found)


@pytest.mark.parametrize(
    ("brief", "prompt"),
    [
        ("joyful", "joyful music"),
        ("make it dreamy and ethereal", "dreamy ethereal music"),
        ("The music should be triumphant.", "triumphant music"),
        ("soft music", "soft music"),
        ("only music", "neutral music, calm pads and sparse piano"),
        ("a soundtrack", "neutral music, calm pads and sparse piano"),
        ("heist music", "heist music"),
        ("heist music, playful", "heist music, playful"),
        ("it should feel like a heist", "heist music"),
        ("western theme", "western theme"),
        ("marching band", "marching band, percussion"),
        ("harmonica and steel pan over the sunset", "harmonica and steel pan over the sunset"),
    ],
)
def test_default_words_are_added_where_a_composer_would_know_nothing_else(brief, prompt):
    assert {c.prompt for c in cues(plan(brief), "mx")} == {prompt}


@pytest.mark.parametrize(
    ("brief", "avoid"),
    [
        ("no piano", "piano"),
        ("no drums", "drums"),
        ("no vocals", "vocals"),
        ("sad strings, no piano", "piano"),
        ("hopeful, with strings, and without drums", "drums"),
        ("tense. Rain on the roof. No percussion.", "percussion"),
    ],
)
def test_what_music_is_not_to_have_refuses_no_music_and_says_nothing_to_other_sounds(brief, avoid):
    found = plan(brief)
    music = cues(found, "mx")
    assert music and {c.avoid for c in music} == {avoid}
    assert not any(avoid in c.prompt for c in music)
    assert {c.avoid for c in found.cues if c.kind != "mx"} == {""}


def test_each_piece_avoids_its_own():
    first, second = cues(plan("sad piano without strings, then epic drums from 0:15"), "mx")
    assert (first.avoid, second.avoid) == ("strings", "")
    assert second.span == span(15, 30)


@pytest.mark.parametrize(
    ("brief", "first", "second"),
    [
        ("sad piano until 0:06, then epic drums", (0, 6), (6, 30)),
        ("sad piano from 0:02 to 0:06, then epic drums until the end", (2, 6), (6, 30)),
        ("sad piano until 0:06. Then epic drums until 0:20.", (0, 6), (6, 20)),
        ("sad piano until 0:06 and then epic drums for 8 seconds", (0, 6), (6, 14)),
        ("sad piano until 0:06, then epic drums from 0:10", (0, 6), (10, 30)),
    ],
)
def test_music_that_comes_then_follows_the_music_before_it(brief, first, second):
    piano, drums = cues(plan(brief), "mx")
    assert (piano.prompt, piano.span) == ("sad piano", span(*first))
    assert (drums.prompt, drums.span) == ("epic drums", span(*second))


@pytest.mark.parametrize("brief", ["no score", "no soundtrack", "without any music"])
def test_a_word_for_music_as_such_refuses_it(brief):
    assert not cues(plan(brief), "mx")


def test_an_unknown_sound_beside_music_stays_a_sound_where_it_can_be_made():
    found = asked_for(plan("sad piano, a kazoo", generators=(*CARDS, OPEN)))
    assert {(c.kind, c.prompt) for c in found} == {("mx", "sad piano"), ("fx", "kazoo")}


@pytest.mark.parametrize(
    ("brief", "pieces"),
    [
        ("tense, driving strings from 0:10", {("tense driving strings", 10)}),
        ("strings from 0:10, tense, driving", {("strings tense driving", 10)}),
        ("at 0:10: strings, tense, driving", {("strings tense driving", 10)}),
        (
            "sad piano until 0:10, tense, driving strings from 0:10",
            {("sad piano", 0), ("tense driving strings", 10)},
        ),
        (
            "from 0:00 to 0:10 sad piano, brooding, from 0:10 epic drums",
            {("sad piano brooding", 0), ("epic drums", 10)},
        ),
    ],
)
def test_what_describes_music_keeps_to_its_time(brief, pieces):
    assert {(c.prompt, c.span.start) for c in cues(plan(brief), "mx")} == pieces


def test_music_that_builds_to_the_end_is_not_only_at_the_end():
    (cue,) = cues(plan("epic music that builds to the end"), "mx")
    assert (cue.prompt, cue.span, cue.fade_in) == ("epic music that builds", span(0, 30), 0)


def test_music_that_rises_until_a_time_is_told_so_and_not_faded_in():
    (cue,) = cues(plan("Tension rising until 0:20"), "mx")
    assert (cue.prompt, cue.span, cue.fade_in) == ("Tension rising music", span(0, 20), 0)
    (cue,) = cues(plan("music gets louder until 0:20"), "mx")
    assert cue.fade_in == 10


def test_driving_rock_is_music_also_with_a_time_and_no_road():
    found = plan("driving rock for the chase in scene 2")
    assert [(c.prompt, c.span) for c in cues(found, "mx")] == [("driving rock for the chase", span(12, 30))]
    assert {c.kind for c in asked_for(found)} == {"mx"}
    assert [c.kind for c in asked_for(plan("car driving over rock at 0:12.1"))] == ["fx"]


@pytest.mark.parametrize("brief", ["no hits, calm piano", "calm piano with no hits", "calm piano. No stabs."])
def test_who_wants_no_hits_in_music_keeps_the_effects(brief):
    quiet, plain = plan(brief), plan("calm piano")
    (piece,) = cues(quiet, "mx")
    assert piece.avoid in ("hits", "stabs")
    assert [(c.prompt, c.span) for c in cues(quiet, "fx", "fo")] == [
        (c.prompt, c.span) for c in cues(plain, "fx", "fo")
    ]
    assert not quiet.unplaced


@pytest.mark.parametrize(
    ("brief", "why"),
    [
        ("sad piano at 72", "that is outside the film, which ends at 0:30; a tempo is written 72 bpm"),
        ("sad piano at 0:72", "that is outside the film, which ends at 0:30"),
        ("thunder at 72", "that is outside the film, which ends at 0:30"),
    ],
)
def test_a_tempo_that_reads_as_a_time_is_told_how_it_is_written(brief, why):
    assert [each.why for each in plan(brief).unplaced] == [why]


@pytest.mark.parametrize(
    ("brief", "heard"),
    [
        ("epic music from 0:00 to 0:20, orchestral, hopeful", [("epic music, orchestral hopeful", 0, 20)]),
        ("0:02 to 0:10 epic music, with choir", [("epic music, choir", 2, 10)]),
        ("epic music until 0:10, then sad piano", [("epic music", 0, 10), ("sad piano", 10, 30)]),
        ("epic music until 0:10, calm music", [("epic music", 0, 10), ("calm music", 10, 30)]),
    ],
)
def test_details_of_music_that_has_its_time_are_no_music_of_their_own(brief, heard):
    assert [(c.prompt, c.span.start, c.span.end) for c in cues(plan(brief), "mx")] == heard


@pytest.mark.parametrize(
    "brief",
    [
        "calm music until 0:10, then epic music",
        "calm music until 0:10, no drums, then epic music",
        "calm music until 0:10, epic music",
        "calm music until 0:10 and epic music",
    ],
)
def test_music_follows_the_music_that_a_film_begins_with(brief):
    calm, epic = sorted(cues(plan(brief), "mx"), key=lambda cue: cue.span.start)
    assert (calm.span.start, calm.span.end, epic.span.start, epic.span.end) == (0, 10, 10, 30)
    assert (calm.prompt.split()[0], epic.prompt.split()[0]) == ("calm", "epic")
