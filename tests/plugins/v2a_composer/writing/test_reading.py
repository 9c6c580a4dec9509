"""What prompts ask for."""

from fractions import Fraction

import pytest

import v2a
from tests.plugins.v2a_composer.writing.making import planned
from v2a_composer.writing.genres import GENRES
from v2a_composer.writing.moods import MOODS
from v2a_composer.writing.orchestra import CHAIRS
from v2a_composer.writing.reading import GENRE_WORDS, MOOD_WORDS, WORDS, read
from v2a_composer.writing.tonality import Key


def players(genre):
    roles = (genre.choir, genre.swell, genre.figure, genre.pulse, genre.bass, genre.counter, genre.drums)
    return {*genre.leads, *(r.chair for role in roles for r in role)}


@pytest.mark.parametrize("name, words", MOOD_WORDS.items())
def test_every_word_of_a_mood_is_read_as_that_mood(name, words):
    for word in words:
        assert read(f"{word} music").mood.name == name, word


def test_genres_are_read_and_bring_a_mood_where_none_is_said():
    assert {name for name in GENRES if read(GENRE_WORDS[name][0]).genre.name == name} >= set(GENRES) - {
        "piano",
        "light",
    }
    assert read("a lullaby").mood.name == "calm"
    assert read("a tense lullaby").mood.name == "tense"
    assert read("trailer music").genre.groove == "trailer"


def test_mood_and_genre_can_be_named_apart_from_the_prompt():
    wish = read("sad piano", mood="epic", genre="rock")
    assert wish.mood.name == "epic"
    assert wish.genre.name == "rock"


@pytest.mark.parametrize(
    "prompt, avoid",
    [
        ("epic trailer, no drums", ""), ("epic trailer without percussion, choir or drums", ""),
        ("epic trailer", "drums"), ("rock but no drums", ""), ("electronic music, never drums", ""),
    ],
)  # fmt: skip
def test_what_is_not_wanted_does_not_play(prompt, avoid):
    assert not {c for c in players(read(prompt, avoid).genre) if CHAIRS[c].drums}


def test_a_refusal_ends_with_its_clause():
    genre = read("no drums, piano and strings").genre
    assert "piano" in players(genre)
    assert "violins1" in players(genre)
    assert read("hopeful, not sad").mood.name == "hopeful"
    assert not any(CHAIRS[c].section == "strings" for c in players(read("tense, without strings").genre))


def test_alone_is_alone():
    assert players(read("solo cello, sad").genre) == {"cello"}
    assert players(read("only piano").genre) == {"piano"}
    assert players(read("a lone piano").genre) == {"piano"}
    assert players(read("solo horn").genre) == {"horns"}
    assert len(players(read("a lone rider, strings and guitar").genre)) > 4
    assert {CHAIRS[c].section for c in players(read("a string quartet only").genre)} == {"strings"}
    assert read("drums only").genre.leads == ()


def test_instruments_that_are_asked_for_lead():
    assert read("warm guitar and flute").genre.leads == ("guitar", "flute")
    assert read("bass guitar and drums in a rock song").genre.bass[0].chair == "electricbass"


def test_pace_tempo_and_key():
    assert read("slow sad piano").mood.slow < read("sad piano").mood.slow < read("fast sad piano").mood.slow
    assert read("techno at 128 bpm").bpm == 128
    assert read("in b flat minor").key == Key(10, "minor")
    assert read("in f# dorian, please").key == Key(6, "dorian")
    assert read("in a minor key").key is None


def test_two_moods_make_a_third():
    both, one = read("epic and sad").mood, MOODS["epic"]
    assert both.name == "epic"
    assert MOODS["sad"].force < both.force < one.force


def test_anything_can_be_said():
    for prompt in (
        "",
        "?!",
        "x" * 5000,
        "no no no",
        "without anything",
        "not",
        "no piano, no strings, no pads, no guitar",
    ):
        wish = read(prompt)
        assert players(wish.genre)


def test_the_words_of_the_card_are_single_and_plain():
    assert len(set(WORDS)) == len(WORDS)
    assert {*MOODS, "piano", "strings", "waltz", "string quartet", "hip hop"} <= set(WORDS)


