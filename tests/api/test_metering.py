"""Measuring finished files: where the dialogue is, how loud, and when the programme is judged instead."""

import shutil
from fractions import Fraction as F

import numpy as np
import pytest
import soundfile

from tests.bad_input.running import make_film
from v2a.api import metering
from v2a.api.order import Order
from v2a.builtin.observers import speech
from v2a.dsp.dialogue import joined
from v2a.media import mux, programs
from v2a.media.probe import probe
from v2a.model import Span

RATE = 48_000
SENTENCES = (
    "Nobody came to the station that night. We waited on the platform until the last train had gone, "
    "and then we walked home through the rain, as old friends do."
)


@pytest.fixture
def programme(tmp_path):
    """Twenty seconds: a tone at -20 dBFS, from 5 to 9 s at -30."""
    t = np.arange(20 * RATE) / RATE
    level = np.where((t >= 5) & (t < 9), 10 ** (-30 / 20), 0.1)
    wave = level * np.sin(2 * np.pi * 1000 * t)
    soundfile.write(tmp_path / "tone.wav", np.column_stack([wave, wave]), RATE, "PCM_24")
    return tmp_path / "tone.wav"


def speaking(monkeypatch, *spans):
    found = joined(Span(F(a), F(b)) for a, b in spans)
    monkeypatch.setattr(metering, "_voices", lambda path, tell: found)


def test_dialogue_is_measured_where_somebody_speaks(programme, monkeypatch):
    speaking(monkeypatch, (5, 9))
    reading = metering.loudness(programme)
    assert reading.dialogue.seconds == 4.0
    assert reading.dialogue.loudness == pytest.approx(-30.0, abs=0.1)
    ruling = reading.against("netflix")
    assert [(c.measure, c.holds) for c in ruling.checks] == [("dialogue", False), ("true peak", True)]
    assert ruling.checks[0].change == "raise it by 3.0 dB"
    assert "estimate" in ruling.notes[0]


def test_hardly_any_speech_is_judged_as_a_programme(programme, monkeypatch):
    speaking(monkeypatch, (5, 7))
    reading = metering.loudness(programme)
    ruling = reading.against("netflix")
    assert reading.dialogue.seconds == 2.0
    assert [c.measure for c in ruling.checks] == ["integrated", "true peak"]
    assert "10 % of it" in ruling.notes[0]
    assert "programme is judged instead, against -24 LUFS" in ruling.notes[0]


def test_without_a_detector_the_programme_is_judged(programme, monkeypatch):
    monkeypatch.setattr(speech, "available", lambda: False)
    reading = metering.loudness(programme)
    assert reading.dialogue is None
    assert "no speech detector is installed" in reading.against("netflix").notes[0]


def test_nobody_listens_where_no_spec_asks_for_it(programme):
    reading = metering.loudness(programme, dialogue=False)
    assert reading.dialogue is None
    assert reading.against("ebu-r128").notes == ()


@pytest.fixture
def spoken_film(tmp_path):
    """Sixteen seconds with a voice from 1.5 s on."""
    if shutil.which("espeak-ng") is None or not speech.available():
        pytest.skip("needs espeak-ng and the voice detector")
    programs.run([shutil.which("espeak-ng"), "-w", str(tmp_path / "said.wav"), SENTENCES])
    said, rate = soundfile.read(tmp_path / "said.wav")
    soundfile.write(
        tmp_path / "voice.wav", np.concatenate([np.zeros(round(1.5 * rate)), said]), rate, "PCM_24"
    )
    silent = make_film(tmp_path / "silent.mp4", 14, sound=False)
    mux.mux(
        probe(silent), tmp_path / "film.mov", [mux.MuxTrack(tmp_path / "voice.wav", "voice", default=True)]
    )
    return tmp_path / "film.mov"


def test_a_scored_film_measures_as_its_mix_says(spoken_film):
    """The mix is set by the speech that was observed in the film, the file by what is heard in it afterwards."""
    settings = {"mix": {"spec": "netflix"}}
    with Order(
        spoken_film, brief="rain, warm piano, door slam at 4s", settings=settings
    ).session() as session:
        delivery = session.score()
    told = delivery.mixdown.dialogue
    assert told == pytest.approx(-27.0, abs=0.1)
    assert delivery.mixdown.loudness.integrated != pytest.approx(told, abs=0.1)
    reading = metering.loudness(delivery.output)
    assert reading.dialogue.loudness == pytest.approx(told, abs=0.2)
    assert reading.against("netflix").passes
