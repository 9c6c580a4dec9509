"""What a generator that looks and reads is given: features of each window, thoughts of its own sound, files by content."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest

import v2a
from tests import players, tones, troubled
from tests.stages.making import Table, cue, samples
from v2a.errors import FileMissing
from v2a.host import Host
from v2a.interfaces import EncoderCard, Generator, GeneratorCard
from v2a.model import Audio, FeatureTrack, Observations, Reasoning, Span, SpottingList
from v2a.stages import generate
from v2a.stages.generate import GenerateInputs, GenerateOptions
from v2a.testing import film

ASKED = []


@dataclass(frozen=True)
class Given:
    table: str = v2a.option("", "Features made elsewhere.", file=True)
    memory: float = v2a.option(0.0, "How much memory it may use.", keyed=False)


class Reading(Generator):
    """Hums what it is told, in windows of four seconds."""

    card = GeneratorCard(
        "reading",
        "1",
        ("vo",),
        tones.FREE,
        channels=1,
        windowing="continued",
        window=F(4),
        overlap=F(1),
        features=("energy",),
        encoders=("thoughts",),
        accepts=("avoid", "reasoning"),
        params=Given,
        precomputed="table",
        rank=20,
    )

    def open(self, bench):
        def make(request):
            ASKED.append((request, {n: np.array(t.values()) for n, t in request.features.items()}))
            return Audio(np.full((1, request.length), 0.1, np.float32), request.rate)

        return make


class Deaf(Reading):
    card = replace(Reading.card, name="deaf", accepts=(), encoders=("thoughts",), rank=0)


class Wide(Generator):
    """Its sound is the time in the cue, a tenth of it a second."""

    card = replace(
        Reading.card, name="wide", encoders=(), params=v2a.NoParams, precomputed="", least=F(3), rank=0
    )

    def open(self, bench):
        def make(request):
            ASKED.append((request, {n: np.array(t.values()) for n, t in request.features.items()}))
            clock = np.arange(request.start, request.start + request.length) / request.rate
            return Audio((0.1 * clock[None]).astype(np.float32), request.rate)

        return make


class Unready(Reading):
    card = replace(Reading.card, name="unready", lacks="its weights are not here", encoders=(), rank=99)


class Thoughts(players.Letters):
    card = EncoderCard("thoughts", "1", tones.FREE, "text", of="reasoning")


@v2a.hookimpl
def v2a_generators():
    return [Reading(), Deaf(), Wide(), Unready(), troubled.Batched()]


@v2a.hookimpl
def v2a_encoders():
    return [Thoughts()]


@pytest.fixture
def table(tmp_path):
    made = Table(tmp_path)
    made.host = Host([("here", sys.modules[__name__], "")])
    ASKED.clear()
    yield made
    made.close()


@pytest.fixture
def seen(tmp_path):
    path = tmp_path / "energy.npy"
    np.save(path, np.arange(600.0))
    return Observations(film(60), features={"energy": FeatureTrack(str(path), F(10))})


def run(table, seen, *cues, timing="The speech is slow. A dog barks at 3.00 s.", **options):
    reasoning = (Reasoning(0, Span(F(0), F(60)), "", timing),)
    spotting = SpottingList(seen.video.identity, 5, "", cues, reasoning)
    inputs = GenerateInputs(spotting, seen, table.host)
    return generate.run(inputs, GenerateOptions(**options), table.bench)


def text(rows):
    return "".join(map(chr, rows.astype(int)))


def test_each_window_has_features_of_its_own(table, seen):
    made = run(table, seen, cue("a", "words", "vo", 2.0, 11.0))
    assert not made.failures
    assert len(ASKED) == 3
    assert ASKED[0][0].window.start == 0
    assert ASKED[-1][0].window.end == 9
    for request, own in ASKED:
        first, last = (int((2 + t) * 10) for t in (request.window.start, request.window.end))
        assert own["energy"].tolist() == list(range(first, last))
        assert request.features["energy"].clock()[0] == 0


@pytest.mark.parametrize(("start", "asked"), [(10.1, (9.1, 12.1)), (0.25, (0, 3)), (59.0, (57, 60))])
def test_a_short_cue_is_cut_out_of_a_longer_window(table, seen, start, asked):
    made = run(table, seen, cue("a", "words", "vo", start, start + 1.0, generator="wide"))
    (request, own), *_ = ASKED
    assert (float(request.window.start) + start, float(request.window.end) + start) == pytest.approx(asked)
    assert own["energy"].tolist() == list(range(round(asked[0] * 10), round(asked[1] * 10)))
    sound = samples(made.takes[0])
    assert sound.shape == (1, 48_000)
    assert sound[0] == pytest.approx(0.1 * np.arange(48_000) / 48_000, abs=1e-6)


def test_it_is_told_of_its_own_sound_and_of_no_other(table, seen):
    run(table, seen, cue("a", "slow words", "vo", avoid="breath"), cue("b", "dog barking", "fx", muted=True))
    (request, own), *_ = ASKED
    assert text(own["thoughts"]) == "Slow words. The speech is slow."
    assert text(own["thoughts:avoid"]) == "breath"
    assert request.said == text(own["thoughts"])


def test_whoever_takes_no_reasoning_is_given_none_and_nothing_hangs_on_it(table, seen):
    spoken = cue("a", "words", "vo", generator="deaf", avoid="breath")
    first = run(table, seen, spoken).takes[0]
    (request, own), *_ = ASKED
    assert request.reasoning is None
    assert set(own) == {"energy", "thoughts"}
    assert text(own["thoughts"]) == "Words."
    assert run(table, seen, spoken, timing="It is another thought.").takes[0].id == first.id


def test_another_thought_makes_another_take(table, seen):
    spoken = cue("a", "words", "vo")
    first = run(table, seen, spoken).takes[0]
    assert run(table, seen, spoken, timing="It is another thought.").takes[0].id != first.id
    assert run(table, seen, spoken).takes[0].id == first.id


def test_who_lacks_something_is_asked_only_by_name_and_says_what(table, seen):
    assert run(table, seen, cue("a", "words", "vo")).takes[0].generator == "reading"
    made = run(table, seen, cue("a", "words", "vo", generator="unready"))
    assert made.takes[0].generator == "reading"
    assert made.failures[0].what == "its weights are not here"
    run(table, seen, cue("a", "words", "vo"), prefer={"vo": "unready"})
    said = [e.text for e in table.events if hasattr(e, "text")]
    assert said == ["unready is preferred and not asked: its weights are not here."]


def test_a_parameter_that_changes_nothing_makes_no_new_take(table, seen):
    spoken = cue("a", "words", "vo", generator="reading")
    first = run(table, seen, spoken).takes[0]
    assert run(table, seen, replace(spoken, params={"memory": 3.0})).takes[0].id == first.id


def test_features_from_a_file_count_by_what_they_hold(table, seen, tmp_path):
    folder = tmp_path / "films"
    folder.mkdir()
    seen = replace(seen, video=replace(seen.video, path=str(folder / "film.mp4")))
    spoken = cue("a", "words", "vo", generator="reading", params={"table": "mine.npz"})
    other = run(table, seen, spoken, cue("b", "words", "vo", 5.0, 6.0))
    assert [t.generator for t in other.takes] == ["batched", "reading"]
    assert "mine.npz" in other.failures[0].what
    assert other.failures[0].exit_code == FileMissing.exit_code
    ASKED.clear()
    (folder / "mine.npz").write_bytes(b"one")
    first = run(table, seen, spoken).takes[0]
    request, own = ASKED[-1]
    assert set(own) == {"energy"}
    assert Path(request.params["table"]).read_bytes() == b"one"
    assert Path(request.params["table"]).is_relative_to(table.store.root)
    (folder / "mine.npz").rename(folder / "other.npz")
    moved = replace(spoken, params={"table": str(folder / "other.npz")})
    assert run(table, seen, moved).takes[0].id == first.id
    (folder / "other.npz").write_bytes(b"two")
    assert run(table, seen, moved).takes[0].id != first.id
    assert samples(first).shape[1] == 48_000