@pytest.mark.parametrize(
    "prompt, mood, genre",
    [
        ("tense music, low strings and dark pads, slow pulse", "tense", "hybrid"),
        ("warm music, soft guitar and strings", "warm", "chamber"),
        ("sad music, slow piano and strings", "sad", "chamber"),
        ("hopeful music, bright piano and rising strings", "hopeful", "orchestral"),
        ("playful music, light bells and plucked guitar", "playful", "light"),
        ("epic music, wide strings and driving percussion", "epic", "trailer"),
        ("neutral music, calm pads and sparse piano", "calm", "ambient"),
        ("tense music as they enter the house", "tense", "hybrid"),
        ("slow jazz with brushes", "neutral", "jazz"),
        ("uplifting corporate pop", "hopeful", "rock"),
        ("dark ambient drone", "dark", "ambient"),
        ("Celtic folk, nostalgic, fiddle and whistle", "nostalgic", "folk"),
    ],
)
def test_what_people_write(prompt, mood, genre):
    wish = read(prompt)
    assert (wish.mood.name, wish.genre.name) == (mood, genre)


@pytest.mark.parametrize(
    "prompt",
    ["drumless rock", "beatless electronic", "epic trailer, no drums", "epic trailer without percussion"],
)
def test_without_drums_nothing_is_beaten(prompt):
    assert not any(CHAIRS[c].section == "percussion" for c in players(read(prompt).genre))


@pytest.mark.parametrize("name", ["grand piano", "big band", "war drums"])
def test_the_name_of_an_instrument_or_a_genre_is_no_mood(name):
    assert read(f"{name}, sad").mood == read("sad").mood
    assert read(f"uplifting {name}").mood.name == "hopeful"
    assert "taiko" not in players(read("grand piano and soft strings").genre)


def test_taiko_drums_are_no_drum_kit():
    assert players(read("only taiko drums").genre) == {"taiko"}


def test_no_drum_kit_leaves_the_other_drums():
    assert "kit" not in players(read("rock, no drum kit").genre)
    assert "timpani" in players(read("epic trailer, no drum kit").genre)


def test_a_refusal_ends_at_but_and_not_too_weakens():
    assert read("not sad but hopeful").mood.name == "hopeful"
    waltz, plain = read("not too fast waltz"), read("waltz")
    assert waltz.genre.name == "waltz" and waltz.mood.fast < plain.mood.fast
    mild = read("not too sad piano")
    assert mild.mood.name == "sad" and mild.mood.fast > MOODS["sad"].fast
    assert "piano" in players(mild.genre)
    assert read("restless tense strings").mood.name == "tense"


@pytest.mark.parametrize(
    "word, program",
    [
        ("harpsichord", 6), ("harmonica", 22), ("sitar", 104), ("xylophone", 13), ("alto sax", 65), ("piccolo", 72),
        ("bagpipes", 109), ("hammond organ", 16), ("dulcimer", 15), ("english horn", 69), ("koto", 107),
        ("church organ", 19), ("accordion", 21), ("banjo", 105), ("marimba", 12), ("vibraphone", 11),
        ("glockenspiel", 9), ("celesta", 8), ("tubular bells", 14), ("oboe", 68), ("bassoon", 70), ("saxophone", 66),
        ("steel drums", 114), ("recorder", 74), ("pan flute", 75),
    ],
)  # fmt: skip
def test_an_instrument_that_is_named_leads(word, program):
    assert [CHAIRS[c].program for c in read(f"{word} music").genre.leads] == [program]


@pytest.mark.parametrize(
    "prompt, avoid, kinds",
    [
        ("calm piano", "hits", {"mark"}),
        ("epic trailer, no stings", "", {"mark"}),
        ("epic trailer with hits, no choir", "", {"mark", "moment"}),
    ],
)
def test_who_wants_no_hits_gets_those_alone_that_he_marked(prompt, avoid, kinds):
    hits = (v2a.Hit(Fraction(8), 10.0, "mark"), v2a.Hit(Fraction(20), 2.0, "moment"))
    timing = v2a.Timing(v2a.TempoMap.even(90, Fraction(0)), hits)
    assert {hit.kind for hit in planned(prompt, avoid=avoid, timing=timing).hits} == kinds
