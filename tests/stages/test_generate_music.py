"""Music is told what it is fitted to, and is made anew only where that changes."""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

from tests.stages import clicking
from tests.stages.making import cue
from tests.stages.scoring.scenes import listed, seen
from v2a.host import Host
from v2a.model import Hit
from v2a.stages import generate
from v2a.stages.generate import GenerateInputs, GenerateOptions
from v2a.stages.generating import shelf
from v2a.stages.scoring.options import TempoOptions

FILM = seen()


@pytest.fixture
def asked(monkeypatch):
    """The requests that were planned, by cue."""
    found = {}
    real = shelf.key

    def key(store, card, request, *rest):
        found[request.cue] = request
        return real(store, card, request, *rest)

    monkeypatch.setattr(shelf, "key", key)
    return found


def made(table, *cues, hits=(), tempo=None, **options):
    host = Host([("clicks", clicking, "")])
    spotting = listed(*cues, hits=hits)
    inputs = GenerateInputs(spotting, FILM, host, tempo=tempo or TempoOptions())
    return generate.run(inputs, GenerateOptions(**options), table.bench)


def test_only_music_by_generators_that_accept_a_tempo_is_told(table, asked):
    cues = (
        cue("a", "x", "mx", 0, 30),
        cue("b", "x", "fx", 0, 2),
        cue("c", "x", "mx", 0, 9, generator="deaf"),
    )
    result = made(table, *cues)
    assert not result.failures
    assert [asked[name].timing is None for name in "abc"] == [False, True, True]
    assert [float(h.time) for h in asked["a"].timing.hits] == [10, 20]


def test_clicks_lie_on_the_beats_of_the_map(table, asked):
    result = made(table, cue("a", "x", "mx", 12, 42))
    heard = np.flatnonzero(result.takes[0].sound.open().samples[0] > 0.1) / 48_000
    beats = asked["a"].timing.tempo.beats(asked["a"].window)
    assert len(heard) == len(beats) > 20
    assert np.allclose(heard, [float(b) for b in beats], atol=1e-4)


def test_a_hit_remakes_only_the_music_that_holds_it(table):
    cues = (cue("a", "x", "mx", 0, 30), cue("b", "x", "mx", 30, 60), cue("c", "x", "fx", 0, 60))
    before = made(table, *cues).takes
    after = made(table, *cues, hits=(Hit(F("41.2"), 10.0, "mark"),)).takes
    assert [a.id == b.id for a, b in zip(before, after)] == [True, False, True]
    assert made(table, *cues).takes == before


def test_the_tempo_of_the_cue_and_of_the_settings_count(table, asked):
    wanted = cue("a", "x", "mx", 0, 30)
    first = made(table, wanted).takes[0].id
    assert made(table, replace(wanted, tempo="111")).takes[0].id != first
    assert asked["a"].timing.tempo.bpm(F(10)) == pytest.approx(111, rel=0.031)
    assert made(table, wanted, tempo=TempoOptions(meter="3/4")).takes[0].id != first
    assert asked["a"].timing.tempo.meter.beats == 3


def test_all_takes_of_a_cue_follow_one_map(table, asked):
    result = made(table, cue("a", "x", "mx", 0, 30), candidates=3)
    sounds = [take.sound.open().samples for take in result.takes]
    assert len(sounds) == 3 and all(np.array_equal(sounds[0], other) for other in sounds)


def test_a_timing_crosses_into_a_process(tmp_path, either):
    import v2a_composer

    host = Host([("v2a_composer", v2a_composer, "")])
    spotting = listed(cue("a", "sad piano", "mx", 0, 12))
    result = generate.run(GenerateInputs(spotting, FILM, host), GenerateOptions(), either.bench)
    assert not result.failures and result.takes[0].sound.duration == 12
