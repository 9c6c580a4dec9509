"""Of several candidates the best is heard: a generator makes one good take and one with each fault."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

import v2a
import v2a_composer
from tests import tones
from tests.stages.making import Table, cue
from v2a.builtin.observers import speech
from v2a.host import Host
from v2a.interfaces import Generator, GeneratorCard, as_maker
from v2a.model import Audio, Moment, Observations
from v2a.stages.arrange import chosen
from v2a.stages.generating.criteria import CRITERIA
from v2a.testing import film

RATE = 48_000
SECONDS = 8
HITS = (0.8, 2.1, 3.0, 4.6, 5.5, 7.1)


def machine(late=0.0):
    """Blows over a low hum, each on its moment or so much later."""
    time = np.arange(SECONDS * RATE) / RATE
    sound = 0.02 * np.sin(2 * np.pi * 55 * time)
    rng = np.random.default_rng(3)
    for hit in HITS:
        since = np.maximum(time - hit - late, 0)
        body = np.sin(2 * np.pi * 330 * since) + 0.6 * rng.standard_normal(len(time))
        sound += np.where(time >= hit + late, 0.25 * body * np.exp(-since * 18), 0)
    return sound


def clicked():
    sound = machine()
    sound[[RATE * 17 // 10, RATE * 4, RATE * 64 // 10]] += 0.5
    return sound


def silenced():
    return np.where(np.arange(SECONDS * RATE) < 3 * RATE, machine(), 0)


def played():
    span = v2a.Span(F(0), F(SECONDS))
    (composer,) = v2a_composer.v2a_generators()
    request = v2a.Request("a", "mx", "warm piano", span, span.end, 4, RATE, 2)
    (made,) = as_maker(composer.open(v2a.Bench()))([request])
    return machine() + 0.7 * made.sound.samples.mean(axis=0)


def spoken():
    import tempfile
    from pathlib import Path

    from v2a.media import programs
    from v2a.media.resample import resample
    from v2a.media.sound import read

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        said = "Never have I seen such a thing in all my life, and I have seen a good many things, my friend."
        programs.run([shutil.which("espeak-ng"), "-w", str(path), said])
        voice = resample(read(path), RATE).samples[0][: SECONDS * RATE]
    return machine() + np.pad(voice, (0, SECONDS * RATE - len(voice)))


FAULTS = {
    "onsets": lambda: machine(late=0.16),
    "clicks": clicked,
    "clipping": lambda: np.clip(9 * machine(), -1, 1),
    "silence": silenced,
    "music": played,
    "speech": spoken,
}
needs_voice = pytest.mark.skipif(
    not speech.available() or shutil.which("espeak-ng") is None, reason="nobody speaks here"
)


SOUNDS = {}
METRICS = []


class Machine(Generator):
    """Makes what the test lays out for each seed."""

    card = GeneratorCard("machine", "1", ("fx",), tones.FREE, channels=1)

    def open(self, bench):
        return lambda request: Audio(np.asarray(SOUNDS[request.seed], np.float32)[None], RATE)


@v2a.hookimpl
def v2a_generators():
    return [Machine()]


@v2a.hookimpl
def v2a_metrics():
    return METRICS


@pytest.fixture
def table(tmp_path):
    table = Table(tmp_path)
    yield table
    table.close()


def ranked(table, *sounds, metrics=(), prompt="press"):
    """The takes of a cue that has these candidates, and the number of the one that is heard."""
    wanted = cue("a", prompt, end=float(SECONDS))
    video = film(60)
    moments = tuple(Moment(F(repr(t)), "impact", 0.9, 0.95) for t in HITS)
    seeds = [
        v2a.SpottingList(video.identity, 5, cues=(wanted,)).seed_of(wanted, n) for n in range(len(sounds))
    ]
    SOUNDS.update(zip(seeds, sounds, strict=True))
    METRICS[:] = metrics
    seen = Observations(video, moments=moments)
    takes = table.run(
        wanted,
        seen=seen,
        host=Host([("ranking", sys.modules[__name__], "")]),
        candidates=len(sounds),
        executor="local",
    ).takes
    best = chosen(wanted, takes)
    assert [t.candidate for t in takes] == list(range(len(sounds)))
    return takes, best.candidate


def marks(take):
    return {mark.name: mark.value for mark in take.marks}


@pytest.mark.parametrize(
    "fault", [pytest.param(name, marks=[needs_voice] if name == "speech" else []) for name in FAULTS]
)
def test_a_fault_costs_by_its_own_criterion_and_the_good_take_is_heard(table, fault):
    takes, best = ranked(table, FAULTS[fault](), machine())
    bad, good = takes
    assert best == 1
    assert good.score > 0.9
    assert bad.score < good.score - 0.1
    lost = {name: marks(good)[name] - marks(bad)[name] for name in marks(good)}
    assert max(lost, key=lambda name: lost[name] * CRITERIA[name].cost) == fault


def test_all_criteria_that_need_no_model_are_told(table):
    (take,), _ = ranked(table, machine())
    assert {"clicks", "clipping", "music", "onsets", "silence"} <= set(marks(take))
    assert all(0 <= value <= 1 for value in marks(take).values())


@needs_voice
def test_speech_that_is_asked_for_costs_nothing(table):
    (take,), _ = ranked(table, spoken(), prompt="a man talks over a machine")
    assert "speech" not in marks(take)


class Liking(v2a.Metric):
    """Says what it is told to for each candidate."""

    def __init__(self, name, values, unit="share", better=True):
        self.card = v2a.MetricCard(name, "1", unit, better)
        self._values = values

    def measure(self, bench, sound, take, observations):
        value = self._values[take.candidate]
        if isinstance(value, Exception):
            raise value
        return value


def test_a_text_match_ranks_where_a_metric_gives_one(table):
    takes, best = ranked(table, machine(), machine(), metrics=[Liking("text", (0.2, 0.8))])
    assert best == 1
    assert [marks(t)["text"] for t in takes] == [0.2, 0.8]


def test_a_tagger_takes_the_place_of_the_plain_detector(table):
    tagger = Liking("music", (0.9, 0.05), better=False)
    takes, best = ranked(table, machine(), machine(), metrics=[tagger])
    assert best == 1
    assert [marks(t)["music"] for t in takes] == pytest.approx([0.1, 0.95])


def test_other_metrics_are_shown_and_do_not_rank(table):
    headroom = Liking("headroom", (-3.0, -40.0), unit="dB")
    loud = Liking("text", (-3.0, 40.0), unit="dB")
    takes, best = ranked(table, machine(), machine(), metrics=[headroom, loud])
    assert best == 0
    assert [marks(t)["headroom"] for t in takes] == [-3.0, -40.0]
    assert all("text" not in marks(t) for t in takes)


def test_a_metric_that_fails_is_named_once_and_asked_no_more(table):
    broken = Liking("text", (RuntimeError("no ears"), 0.1))
    takes, _ = ranked(table, machine(), machine(), metrics=[broken])
    assert all("text" not in marks(t) for t in takes)
    named = [str(e) for e in table.events if "no ears" in str(e)]
    assert len(named) == 1
    assert "metric text" in named[0]


def test_the_same_candidates_are_marked_the_same_again(tmp_path):
    found = []
    for name in ("one", "two"):
        again = Table(tmp_path / name)
        takes, _ = ranked(again, machine(), clicked())
        found.append([replace(t, sound=None) for t in takes])
        again.close()
    assert found[0] == found[1]
