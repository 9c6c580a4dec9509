"""Music that changes, comes and goes: when each piece plays, and in whose words."""

from fractions import Fraction as F

import pytest

from tests.builtin.planner.films import asked_for, cues, plan, span


def pieces(found):
    return [
        (c.prompt, float(c.span.start), float(c.span.end))
        for c in sorted(cues(found, "mx"), key=lambda c: c.span.start)
    ]


@pytest.mark.parametrize(
    ("brief", "first", "second"),
    [
        ("calm music until 0:10, then epic", ("calm music", 0, 10), ("epic music", 10, 30)),
        ("tense music, epic from 0:20", ("tense music", 0, 21), ("epic music", 20, 30)),
        ("start calm, then build to epic at 0:20", ("calm building music", 0, 21), ("epic music", 20, 30)),
        ("sad piano, then hopeful strings after 0:20", ("sad piano", 0, 21), ("hopeful strings", 20, 30)),
        ("sad piano until the kiss at 0:10, then warm", ("sad piano", 0, 10), ("warm music", 10, 30)),
        ("sad piano; at 0:20 it turns dark", ("sad piano", 0, 21), ("dark music", 20, 30)),
        ("the music goes from playful to tense at 0:12", ("playful music", 0, 13), ("tense music", 12, 30)),
        ("swap the mood at 0:12 from playful to tense", ("playful music", 0, 13), ("tense music", 12, 30)),
        ("tense music that turns hopeful at 0:20", ("tense music", 0, 21), ("hopeful music", 20, 30)),
        ("sad strings in the first half, hopeful in the second half", ("sad strings", 0, 15), ("hopeful music", 15, 30)),
        ("scene 1: sad, scene 2: hopeful", ("sad music", 0, 12), ("hopeful music", 12, 30)),
        ("epic brass at 0:20, before that soft pads", ("soft pads", 0, 20), ("epic brass", 20, 30)),
        ("happy until 0:10, sad until 0:30", ("happy music", 0, 10), ("sad music", 10, 30)),
        ("guitar, happy, from 0:05 to 0:12, then sad", ("guitar happy", 5, 12), ("sad music", 12, 30)),
        ("tense drums up to 0:12 - then explode into full orchestra", ("tense drums", 0, 12), ("full orchestra", 12, 30)),
        ("piano, warm; change to electric guitar, energetic at 0:12", ("piano, warm music", 0, 13), ("electric guitar energetic", 12, 30)),
    ],
)  # fmt: skip
def test_a_mood_with_a_time_or_a_turn_of_its_own_is_music(brief, first, second):
    found = plan(brief)
    assert pieces(found) == [first, second]
    assert not found.unplaced
    assert {c.kind for c in asked_for(found)} == {"mx"}


def test_three_moods_in_a_row():
    found = plan("happy until 0:10, sad until 0:20, then hopeful")
    assert pieces(found) == [("happy music", 0, 10), ("sad music", 10, 20), ("hopeful music", 20, 30)]


def test_what_plays_throughout_plays_all_moods():
    found = plan("from happy to sad at 0:20, solo piano throughout")
    assert pieces(found) == [("happy music, solo piano", 0, 21), ("sad music, solo piano", 20, 30)]


def test_without_a_time_music_changes_with_the_picture_and_that_is_said():
    found = plan("calm, then epic")
    assert pieces(found) == [("calm music", 0, 12), ("epic music", 12, 30)]
    (note,) = (n for n in found.notes if "epic" in n)
    assert note == (
        "The brief does not say when 'epic music' begins: it is at 0:12, with a scene; write a time to move it."
    )


def test_music_of_a_length_is_followed_from_its_end():
    assert pieces(plan("tense music for 8 seconds, then calm")) == [
        ("tense music", 0, 8),
        ("calm music", 8, 30),
    ]


@pytest.mark.parametrize(
    ("brief", "kind", "prompt"),
    [
        ("rain until 0:20, then birds", "bg", "birds"),
        ("scary footsteps at 0:10", "fo", "scary footsteps"),
        ("dark wind from 0:10", "bg", "dark wind"),
        ("happy crowd from 0:20", "bg", "happy crowd"),
        ("rain turns to snow at 0:20", "bg", "snow"),
        ("low drone, sad piano", "bg", "low drone"),
        ("ends with a door slam at 0:20", "fx", "door slam"),
    ],
)
def test_other_sounds_have_moods_and_turns_of_their_own(brief, kind, prompt):
    assert prompt in {c.prompt for c in asked_for(plan(brief)) if c.kind == kind}


