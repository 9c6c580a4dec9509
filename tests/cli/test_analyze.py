"""`v2a analyze`: tables, JSON, markers, a picture, a comparison; and what a kill leaves."""

import csv
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.bad_input import running
from tests.bad_input.running import here, v2a
from v2a.media.encode import encode
from v2a.model import Audio

KEYS = [
    "schema", "version", "video", "shots", "scenes", "moments", "speech", "music", "onsets", "atmosphere",
    "silence", "leader", "lost", "notes", "ran",
]  # fmt: skip
CUTS = (1.0, 2.2)


def pictures(seconds=3.6, rate=25):
    """Three shots of one colour and one pattern each, with a square that moves."""
    rng = np.random.default_rng(5)
    shots = [rng.integers(0, 255, (6, 8, 3)).repeat(20, 0).repeat(20, 1).astype(np.uint8) for _ in range(3)]
    for n in range(round(seconds * rate)):
        picture = shots[sum(n / rate >= cut for cut in CUTS)].copy()
        picture[40:60, 3 * n % 140 : 3 * n % 140 + 20] = 250
        yield picture


def write_film(path, seconds=3.6):
    t = np.arange(round(seconds * 48_000)) / 48_000
    tone = 0.2 * np.sin(2 * np.pi * 440 * t) * np.where(t % 1 > 0.5, np.exp(-12 * (t % 1 - 0.5)), 0)
    encode(path, pictures(seconds), Fraction(25), sound=Audio(tone.astype(np.float32), 48_000), quality=20)
    return path


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A film with two cuts that was analysed once."""
    path = write_film(tmp_path_factory.mktemp("analyze") / "film.mp4")
    done = v2a("analyze", path, "-q")
    assert (done.code, done.out) == (0, ""), done.err
    return path


def told(*arguments):
    done = here("analyze", *arguments)
    assert done.code == 0, done.err
    return json.loads(done.out, parse_constant=pytest.fail)


def test_the_object(film):
    data = told(film, "--json")
    assert list(data) == KEYS
    assert data["video"]["path"].endswith("film.mp4")
    assert (data["video"]["duration"], data["video"]["frame_rate"]) == (3.6, 25.0)
    assert [s["start"] for s in data["shots"]] == [0.0, *CUTS]
    first = data["shots"][0]
    assert {"start", "end", "transition_in", "confidence", "transition", "size"} <= set(first)
    assert first["transition_in"] == "start" and data["shots"][1]["transition_in"] == "cut"
    assert sorted(n for scene in data["scenes"] for n in scene["shots"]) == [0, 1, 2]
    assert {"interior", "day", "tags"} <= set(data["scenes"][0])
    for moment in data["moments"]:
        assert {"time", "strength", "confidence", "kind", "x", "y"} <= set(moment)
    assert [round(o["time"], 1) for o in data["onsets"]] == [0.5, 1.5, 2.5, 3.5]


def test_every_key_is_documented(film):
    page = (Path(__file__).parents[2] / "docs" / "analyze.md").read_text(encoding="utf-8")
    data = told(film, "--json")
    items = [data[name][0] for name in ("shots", "scenes", "onsets", "silence")]
    for name in itertools.chain(data, data["video"], *items):
        assert f"`{name}`" in page, name


def test_it_is_not_watched_twice_and_nothing_else_is_on_stdout(film):
    done = v2a("analyze", "--json", film)
    assert json.loads(done.out)["ran"] == {}
    assert done.err == ""
    assert v2a("analyze", film, "--json", "-").out == done.out


def test_json_to_a_file_has_an_item_a_line(film, tmp_path):
    done = here("analyze", film, "--json", tmp_path / "seen.json", "-q")
    assert (done.code, done.out) == (0, "")
    text = (tmp_path / "seen.json").read_text(encoding="utf-8")
    assert text == here("analyze", film, "--json").out
    assert sum('"transition_in"' in line for line in text.splitlines()) == 3


def test_tables_in_a_pipe(film):
    lines = here("analyze", film).out.splitlines()
    assert lines[0].split("\t")[:3] == ["shot", "in", "out"]
    assert lines[2].split("\t")[:5] == ["2", "00:00:01:00", "00:00:02:05", "1.20", "cut"]
    assert "  shots     3 (2 cut)" in lines
    assert "  onsets    4" in lines


def test_a_part_of_the_film(film):
    data = told(film, "--json", "--from", "2.5", "--to", "3")
    assert [s["start"] for s in data["shots"]] == [2.2]
    assert data["scenes"][0]["shots"] == [0]
    assert len(data["onsets"]) == 1


def test_markers_open_in_a_spreadsheet(film, tmp_path):
    done = here("analyze", film, "--csv", tmp_path / "m.csv", "--start-tc", "10:00:00:00", "-q")
    assert done.code == 0, done.err
    with (tmp_path / "m.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shots = [row for row in rows if row["type"] == "shot"]
    assert [row["timecode_in"] for row in shots] == ["10:00:00:00", "10:00:01:00", "10:00:02:05"]
    assert [row["end"] for row in shots] == ["1", "2.2", "3.6"]
    assert {row["type"] for row in rows} >= {"shot", "scene", "onset", "silence"}
    starts = [float(row["start"]) for row in rows]
    assert starts == sorted(starts)


def test_the_picture_shows_cuts_where_they_are(film, tmp_path):
    done = here("analyze", film, "--plot", tmp_path / "p.png")
    assert done.code == 0, done.err
    assert done.out.splitlines()[-1].split() == ["plot", str(tmp_path / "p.png")]
    image = np.asarray(Image.open(tmp_path / "p.png").convert("RGB")).astype(int)
    assert image.shape[1] == 1600 and image.shape[0] > 600
    yellow = (abs(image - (222, 168, 30)).sum(-1) < 60).sum(0)
    left, right = 116, 1600 - 24
    columns = [left + cut / 3.6 * (right - left) for cut in CUTS]
    lines = np.flatnonzero(yellow > 200)
    assert len(lines) and all(min(abs(lines - c)) <= 1.5 for c in columns)
    assert all(min(abs(c - at) for c in columns) <= 2 for at in lines)


def test_against_what_is_known(film, tmp_path):
    truth = tmp_path / "truth.json"
    known = {"shots": [{"start": 0}, {"start": 1.0}, {"start": "00:00:02:05"}, {"start": 3.0}],
             "moments": [], "speech": []}  # fmt: skip
    truth.write_text(json.dumps(known))
    data = told(film, "--against", truth, "--json")["against"]
    assert data["cuts"]["precision"] == 1.0
    assert data["cuts"]["recall"] == pytest.approx(2 / 3, abs=1e-6)
    assert data["hard_cuts"]["f1"] == pytest.approx(0.8)
    assert (data["cuts"]["error"], data["cuts"]["spread"]) == (0.0, 0.0)
    assert {"moments_1_frame", "moments_40_ms", "placed_1_frame", "speech"} <= set(data)
    assert "music" not in data
    lines = here("analyze", film, "--against", truth).out.splitlines()
    assert lines[0].split("\t")[:4] == ["what", "precision", "recall", "F1"]
    assert lines[1].split("\t")[:4] == ["cuts", "1.000", "0.667", "0.800"]


def test_its_own_answer_is_the_whole_truth(film, tmp_path):
    here("analyze", film, "--json", tmp_path / "truth.json", "-q")
    data = told(film, "--against", tmp_path / "truth.json", "--json")["against"]
    whole = {name: figure for name, figure in data.items() if not name.startswith("placed")}
    assert {figure["f1"] for figure in whole.values()} <= {1.0, None}
    assert data["cuts"]["f1"] == 1.0


def test_a_truth_that_makes_no_sense_is_one_line(film, tmp_path):
    (tmp_path / "truth.json").write_text('{"shots": [{"end": 3}]}')
    done = here("analyze", film, "--against", tmp_path / "truth.json")
    assert done.code == 30, done.err
    assert len(done.lines) == 1 and "truth.json, shots[0]: has no 'start'" in done.lines[0]


def test_nothing_is_written_over_what_is_needed(film, tmp_path):
    before = running.digest(film)
    for option in ("--csv", "--plot"):
        assert here("analyze", film, option, film).code == 2
    assert here("analyze", film, "--json", film).code == 2
    hidden = tmp_path / "film.json"
    hidden.symlink_to(film)
    assert here("analyze", hidden, "--json", hidden).code == 22
    truth = tmp_path / "truth.json"
    truth.write_text('{"shots": []}')
    assert here("analyze", film, "--against", truth, "--json", truth).code == 22
    assert truth.read_text() == '{"shots": []}'
    assert running.digest(film) == before


def test_a_project_that_exists(film):
    assert here("spot", film, "-q").code == 0
    data = told(film.with_suffix(".v2a"), "--json")
    assert data["ran"] == {} and len(data["shots"]) == 3


def test_observers_may_be_left_out(film, tmp_path):
    copy = running.copied(film, tmp_path / "o")
    data = told(copy, "--json", "--without", "motion, transnet", "--without", "speech,faces")
    assert not {"observer:motion", "observer:speech", "observer:faces"} & set(data["ran"])
    assert "observer:picture" in data["ran"]
    done = here("analyze", copy, "--without", "nosuch")
    assert done.code == 35 and "nosuch" in done.lines[0]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_terminal_gets_what_it_has_room_for(film):
    import pty

    main, other = pty.openpty()
    environment = running.environment() | {"COLUMNS": "44", "TERM": "xterm"}
    process = subprocess.Popen(
        [sys.executable, "-m", "v2a", "analyze", str(film)],
        stdout=other, stderr=subprocess.DEVNULL, env=environment,
    )  # fmt: skip
    os.close(other)
    shown = b""
    while True:
        try:
            piece = os.read(main, 4096)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(main)
    assert process.wait(60) == 0
    lines = re.sub(r"\x1b\[[\d;?]*\w", "", shown.decode()).splitlines()
    assert max(len(line.rstrip()) for line in lines if not line.startswith("/")) <= 44
    assert any("00:00:02:05" in line for line in lines)


SLOW = """
    import time
    import numpy as np
    import v2a

    class Watcher(v2a.Watcher):
        def see(self, frames):
            time.sleep(0.02 * len(frames))
            return {"slow": np.zeros(len(frames), np.float32)}

    class Slow(v2a.Observer):
        card = v2a.ObserverCard(name="slow", version="1", picture=v2a.PictureNeed(16, 16),
                                features={"slow": v2a.FeatureCard("picture")})

        def open(self, bench, video):
            return Watcher()

        def conclude(self, bench, so_far):
            return v2a.Findings()

    @v2a.hookimpl
    def v2a_observers():
        return [Slow()]
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_kill_costs_one_part(tmp_path):
    film = write_film(tmp_path / "film.mp4", seconds=8)
    (tmp_path / "parts.toml").write_text(
        'schema = "v2a-preset"\nversion = 1\nabout = "short parts"\n[observe]\npart = 2.0\n'
    )
    plugins = running.plugin(tmp_path / "plugins", "slowplug", SLOW)
    arguments = ("analyze", film, "--preset", tmp_path / "parts.toml", "--json")
    process = running.started(*arguments, plugins=[plugins])
    store = film.with_suffix(".v2a")
    slept = time.monotonic()
    while len(list(store.rglob("*.npy"))) == 0 and time.monotonic() - slept < 60:
        time.sleep(0.05)
    killed = running.ended(process, signal.SIGKILL, 1.0)
    assert killed.code == -signal.SIGKILL, killed.err
    again = v2a(*arguments, plugins=[plugins])
    assert again.code == 0, again.err
    data = json.loads(again.out)
    assert 1 <= data["ran"]["observer:slow"] <= 3
    assert [s["start"] for s in data["shots"]] == [0.0, *CUTS]
    assert json.loads(v2a(*arguments, plugins=[plugins]).out)["ran"] == {}
    assert running.leftovers(tmp_path) == []
