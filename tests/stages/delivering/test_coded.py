"""What a mix peaks at once it is coded."""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest

from tests.stages.scene import RATE, film
from v2a.dsp.meter import Meter
from v2a.interfaces import Bench
from v2a.media.probe import probe
from v2a.media.production import production
from v2a.media.writer import SoundWriter
from v2a.model import Loudness, Mixdown, Span, SpottingList
from v2a.stages import deliver
from v2a.stages.deliver import DeliverInputs, DeliverOptions, Destination


def delivered(folder, sound, output="out.mp4", spec="youtube", span=None):
    video = film(folder / "film.mp4", 2)
    with SoundWriter(folder / "mix.wav", RATE, 2, "s24") as out:
        out.write(sound.astype(np.float32))
    quiet = Loudness(None, None, None, None, None)
    mixdown = Mixdown((), str(folder / "mix.wav"), RATE, 2, sound.shape[1], quiet, 0.0, 0.0, spec)
    to = Destination(folder / output, None, folder / "film.v2a")
    inputs = DeliverInputs(video, mixdown, (), SpottingList(video.identity, 1), to, span=span)
    return deliver.run(inputs, DeliverOptions(), Bench())


def peak(path):
    meter = Meter(RATE)
    with production(probe(path), RATE) as blocks:
        for block in blocks:
            meter.add(block)
    return meter.loudness().true_peak


def square(seconds=2):
    """What no coder keeps: its true peak is -1.2 dB here, and over 0 once it is AAC."""
    time = np.arange(seconds * RATE) / RATE
    return np.tile(0.7 * np.sign(np.sin(2 * np.pi * 220 * time)), (2, 1))


@pytest.mark.parametrize("span", [None, Span(F(0), F(1))])
def test_a_mix_that_coding_raises_is_softened_in_the_film(tmp_path, span):
    done = delivered(tmp_path, square(2 if span is None else 1), span=span)
    assert peak(done.output) <= -1.0 + 0.05
    assert peak(done.output) >= -1.6
    assert sum("softer in out.mp4" in note for note in done.notes) == 1


@pytest.mark.parametrize(("output", "spec"), [("out.mov", "youtube"), ("out.mp4", "none")])
def test_what_is_not_coded_or_has_no_ceiling_is_left_alone(tmp_path, output, spec):
    done = delivered(tmp_path, square(), output, spec)
    assert not any("softer" in note for note in done.notes)


def test_a_mix_under_its_ceiling_is_written_once(tmp_path, monkeypatch):
    written = []
    mux = deliver.mux.mux
    monkeypatch.setattr(deliver.mux, "mux", lambda *a, **k: (written.append(a), mux(*a, **k)))
    delivered(tmp_path, 0.3 * square())
    assert len(written) == 1