@pytest.mark.parametrize(
    ("brief", "spans"),
    [
        ("epic drums, in at 0:05, out at 0:20", [span(5, 20)]),
        ("epic drums, music in at 0:05, out at 0:20", [span(5, 20)]),
        ("epic drums, drop out at 0:10, back in at 0:15", [span(0, 10), span(15, 30)]),
        ("epic drums. Out at 0:10, in again at 0:20 until the end.", [span(0, 10), span(20, 30)]),
        ("epic drums, stop dead at 0:12", [span(0, 12)]),
        ("epic drums, drop to silence at 0:12", [span(0, 12)]),
        ("epic drums, drop to near silence at 0:12, full force again from 0:20", [span(0, 12), span(20, 30)]),
        ("stop the music at 0:20", [span(0, 20)]),
        ("cut the music at 0:20", [span(0, 20)]),
        ("music comes in at 0:10 and stops at 0:20", [span(10, 20)]),
        ("Music out at 0:10 on the gunshot, back in at 0:20 with a solo cello", [span(0, 10), span(20, 30)]),
        ("piano from 0:05 to 0:12, silence until 0:15, then strings", [span(5, 12), span(15, 30)]),
        ("piano from 0:05 to 0:12, nothing until 0:15, then strings", [span(5, 12), span(15, 30)]),
        ("no score for the first 5 seconds, then piano", [span(5, 30)]),
        ("romantic strings for scene 2 only", [span(12, 30)]),
        ("piano in scene 2, otherwise no music", [span(12, 30)]),
        ("let the music breathe until the kiss at 0:12, then romantic strings", [span(0, 12), span(12, 30)]),
    ],
)
def test_where_music_comes_and_goes(brief, spans):
    found = plan(brief)
    assert sorted(c.span for c in cues(found, "mx")) == spans
    assert not found.unplaced
    assert {c.kind for c in asked_for(found)} == {"mx"}


def test_comings_and_goings_are_those_of_the_sound_that_is_spoken_of():
    found = plan("sad piano, rain from 0:05, stops at 0:20")
    (rain,) = (c for c in asked_for(found) if c.kind == "bg")
    assert (rain.prompt, rain.span.end < 21) == ("rain", True)
    assert pieces(found) == [("sad piano", 0, 30)]


def test_only_that_ends_a_time_is_no_solo():
    assert [c.prompt for c in cues(plan("romantic strings for scene 2 only"), "mx")] == ["romantic strings"]
    assert [c.prompt for c in cues(plan("strings only, from 0:10"), "mx")] == ["strings only"]


def test_music_fades_as_long_as_is_said():
    found = plan("Fade music in over the first 5 seconds and fade out over the last 10 seconds; gentle harp")
    (cue,) = cues(found, "mx")
    assert (cue.prompt, cue.span, cue.fade_in, cue.fade_out) == ("gentle harp", span(0, 30), 5, 10)


def test_music_that_fades_by_a_time_is_gone_then():
    (cue,) = cues(plan("Music starts at 0:05 and fades out by 0:20, dreamy and ambient"), "mx")
    assert (cue.prompt, cue.span, cue.fade_out) == ("Music dreamy ambient", span(5, 20), 3)


def test_what_is_left_out_for_a_while_is_left_out_there():
    found = plan("epic brass, no drums before 0:12")
    told = [(c.span, c.avoid) for c in sorted(cues(found, "mx"), key=lambda c: c.span)]
    assert told == [(span(0, 12), "drums"), (span(12, 30), "")]


@pytest.mark.parametrize(
    "brief", ["sad piano, no fade at the end", "sad piano, leave room for the voice-over"]
)
def test_what_music_does_unasked_is_no_wish(brief):
    found = plan(brief)
    assert pieces(found) == [("sad piano", 0, 30)]
    assert not found.unplaced and len(asked_for(found)) == 1
    assert cues(found, "mx")[0].fade_out == 0


