"""Measuring finished files: where the dialogue is, how loud, and when the programme is judged instead."""

import shutil
from fractions import Fraction as F

import numpy as np
import pytest
import soundfile

from tests.bad_input.running import make_film
from tests.media.films import H264, PCM, Tone, film
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
    monkeypatch.setattr(metering, "_voices", lambda source, tell: found)


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
    settings = {
        "observe": {"without": ["motion", "faces", "places", "transnet"]},
        "generate": {"executor": "local"},
        "mix": {"spec": "netflix"},
    }
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


def test_a_film_of_several_tracks_is_measured_by_its_default_one(tmp_path):
    tracks = [Tone((), 2.0, steady=0.1), Tone((), 2.0, steady=0.01, channels=1)]
    reading = metering.loudness(
        film(tmp_path / "two.mov", sound=tracks, codecs=(*H264, *PCM)), dialogue=False
    )
    assert reading.loudness.integrated == pytest.approx(-20.0, abs=0.2)
    assert reading.notes == ("2 sound tracks, of which the default one is measured",)


def test_a_pair_of_mono_tracks_is_measured_as_stereo(tmp_path):
    sides = [Tone((), 2.0, steady=0.1, channels=1), Tone((), 2.0, steady=0.1, channels=1)]
    reading = metering.loudness(film(tmp_path / "pair.mov", sound=sides, codecs=(*H264, *PCM)))
    assert reading.channels == 2
    assert reading.loudness.integrated == pytest.approx(-20.0, abs=0.2)
    assert reading.notes == ()


def test_mono_says_that_it_is_one_loudspeaker(tmp_path):
    t = np.arange(2 * RATE) / RATE
    soundfile.write(tmp_path / "mono.wav", 0.1 * np.sin(2 * np.pi * 1000 * t), RATE)
    reading = metering.loudness(tmp_path / "mono.wav", dialogue=False)
    assert reading.loudness.integrated == pytest.approx(-23.0, abs=0.1)
    assert "3 LU louder" in reading.notes[0]


@pytest.mark.parametrize("rate", [8000, 22_050, 44_100, 96_000, 192_000])
def test_any_rate_measures_alike(tmp_path, rate):
    t = np.arange(4 * rate) / rate
    soundfile.write(
        tmp_path / "tone.wav", np.tile(0.1 * np.sin(2 * np.pi * 1000 * t), (2, 1)).T, rate, "PCM_24"
    )
    found = metering.loudness(tmp_path / "tone.wav").loudness
    assert found.integrated == pytest.approx(-20.0, abs=0.1)
    assert found.momentary_max == pytest.approx(-20.0, abs=0.1)
    assert found.true_peak == pytest.approx(-20.0, abs=0.2)


def test_the_target_that_is_drawn_is_the_one_that_is_judged(programme, tmp_path, monkeypatch):
    from PIL import Image

    from v2a.cli import loudness_plot

    speaking(monkeypatch, (5, 9))
    reading = metering.loudness(programme)
    assert [reading.against(name).target for name in ("netflix", "youtube", "none")] == [-27.0, -14.0, None]
    loudness_plot.draw(reading, reading.against("netflix"), tmp_path / "drawn.png")
    with Image.open(tmp_path / "drawn.png") as drawn:
        colours = {colour for _, colour in drawn.getcolors(1 << 20)}
    assert loudness_plot._SPEECH in colours
    speaking(monkeypatch, (5, 6))
    assert metering.loudness(programme).against("netflix").target == -24.0


def test_line_up_tone_at_the_head_of_a_reel_is_left_out(tmp_path):
    clock = np.arange(6 * 48_000) / 48_000
    tone = np.tile(0.4 * np.sin(2 * np.pi * 1000 * clock), (2, 1))
    talk = 0.02 * np.random.default_rng(3).standard_normal((2, 8 * 48_000))
    silence = np.zeros((2, 2 * 48_000))
    for name, parts in {"reel": (tone, silence, talk), "plain": (talk,), "late": (talk, tone)}.items():
        soundfile.write(tmp_path / f"{name}.wav", np.concatenate(parts, axis=1).T, 48_000, "PCM_24")
    plain, reel, late = (
        metering.loudness(tmp_path / f"{n}.wav", dialogue=False) for n in ("plain", "reel", "late")
    )
    assert reel.loudness.integrated == pytest.approx(plain.loudness.integrated, abs=0.12)
    assert reel.tone == pytest.approx(6.0, abs=0.11) and any("tone up to" in note for note in reel.notes)
    assert late.tone == plain.tone == 0.0
    assert late.loudness.integrated > plain.loudness.integrated + 5
