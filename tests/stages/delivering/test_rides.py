"""Stems that are written undipped, and the automation that dips them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import soundfile

from tests.stages.scene import RATE, film, noise, observed, region, voice
from v2a.interfaces import Bench
from v2a.stages import mix
from v2a.stages.delivering.rides import write_rides
from v2a.stages.delivering.stems import StemFiles
from v2a.stages.mix import MixInputs, MixOptions


def mixed(folder, video, regions, **options):
    spans = [(2, 3), (4.2, 5)]
    inputs = MixInputs(video, regions, observed(video, spans), folder)
    return mix.run(inputs, MixOptions(spec="none", **options), Bench())


def rides(path: Path, stem: str):
    with path.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["stem"] == stem]
    return np.array([[float(row["seconds"]), float(row["gain_db"])] for row in rows]), rows


def test_the_automation_dips_undipped_stems_as_far(tmp_path):
    """Out of the band of speech the table, drawn as straight lines, makes the dipped stem of the undipped one."""
    sound = np.zeros((2, 8 * RATE), np.float32)
    sound[:, 2 * RATE : 5 * RATE] = voice(3)
    video = film(tmp_path / "film.mov", 8, sound=sound)
    (tmp_path / "takes").mkdir()
    score = (region(tmp_path / "takes", "score", "mx", 0, noise(8, 0.1, 2)),)
    plain = mixed(tmp_path / "a", video, score, band_duck=0.0)
    undipped = mixed(tmp_path / "b", video, score, band_duck=0.0, undipped=True)
    assert not plain.rides
    (path,) = write_rides(video, undipped, StemFiles(tmp_path))
    assert path.name == "film_R1_RIDES_v01.csv"
    corners, rows = rides(path, "mx")
    assert rows[0]["timecode"] == str(video.timecode_at(video.frame_time(1.8)))
    heard = {s.stem: soundfile.read(s.path)[0].T for s in undipped.stems}["mx"]
    wanted = {s.stem: soundfile.read(s.path)[0].T for s in plain.stems}["mx"]
    times = np.arange(heard.shape[1]) / RATE
    depth = np.interp(times, corners[:, 0], corners[:, 1] / corners[:, 1].min())
    np.testing.assert_allclose(heard * 10 ** (corners[:, 1].min() * depth / 20), wanted, atol=2e-4)


def test_without_speech_there_is_no_automation(tmp_path):
    video = film(tmp_path / "film.mov", 2)
    (tmp_path / "takes").mkdir()
    rain = (region(tmp_path / "takes", "rain", "bg", 0, noise(2, 0.1, 2)),)
    inputs = MixInputs(video, rain, observed(video), tmp_path / "mix")
    done = mix.run(inputs, MixOptions(undipped=True), Bench())
    assert write_rides(video, done, StemFiles(tmp_path)) == ()
    assert any("no automation to write" in note for note in done.notes)