@pytest.mark.parametrize(
    ("brief", "key"),
    [
        ("tense music from 0:10, in c minor", "c minor"),
        ("in c minor, tense music", "c minor"),
        ("tense music in C# minor", "c sharp minor"),
        ("tense music, key: F# dorian", "f sharp dorian"),
        ("tense music, E-flat major", "e flat major"),
        ("tense music in the key of E flat", "e flat major"),
        ("tense music in bb minor", "b flat minor"),
        ("tense music, 80 bpm, in a minor", "a minor"),
    ],
)
def test_a_key_is_one_of_the_music(brief, key):
    found = plan(brief)
    assert [c.prompt for c in cues(found, "mx")] == [f"tense music, in {key}"]
    assert not found.unplaced


def test_each_piece_has_its_own_key():
    found = plan("sad piano in c minor until 0:12, then epic brass in d minor")
    assert pieces(found) == [("sad piano, in c minor", 0, 12), ("epic brass, in d minor", 12, 30)]


def test_music_of_which_only_the_key_is_said_is_in_that_key():
    assert [c.prompt for c in cues(plan("in c minor"), "mx")] == [
        "neutral music, calm pads and sparse piano, in c minor"
    ]


def test_a_minor_accident_is_no_key():
    found = plan("A minor explosion at 0:10, a major crash at 0:20")
    assert [(c.prompt, c.sync) for c in asked_for(found)] == [
        ("minor explosion", F(10)),
        ("major crash", F(20)),
    ]


def test_words_that_no_generator_knows_stay_in_the_prompt_and_that_is_said():
    found = plan("drums only, wonky")
    assert [c.prompt for c in cues(found, "mx")] == ["drums only, wonky"]
    assert "No generator of music here knows 'wonky'; it stays in the prompt." in found.notes


def test_a_misspelt_sound_beside_music_is_none_of_its_words():
    found = plan("sad piano, fotsteps")
    assert [u.text for u in found.unplaced] == ["fotsteps"]


def test_otherwise_is_where_the_music_before_is_not():
    found = plan("epic drums from 0:12 to 0:20, otherwise soft guitar")
    assert pieces(found) == [("soft guitar", 0, 12), ("epic drums", 12, 20), ("soft guitar", 20, 30)]


@pytest.mark.parametrize(
    "brief", ["fade in over the first 5 seconds", "fade in over the first 5 seconds; warm harp"]
)
def test_a_fade_alone_is_one_of_the_music(brief):
    (cue,) = cues(plan(brief), "mx")
    assert (cue.span, cue.fade_in) == (span(0, 30), 5)


def test_a_fade_before_another_sound_is_not_one_of_the_music():
    assert [c.kind for c in asked_for(plan("fade in over the first 5 seconds, rain"))] == ["bg"]


@pytest.mark.parametrize(
    ("brief", "pieces"),
    [
        ("sad piano, the strings join at 0:12", {("sad piano", 0), ("sad piano and strings", 12)}),
        ("harp, joined by a solo violin at 0:12", {("harp", 0), ("harp and solo violin", 12)}),
        ("lonely piano; add drums at 0:12", {("lonely piano", 0), ("lonely piano and drums", 12)}),
        ("calm piano, then the strings join", {("calm piano", 0), ("calm piano and strings", 12)}),
        ("harp, followed by a solo violin at 0:12", {("harp", 0), ("solo violin", 12)}),
    ],
)
def test_who_joins_plays_beside_those_who_play(brief, pieces):
    found = plan(brief)
    assert {(c.prompt, c.span.start) for c in cues(found, "mx")} == pieces
    assert not found.unplaced


def test_who_joins_plays_until_the_music_before_ends():
    (_, both) = sorted(
        cues(plan("piano from 0:05 to 0:25, strings join at 0:12"), "mx"), key=lambda c: c.span
    )
    assert both.span == span(12, 25)


@pytest.mark.parametrize(
    "brief",
    [
        "piano, the strings come in at 0:12",
        "piano. The strings enter at 0:12",
        "piano; at 0:12 strings kick in",
        "piano, strings come in at 0:12",
    ],
)
def test_players_who_come_in_play_beside_those_who_play(brief):
    assert pieces(plan(brief)) == [("piano", 0, 13), ("piano and strings", 12, 30)]


def test_players_who_come_in_after_the_music_play_by_themselves():
    assert pieces(plan("piano until 0:08, strings come in at 0:12")) == [("piano", 0, 8), ("strings", 12, 30)]
    assert pieces(plan("piano, out at 0:08. Strings enter at 0:12")) == [("piano", 0, 8), ("Strings", 12, 30)]
