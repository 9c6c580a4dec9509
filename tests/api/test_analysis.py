"""Ten thousand cuts and moments as JSON, markers, a comparison and a part: in seconds, and nothing is lost."""

import csv
import json
import time
from dataclasses import replace
from fractions import Fraction

import pytest

from v2a.api.analysis import analysis, part, text
from v2a.api.markers import write_markers
from v2a.api.truth import compare, figures_data, read_truth
from v2a.model import Moment, Music, Observations, Scene, Shot, Span
from v2a.testing import film

COUNT = 10_000
STEP = Fraction(1, 5)
VIDEO = film(COUNT * STEP, start="01:00:00:00")


@pytest.fixture(scope="module")
def busy():
    spans = [Span(n * STEP, (n + 1) * STEP) for n in range(COUNT)]
    shots = tuple(Shot(s, "cut" if n else "start") for n, s in enumerate(spans))
    scenes = tuple(Scene(s, (n,)) for n, s in enumerate(spans))
    moments = tuple(Moment(s.centre, "impact", 0.5, 0.9) for s in spans)
    return Observations(VIDEO, shots, scenes, moments)


def test_ten_thousand_of_each(busy, tmp_path):
    began = time.process_time()
    written = text(analysis(busy))
    path = tmp_path / "truth.json"
    path.write_text(written, encoding="utf-8")
    figures = figures_data(compare(busy, read_truth(path, VIDEO), 0.5))
    assert figures["cuts"]["f1"] == figures["hard_cuts"]["f1"] == figures["moments_1_frame"]["f1"] == 1.0
    assert figures["cuts"]["known"] == COUNT - 1
    write_markers(busy, tmp_path / "m.csv")
    with (tmp_path / "m.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 * COUNT
    assert rows[-1]["timecode_in"] == str(VIDEO.timecode_at(busy.moments[-1].time))
    assert time.process_time() - began < 20


def test_a_part_keeps_scenes_and_shots_together(busy):
    span = Span(Fraction(100), Fraction(101))
    found = part(busy, span)
    assert len(found.shots) == len(found.scenes) == len(found.moments) == 5
    assert [scene.shots for scene in found.scenes] == [(n,) for n in range(5)]
    assert part(busy, None) is busy


def test_the_beats_of_music_are_numbers_of_seconds(tmp_path):
    music = Music(Span(0, 9), 0.9, 120.0, (Fraction(1, 2), Fraction(10, 3)))
    heard = Observations(VIDEO, music=(music,))
    path = tmp_path / "truth.json"
    path.write_text(text(analysis(heard)), encoding="utf-8")
    assert json.loads(path.read_text())["music"][0]["beats"] == [0.5, 3.333333333]
    assert figures_data(compare(heard, read_truth(path, VIDEO), 0.5))


def test_what_is_no_number_is_nothing():
    lost = Observations(VIDEO, moments=(Moment(Fraction(1), "impact", float("nan"), 1.0),))
    assert json.loads(text(analysis(lost)))["moments"][0]["strength"] is None


def test_a_formula_among_the_tags_stays_words(tmp_path):
    scene = Scene(VIDEO.span, (0,), tags=("=1+1",))
    write_markers(Observations(replace(VIDEO), scenes=(scene,)), tmp_path / "m.csv")
    row = next(csv.DictReader((tmp_path / "m.csv").read_text().splitlines()))
    assert row["about"] == "scene 1, =1+1"
