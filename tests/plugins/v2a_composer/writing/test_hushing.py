"""Room for speech: fewer voices, lower and longer notes, and no melody."""

from fractions import Fraction

import pytest

import v2a
from tests.plugins.v2a_composer.writing.making import Written, notes, request
from v2a_composer.writing.genres import GENRES
from v2a_composer.writing.hushing import hushed
from v2a_composer.writing.orchestra import CHAIRS
from v2a_composer.writing.plans import plan_for
from v2a_composer.writing.scoring import compose
from v2a_composer.writing.staging import Part
from v2a_composer.writing.tones import Tone

START, END = 18, 40
SPEECH = (v2a.Speech(v2a.Span(Fraction(START), Fraction(END))),)


def pair(prompt, **params):
    free = compose(plan_for(request(prompt, 60, 3, params=params)))
    return free, compose(plan_for(request(prompt, 60, 3, params=params, speech=SPEECH)))


def inside(score):
    return [n for v in score.voices for n in v.notes if START <= n.time < END - 1 and not v.drums]


@pytest.mark.parametrize("genre", sorted(GENRES))
@pytest.mark.parametrize("mood", ["hopeful", "epic", "sad"])
def test_the_texture_is_thinner_and_not_just_softer(genre, mood):
    free, room = (inside(score) for score in pair("music", mood=mood, genre=genre))
    assert room, "somebody goes on"
    assert len(room) < 0.55 * len(free)
    assert all(n.pitch <= 61 for n in room), "below where words are made"
    assert sum(n.pitch for n in room) / len(room) < sum(n.pitch for n in free) / len(free)
    assert sum(n.length for n in room) / len(room) > 1.2 * sum(n.length for n in free) / len(free)


def sounding(score, time):
    return sum(n.time <= time < n.time + n.length for v in score.voices if not v.drums for n in v.notes)


def test_fewer_voices_sound_at_once():
    free, room = pair("hopeful orchestral")
    times = [START + 1 + n / 4 for n in range(70)]
    assert sum(sounding(room, t) for t in times) < 0.6 * sum(sounding(free, t) for t in times)


def test_nobody_sings_into_the_first_word():
    _, room = pair("warm piano and strings")
    assert all(n.time + n.length < START for n in notes(room) if n.pitch > 70 and n.time < START)


def test_the_music_comes_back_behind_it():
    free, room = pair("hopeful orchestral")
    after = [sum(n.time >= END + 2 for n in notes(score)) for score in (free, room)]
    assert after[0] == after[1]


def test_between_two_sentences_there_is_no_scrap_of_melody():
    spans = [v2a.Span(Fraction(n), Fraction(n + 4)) for n in (2, 8, 20)]
    plan = plan_for(request("warm piano", 60, 3, speech=tuple(v2a.Speech(s) for s in spans)))
    cue = Written(plan)
    line = tuple(Tone(n * 1.0, 1.0, 72, 1.0) for n in range(60))
    (melody, *_) = hushed(plan, cue.grid, cue.ground, [Part(CHAIRS["piano"], "melody", line)])
    times = [cue.grid.seconds(t.beat) for t in melody.tones]
    between = [[t for t in times if a < t < b] for a, b in ((6, 8), (12, 20))]
    assert [len(run) > 2 for run in between] == [False, True]
    assert between[0] == []


def test_a_film_that_is_spoken_throughout_has_music_throughout():
    speech = (v2a.Speech(v2a.Span(Fraction(0), Fraction(120))),)
    for prompt in ("solo cello", "piano solo", "documentary music", "drums only"):
        score = compose(plan_for(request(prompt, 120, 2, speech=speech)))
        starts = [n.time for n in notes(score)]
        assert starts
        assert max(b - a for a, b in zip([0.0, *starts], [*starts, 120])) < 20


@pytest.mark.parametrize("mood", ["hopeful", "epic", "dark", "playful"])
def test_the_music_grows_again_behind_it(mood):
    def force(score, start, end):
        struck = [n.velocity for n in notes(score) if start <= n.time < end]
        return sum(struck) / len(struck)

    free, room = pair(f"{mood} music")
    early, late = (force(room, a, b) / force(free, a, b) for a, b in ((END, END + 1.5), (END + 3, END + 4.5)))
    assert early < 0.88
    assert early + 0.06 < late
    assert force(room, END + 6, END + 12) > 0.97 * force(free, END + 6, END + 12)
