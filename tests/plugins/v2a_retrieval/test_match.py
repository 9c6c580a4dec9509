"""How much a take sounds like its prompt: read from CLAP's published layout, and nothing where it is not."""

from __future__ import annotations

import numpy as np
import pytest

import v2a
from tests.builtin.planner.films import observed
from tests.plugins.v2a_retrieval.test_search import checkpoint, neural
from tests.stages.scene import take
from v2a.testing import check_metric
from v2a_retrieval import clap
from v2a_retrieval.match import TextMatch

RATE = 48_000


@pytest.fixture(autouse=True)
def fresh():
    yield
    clap._ear.cache_clear()
    clap.text.cache_clear()


def measured(tmp_path, sound, prompt="bell"):
    made = take(tmp_path, "a", sound, prompt=prompt)
    return TextMatch().measure(v2a.Bench(), made.sound.open(), made, observed())


def tone(seconds, pitch=440.0):
    wave = 0.3 * np.sin(2 * np.pi * pitch * np.arange(round(seconds * RATE)) / RATE)
    return np.tile(wave.astype(np.float32), (2, 1))


def test_it_keeps_the_contract():
    check_metric(TextMatch())


def test_without_a_checkpoint_nothing_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("V2A_WEIGHTS", str(tmp_path))
    assert measured(tmp_path, tone(1)) is None


@pytest.mark.parametrize(
    ("heard", "value"), [([127, 0], 1.0), ([0, 127], 0.0), ([-127, 0], 0.0), ([32, 123], 0.5)]
)
def test_the_cosine_counts_up_to_that_of_a_caption(tmp_path, monkeypatch, heard, value):
    monkeypatch.setattr(clap, "available", lambda: True)
    monkeypatch.setattr(clap, "text", lambda prompt: np.array([127, 0], np.int8))
    monkeypatch.setattr(clap, "sounds", lambda waves: [np.array(heard, np.int8).tobytes() for _ in waves])
    assert measured(tmp_path, tone(1)) == pytest.approx(value, abs=0.01)


@pytest.mark.parametrize(("seconds", "pieces"), [(0.3, 1), (10, 1), (45, 3)])
def test_what_is_heard_of_a_take_never_exceeds_what_clap_takes(tmp_path, monkeypatch, seconds, pieces):
    seen = []

    def sounds(waves):
        seen.extend(waves)
        return [np.array([127, 0], np.int8).tobytes() for _ in waves]

    monkeypatch.setattr(clap, "available", lambda: True)
    monkeypatch.setattr(clap, "text", lambda prompt: np.array([127, 0], np.int8))
    monkeypatch.setattr(clap, "sounds", sounds)
    measured(tmp_path, tone(seconds))
    assert len(seen) == pieces
    assert all(len(wave) <= 10 * RATE and wave.ndim == 1 for wave in seen)


def test_silence_is_not_compared(tmp_path, monkeypatch):
    monkeypatch.setattr(clap, "available", lambda: True)
    assert measured(tmp_path, np.zeros((2, RATE), np.float32)) is None


@pytest.mark.slow
@pytest.mark.skipif(not neural.available(), reason="the neural extra is not installed")
def test_a_checkpoint_in_its_published_layout_is_asked(tmp_path, monkeypatch):
    checkpoint(tmp_path / "weights" / "clap")
    monkeypatch.setenv("V2A_WEIGHTS", str(tmp_path / "weights"))
    found = {prompt: measured(tmp_path, tone(2), prompt) for prompt in ("bell", "door slam")}
    assert all(0.0 <= value <= 1.0 for value in found.values())
    assert found["bell"] == measured(tmp_path, tone(2), "bell")
    assert len({measured(tmp_path, tone(2), p) for p in ("bell", "door", "slam", "bell slam")}) > 1
