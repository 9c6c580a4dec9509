"""What the music of a cue is fitted to, and what decides its tempo."""

import time
from dataclasses import replace
from fractions import Fraction as F
from itertools import pairwise

import pytest

from tests.builtin.planner.films import shots, span
from tests.stages.scoring.scenes import cue, listed, music, seen
from v2a.engine.store import FolderStore
from v2a.model import Hit, Meter
from v2a.stages.scoring import timing
from v2a.stages.scoring.options import TempoOptions
from v2a.stages.scoring.timing import Timings

EVEN = seen(30, shots=shots(*(n * 60 / 75 * 4 + 0.04 for n in range(10))), scenes=(), moments=())


def timed(wanted=None, film=None, hits=(), **options):
    wanted = wanted or cue(0, 30)
    film = EVEN if film is None else film
    return Timings(film, listed(wanted, hits=hits), TempoOptions(**options)).of(wanted)


def test_cuts_at_even_bars_give_their_tempo():
    found = timed()
    assert found.tempo.bpm(F(15)) == pytest.approx(75, rel=0.031)
    late = [float(found.tempo.time(round(found.tempo.beat(h.time))) - h.time) * 25 for h in found.hits]
    assert all(-0.01 <= frames <= 2.01 for frames in late)


def test_all_times_are_the_cues_own():
    film = seen()
    found = timed(cue(15, 45), film)
    assert [float(h.time) for h in found.hits] == [5, 15, 25]
    assert found.sections == (span(0, 5), span(5, 30))


def test_without_scenes_the_cue_is_one_section():
    assert timed().sections == (span(0, 30),)


def test_a_mark_is_landed_on_whatever_the_cuts_want():
    mark = Hit(F("13.37"), 10.0, "mark", "kiss")
    found = timed(hits=(mark,))
    beat = found.tempo.beat(mark.time)
    assert min(abs(found.tempo.time(n) - mark.time) for n in (int(beat), int(beat) + 1)) <= F(2, 25)
    assert mark in found.hits


@pytest.mark.parametrize(
    ("given", "low", "high"),
    [
        ({}, 60, 140),
        ({"tempo": "96"}, 96, 96),
        ({"tempo": "100:110"}, 100, 110),
        ({"tempo": "100:110", "prompt": "at 80 bpm"}, 100, 110),
        ({"prompt": "at 80 bpm"}, 80, 80),
        ({"prompt": "a sad piano"}, 60, 84),
        ({"prompt": "presto, strings"}, 156, 208),
        ({"prompt": "between 90 and 100 bpm"}, 90, 100),
    ],
)
def test_the_cue_goes_before_its_prompt_and_the_prompt_before_the_options(given, low, high):
    limits = TempoOptions().limits_of(cue(0, 30, **given), EVEN.video)
    assert (limits.low, limits.high) == (low, high)
    assert limits.frame == F(1, 25)


@pytest.mark.parametrize(
    ("bpm", "prompt", "low", "high"),
    [
        ("90:100", "epic music", 90, 100),
        ("100", "a sad piano", 100, 100),
        ("100", "a sad piano at 70 bpm", 70, 70),
        ("90:100", "presto", 156, 208),
    ],
)
def test_options_hold_where_words_only_hint(bpm, prompt, low, high):
    limits = TempoOptions(bpm).limits_of(cue(0, 30, prompt), None)
    assert (limits.low, limits.high) == (low, high)


def test_the_meter_is_the_cues_the_prompts_or_the_options():
    options = TempoOptions(meter="5/4")
    meters = [
        options.limits_of(cue(0, 30, **given), None).meter
        for given in ({}, {"prompt": "a waltz"}, {"prompt": "a waltz", "meter": "6/8"})
    ]
    assert meters == [Meter(5, 4), Meter(3, 4), Meter(6, 8)]


@pytest.mark.parametrize("given", [{"bpm": "140:60"}, {"bpm": "0"}, {"bpm": "fast"}, {"meter": "3"}])
def test_what_is_no_tempo_or_no_meter_is_refused(given):
    with pytest.raises(ValueError):
        TempoOptions(**given)


def test_drift_nought_keeps_one_tempo():
    assert len({m.bpm for m in timed(film=seen(), drift=0.0).tempo.marks}) == 1


def test_music_gives_way_further_and_holds_a_beat_only_where_that_is_asked():
    film = seen(30, shots=shots(0, 12.6, 30), scenes=(), moments=())
    marks = (Hit(F("12.6"), 10.0), Hit(F("21.24"), 10.0), Hit(F("27.1"), 10.0), Hit(F(5), 10.0))
    wanted = cue(0, 30, tempo="96")
    gaps = {}
    for fermata in (0.0, 4.0):
        found = timed(wanted, film, hits=marks, fermata=fermata)
        beats = [float(time) for time in found.tempo.beats(span(0, 30))]
        gaps[fermata] = max(b - a for a, b in pairwise(beats))
    assert gaps[0.0] <= 60 / 96 * 1.035 < gaps[4.0]


def test_music_that_is_there_is_followed_unless_the_cue_names_a_tempo():
    film = replace(seen(), music=(music(0, 60, 87.0),))
    assert timed(cue(5, 50), film).tempo.bpm(F(20)) == pytest.approx(87, abs=0.01)
    assert timed(cue(5, 50, tempo="110"), film).tempo.bpm(F(20)) == pytest.approx(110, rel=0.031)


def test_without_a_film_the_tempo_is_even_and_nothing_is_hit():
    wanted = cue(0, 10, "a waltz at 90 bpm")
    found = Timings(None, listed(wanted), TempoOptions()).of(wanted)
    assert found.tempo.bpm(F(0)) == 90 and found.tempo.meter == Meter(3, 4)
    assert found.hits == found.sections == found.motion == ()


@pytest.mark.parametrize(("name", "number"), [("1M2", "1M2"), ("mx1", ""), ("2M10a", "2M10a"), ("M1", "")])
def test_a_cue_that_is_numbered_says_its_number(name, number):
    assert timed(replace(cue(0, 30), id=name)).number == number


@pytest.mark.parametrize("length", [0.04, 0.5])
def test_a_cue_of_half_a_second_or_one_frame_has_a_tempo(length):
    found = timed(cue(3.2, 3.2 + length))
    assert 60 <= found.tempo.bpm(F(0)) <= 140


def test_the_search_is_made_once_and_kept_in_the_store(tmp_path, monkeypatch):
    asked = []
    real = timing.fitted
    monkeypatch.setattr(timing, "fitted", lambda *given, **named: asked.append(1) or real(*given, **named))
    wanted = cue(0, 30)
    with FolderStore(tmp_path) as store:
        first = Timings(EVEN, listed(wanted), store=store)
        assert first.of(wanted) is first.of(wanted)
        assert Timings(EVEN, listed(wanted), store=store).of(wanted) == first.of(wanted)
        assert len(asked) == 1
        other = replace(wanted, tempo="100")
        assert Timings(EVEN, listed(other), store=store).of(other) != first.of(wanted)
    assert len(asked) == 2


def test_ten_hours_are_timed_as_fast_cue_by_cue_as_one(monkeypatch):
    monkeypatch.setattr(timing, "searched", lambda *given: given)
    hours = 10 * 3600
    film = seen(hours, shots=shots(*range(0, hours + 1, 4)), scenes=(), moments=())
    cues = [replace(cue(n, n + 60), id=f"1M{n}") for n in range(0, hours, 60)]
    many = Timings(film, listed(*cues))
    started = time.process_time()
    found = [many.of(each) for each in cues]
    assert {len(each.hits) for each in found[1:]} == {15}
    assert time.process_time() - started < 3
