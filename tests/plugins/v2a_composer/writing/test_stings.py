"""Hits: sounded on their beat or at themselves, never early, and prepared."""

from dataclasses import replace
from fractions import Fraction

import pytest

import v2a
from tests.plugins.v2a_composer.writing.making import Written, notes, planned
from v2a_composer.writing.bars import counted
from v2a_composer.writing.scoring import compose
from v2a_composer.writing.stings import chosen, stung

FRAME = Fraction(1, 24)
EVEN = v2a.TempoMap.even(96)


def with_hits(*hits, prompt="epic trailer", seconds=60, tempo=EVEN, seed=1):
    return replace(planned(prompt, seconds, seed), tempo=tempo, hits=hits)


def stings_of(plan):
    return chosen(plan, counted(plan))


def near(score, time):
    return [n for n in notes(score) if abs(n.time - time) < 0.03]


@pytest.mark.parametrize("prompt", ["epic trailer", "sad piano", "playful", "tense", "rock", "solo cello"])
@pytest.mark.parametrize("seed", range(3))
def test_a_hit_is_sounded_on_its_beat_and_never_early(prompt, seed):
    beats = (22, 41, 60, 77)
    hits = tuple(v2a.Hit(EVEN.time(b) - FRAME * f, 3.0) for b, f in zip(beats, (0, 1, 2, Fraction(1, 2))))
    plan = with_hits(*hits, prompt=prompt, seed=seed)
    score = compose(plan)
    for hit, beat in zip(hits, beats):
        late = EVEN.time(beat) - hit.time
        at = float(EVEN.time(beat) if late <= FRAME else hit.time)
        there = near(score, at)
        assert there
        assert all(n.time >= float(hit.time) for n in there)
        first = min(n.time for n in there)
        assert 0 <= first - at <= 0.004


def test_a_hit_without_a_beat_is_sounded_where_it_is():
    hit = v2a.Hit(EVEN.time(33) + Fraction(8, 100), 3.0)
    there = near(compose(with_hits(hit)), float(hit.time))
    assert len(there) >= 3
    assert all(0 <= n.time - float(hit.time) < 0.03 for n in there)


def test_a_half_beat_that_is_there_is_taken():
    hit = v2a.Hit(EVEN.time(Fraction(67, 2)) - Fraction(1, 50), 3.0)
    (sting,) = stings_of(with_hits(hit))
    assert sting.beat == 33.5


def test_marks_come_first_and_plain_cuts_are_not_stung():
    hits = [v2a.Hit(Fraction(n), 1.0, "cut") for n in range(2, 50)]
    assert stings_of(with_hits(*hits)) == ()
    marks = [v2a.Hit(Fraction(n), 1.0, "mark") for n in (10, 20, 30)]
    others = [v2a.Hit(Fraction(2 * n + 1), 2.0, "moment") for n in range(25)]
    stings = stings_of(with_hits(*hits, *marks, *others))
    assert {10, 20, 30} <= {round(s.time) for s in stings}
    assert len(stings) <= 60 * 8 / 60 + 3


def test_a_hit_is_louder_than_what_is_around_it_and_the_way_to_it_grows():
    time = float(EVEN.time(60))
    plan = with_hits(v2a.Hit(EVEN.time(60), 4.0), seconds=70)
    there, plain = compose(plan), compose(replace(plan, hits=()))

    def sounding(score, at):
        return sum(n.velocity**4 for n in notes(score) if n.time <= at < n.time + n.length)

    def rise(score):
        return sounding(score, time + 0.03) / sounding(score, time - 0.15)

    def mean(score, start, end):
        inside = [n.velocity for n in notes(score) if start <= n.time < end]
        return sum(inside) / len(inside)

    assert rise(there) > 2 * rise(plain)
    assert mean(there, time - 1.5, time - 0.4) > mean(plain, time - 1.5, time - 0.4)


@pytest.mark.parametrize("prompt", ["epic", "hopeful orchestral", "warm quartet", "calm"])
def test_a_section_strikes_one_chord_that_nobody_doubles(prompt):
    plan = with_hits(v2a.Hit(EVEN.time(60), 10.0, "mark"), prompt=prompt, seconds=70)
    cue = Written(plan)
    struck: dict[tuple[str, str], list[int]] = {}
    for part in stung(plan, cue.grid, cue.ground, stings_of(plan)):
        if part.chair.section != "percussion":
            own = [t.pitch for t in part.tones if t.beat == 60]
            struck.setdefault((part.chair.section, part.chair.touch), []).extend(own)
    assert max(len(pitches) for pitches in struck.values()) >= 4
    assert all(len(set(pitches)) == len(pitches) for pitches in struck.values())


def test_what_moves_is_silent_just_before():
    plan = with_hits(v2a.Hit(EVEN.time(60), 1.6, "moment"), prompt="sad piano", seconds=70)
    end = float(EVEN.time(60))
    start = float(EVEN.time(Fraction(119, 2)))
    held = [n for n in notes(compose(plan)) if start - 0.005 <= n.time < end - 0.02]
    assert len(held) <= len(
        [n for n in notes(compose(replace(plan, hits=()))) if start - 0.005 <= n.time < end - 0.02]
    )


@pytest.mark.parametrize("weight", [5e-324, 1e-300, 1e300])
def test_a_mark_of_any_weight_is_sounded(weight):
    (sting,) = stings_of(with_hits(v2a.Hit(Fraction(20), weight, "mark")))
    assert 5 <= sting.gain <= 11


def test_hits_stand_in_the_score():
    score = compose(with_hits(v2a.Hit(Fraction(20), 3.0, name="door")))
    assert any(m.name == "door" and abs(m.time - 20) < 0.09 for m in score.marks)


def test_moments_are_hit_where_nobody_weighed_them():
    plan = planned("tense", 30, moments=(v2a.Moment(Fraction(13), "impact", 1.0, 0.9),))
    assert len(stings_of(plan)) == 1


def test_a_beat_more_than_a_frame_behind_its_hit_comes_with_the_hit():
    for late, sounded in ((Fraction(40, 1000), 40), (Fraction(60, 1000), 41)):
        hit = v2a.Hit(EVEN.time(sounded) - late, 10.0)
        plan = with_hits(hit, prompt="hopeful strings and piano")
        (sting,) = stings_of(plan)
        at = float(EVEN.time(sounded) if late < Fraction(42, 1000) else hit.time)
        assert sting.time == pytest.approx(at)
        assert not [n for n in notes(compose(plan)) if at + 0.03 < n.time < at + 0.1]


@pytest.mark.parametrize("prompt", ["warm string quartet", "triumphant", "solo cello"])
def test_a_hit_that_is_held_is_one_note(prompt):
    marks = tuple(v2a.Hit(EVEN.time(b), 10.0, "mark") for b in (20, 32, 52))
    score = compose(with_hits(*marks, prompt=prompt))
    eased = [n for n in notes(score) if n.eased]
    assert {mark.time for mark in marks} == {EVEN.time(round(EVEN.beat(Fraction(n.time)))) for n in eased}
    assert all(n.length > 0.25 and n.eased.velocity < n.velocity for n in eased)
    for voice in score.voices:
        for note in (n for n in voice.notes if n.eased):
            assert not [n for n in voice.notes if n.pitch == note.pitch and 0 < n.time - note.time < 0.3]
