"""Cues of any length through the engine: exact, and without a jump where windows meet."""

from __future__ import annotations

import sys
from fractions import Fraction as F

import numpy as np
import pytest

import v2a
from tests.stages.making import Table, cue, samples
from v2a.dsp.crossfade import across as crossfade_across
from v2a.dsp.crossfade import place
from v2a.host import Host
from v2a.interfaces import EncoderCard, PictureNeed
from v2a.model import Observations
from v2a.stages.generating import joining, windows

torch = pytest.importorskip("torch")

from tests.media import films  # noqa: E402
from tests.plugins.v2a_prism import tiny  # noqa: E402
from v2a.media.probe import probe  # noqa: E402
from v2a_prism.generator import prism  # noqa: E402

RATE = 48_000
FREE = v2a.Licence("MIT", commercial="yes")
HERE = sys.modules[__name__]
LOOKED = []


def rows(request, count, width):
    """Rows that follow from what is looked at or read."""
    if request.frames is not None:
        seed = int(np.load(request.frames, mmap_mode="r").astype(np.int64).sum()) % 2**32
        LOOKED.append(float(request.span.duration))
    else:
        seed = sum(map(ord, request.text))
    return np.random.default_rng(seed).standard_normal((count, width)).astype(np.float32)


class Stand(v2a.Encoder):
    """An encoder of the right sizes that needs no weights."""

    def open(self, bench):
        sizes = {"videoprism": (4, 24), "synchformer": (25, 16), "t5gemma": (0, 24)}[self.card.name]

        class Stood(v2a.Reader):
            def __call__(self, requests):
                for request in requests:
                    rate, width = sizes
                    count = 6 if not rate else int(request.span.duration * rate)
                    yield rows(request, 8 * ((count - 16) // 8 + 1) if rate == 25 else count, width)

        return Stood()


class Seen(Stand):
    card = EncoderCard("videoprism", "1", FREE, "picture", picture=PictureNeed(16, 16, F(4)), rate=F(4))


class Moved(Stand):
    card = EncoderCard("synchformer", "1", FREE, "picture", picture=PictureNeed(16, 16, F(25)))


class Said(Stand):
    card = EncoderCard("t5gemma", "1", FREE, "text", of="reasoning")


WEIGHTS = []


@v2a.hookimpl
def v2a_generators():
    return [prism(WEIGHTS[-1])]


@v2a.hookimpl
def v2a_encoders():
    return [Seen(), Moved(), Said()]


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return probe(films.film(tmp_path_factory.mktemp("film") / "f.mp4", frames=25 * 70, sound=[films.Tone()]))


@pytest.fixture
def table(tmp_path):
    WEIGHTS.append(tmp_path / "weights")
    WEIGHTS[-1].mkdir()
    tiny.folder(WEIGHTS[-1] / "prismaudio")
    for encoder in v2a_encoders():
        (WEIGHTS[-1] / encoder.card.name).mkdir()
        (WEIGHTS[-1] / encoder.card.name / "stand.npz").touch()
    made = Table(tmp_path / "table", weights=WEIGHTS[-1])
    made.host = Host([("here", sys.modules[__name__], "")])
    LOOKED.clear()
    yield made
    made.close()
    WEIGHTS.pop()


def click(sound, at):
    """What linear prediction does not foresee at a sample, over what is usual in the second around, as a z-score."""
    from scipy.linalg import solve_toeplitz
    from scipy.signal import lfilter

    order, block = 32, RATE // 500
    sound = sound[at - RATE // 2 : at + RATE // 2]
    acf = np.fft.irfft(np.abs(np.fft.rfft(sound, 2 * len(sound))) ** 2)[: order + 1]
    left = np.abs(lfilter(np.concatenate([[1.0], -solve_toeplitz(acf[:-1], acf[1:])]), 1.0, sound))[order:]
    highest = left[: len(left) // block * block].reshape(-1, block).max(axis=1)
    middle = (len(sound) // 2 - order) // block
    rest = np.delete(highest, (middle, middle + 1))
    spread = 1.4826 * np.median(np.abs(rest - np.median(rest))) + 1e-12
    return (highest[middle : middle + 2].max() - max(np.median(rest), np.percentile(rest, 90))) / spread


@pytest.fixture
def crossed(monkeypatch):
    """Where each crossfade begins in its overlap, and how long it is, in seconds."""
    found = []

    def across(tail, head, fade):
        found.append((place(tail, head, fade) / 44_100, fade / 44_100))
        return crossfade_across(tail, head, fade)

    monkeypatch.setattr(joining, "across", across)
    return found


@pytest.mark.parametrize(
    ("seconds", "count"), [(5.5, 1), (17, 3), pytest.param(61, 9, marks=pytest.mark.slow)]
)
def test_a_cue_is_as_long_as_it_is_and_its_windows_meet_without_a_jump(table, film, crossed, seconds, count):
    wanted = cue("a", "a long low sound", "bg", 2.0, 2.0 + seconds, params={"steps": 2}, generator="prism")
    made = table.run(wanted, seen=Observations(film))
    assert not made.failures
    whole = samples(made.takes[0]).astype(np.float64)
    assert whole.shape == (2, round(seconds * RATE))
    plan = windows.plan(prism(WEIGHTS[-1]).card, F(repr(seconds)))
    assert len(plan) == count
    assert sorted(LOOKED) == sorted(float(part.asked.duration) for part in plan for _ in ("seen", "moved"))
    assert len(crossed) == count - 1
    for part, (at, fade) in zip(plan[1:], crossed):
        for time in (at, at + fade / 2, at + fade):
            assert max(click(channel, int((float(part.used.start) + time) * RATE)) for channel in whole) <= 6


def test_another_thought_is_another_sound(table, film):
    from dataclasses import replace

    from v2a.model import Reasoning, Span, SpottingList
    from v2a.stages import generate

    spoken = cue("a", "rain", "bg", 0.0, 2.0, params={"steps": 2}, generator="prism")

    def take(character):
        thoughts = (Reasoning(0, Span(F(0), F(10)), character=character),)
        spotting = SpottingList(film.identity, 5, "", (spoken,), thoughts)
        inputs = generate.GenerateInputs(spotting, Observations(film), table.host)
        return generate.run(inputs, generate.GenerateOptions(), table.bench).takes[0]

    one, other, again = take("It is a soft rain."), take("It is a hard rain."), take("It is a soft rain.")
    assert one == again
    assert not np.array_equal(samples(one), samples(other))
    assert replace(one).weights
