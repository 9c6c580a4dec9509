"""Every benchmark runs, at the smallest size that means anything."""

import shutil
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from tests.benchmarks.tables import BENCHMARKS, ran


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """A copy of the benchmarks, so that their films are made in a folder of the test's own."""
    folder = tmp_path_factory.mktemp("benchmarks")
    for script in BENCHMARKS.rglob("*.py"):
        copy = folder / script.relative_to(BENCHMARKS)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(script.read_bytes())
    return folder


def test_startup(films):
    rows = ran(films, "startup.py", "--rounds", "1")
    assert [row[0] for row in rows] == ["bare Python", "import v2a", "v2a --help", "with a heavy plugin"]
    assert [row[4] for row in rows[1:]] == ["none", "none", "none"]


@pytest.mark.slow
def test_budget(films):
    rows = ran(films, "budget.py", "--minutes", "0.1", "--size", "small")
    stages = [row[0] for row in rows]
    assert stages[:6] == ["observe", "spot", "generate", "arrange", "mix", "deliver"]
    assert all(float(row[1]) >= 0 for row in rows)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc")
def test_memory(films):
    rows = ran(films, "memory.py", "--minutes", "0.02", "0.05")
    assert [row[0] for row in rows] == ["0.02 min", "0.05 min"]


@pytest.mark.slow
def test_one_edited_cue_runs_one_generator_and_no_observer(films):
    alone, edited = ran(films, "rerender.py", "--minutes", "0.05")
    assert alone[3] == "nothing"
    assert edited[3] == "generator:foley ×1"


@pytest.mark.slow
def test_scenes(films):
    cuts, inside, day = ran(films, "scenes.py", "--films", "1", "--scenes", "3")
    assert cuts[:2] == ["place changes", "2"]
    assert [inside[0], day[0]] == ["interior or exterior", "day or night"]
    assert all(0 <= float(share) <= 1 for share in (*cuts[2:], *inside[2:4], *day[2:4]))


@pytest.mark.slow
def test_library(films, tmp_path):
    rows = ran(films, "library.py", "--files", "300", "--queries", "20", "--folder", str(tmp_path))
    assert [row[0].partition(",")[0].partition(":")[0] for row in rows] == [
        "index 300 files", "update", *(["search"] * (len(rows) - 3)), "kill -9 while indexing",
    ]  # fmt: skip
    assert "0 lost; afterwards the same index" in rows[-1][1]


@pytest.mark.slow
def test_likeness(films):
    ((sound, *far, nearer, off, _without, cost),) = ran(
        films, "likeness.py", "--seeds", "0:1", "--only", "switch"
    )
    assert sound == "switch"
    assert float(far[4]) < float(far[0]) / 2
    assert float(nearer) > 0.9
    assert float(off) < 2
    assert float(cost) > 0


@pytest.mark.slow
def test_filling(films):
    rows = ran(films, "filling.py", "--pauses", "1", "--seconds", "6")
    assert rows[0][0] == "pink noise" and float(rows[0][1]) < 2.5


def test_endless(films):
    (row,) = ran(films, "endless.py", "--minutes", "1.5", "--only", "stream")
    assert row[0] == "stream"
    assert float(row[1]) < 0.25
    assert float(row[3]) <= 3.5
    assert float(row[4]) > -0.2


@pytest.mark.slow
def test_tempo(films):
    rows = ran(films, "tempo.py", "--lists", "1", "--lengths", "20")
    lists = [row for row in rows if len(row) == 9]
    assert [row[0] for row in lists] == ["film", "trailer", "documentary", "cut to music"]
    assert all(float(row[6].split("**")[1]) > float(row[2]) + 0.2 for row in lists)
    assert next(row[:2] for row in rows if len(row) == 6 and row[0].endswith(" s")) == ["60 s", "1"]


@pytest.mark.slow
def test_splices(films):
    rows = ran(films, "splices.py", "--joins", "12")
    assert [row[1] for row in rows[:3]] == ["crossfade", "untouched", "hard cut"]
    assert all(abs(float(level)) < 0.5 for row in rows[-3:] for level in row[1:])


@pytest.mark.slow
def test_programmes(films):
    rows = ran(films, "programmes.py", "--count", "2", "--seconds", "8")
    assert len(rows) == 5
    assert all(row[-1] == "0" and float(row[3]) <= 0.1 for row in rows)


@pytest.mark.slow
def test_stems(films):
    rows = ran(films, "stems.py", "--minutes", "0.5")
    assert [row[0] for row in rows[:2]] == ["mixed and measured", "film encoded"]
    assert all(float(row[1]) > 0 for row in rows[:3])


@pytest.mark.slow
def test_stretching(films):
    rows = ran(films, "stretching.py", "--count", "1", "--halves", "tuning", "--tables", "lengths", "maps")
    lengths, maps = [r for r in rows if len(r) == 4], [r for r in rows if len(r) == 8]
    assert len(lengths) == 5 and all(row[3] == "0" for row in lengths)
    ours = [row for row in maps if row[2] == "v2a"]
    assert len(ours) == 7 and all(row[-1] == "0" for row in ours)
    assert all(float(row[4]) < 1 for row in ours if row[4] != "-")


def test_coding(films, tmp_path):
    """On noise the coder of films is no worse than the one ffmpeg takes by default."""
    sound = 0.1 * np.random.default_rng(1).standard_normal((48_000, 2))
    soundfile.write(tmp_path / "noise.wav", sound, 48_000, "PCM_24")
    [row] = ran(films, "coding.py", str(tmp_path / "noise.wav"))
    assert row[0] == "noise" and float(row[3]) > float(row[1]) - 1


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="there is no other ffmpeg that could read")
def test_offsets(films):
    rows = [row for row in ran(films, "offsets.py") if row[2] != "refused"]
    assert {row[1] for row in rows} == {"mov", "mp4", "mkv", "wav"}
    for row in rows:
        assert float(row[4]) <= (1.0 if row[1] == "mkv" else 0.0)


@pytest.mark.slow
def test_solvers(films):
    pytest.importorskip("torch")
    rows = ran(films, "solvers.py", "--calls", "12", "--fill", "4")
    errors = {
        row[0]: float(row[1]) for row in rows if len(row) == 3 and row[2].startswith(("0.", "1.", "2.", "3."))
    }
    assert errors["deis_3"] * 10 < errors["euler"]
    assert {"replacement, DEIS", "RePaint, 10 turns", "edm"} <= {row[0] for row in rows}


@pytest.mark.slow
def test_prism(films):
    pytest.importorskip("torch")
    rows = ran(films, "prism.py", "--tiny", "--device", "cpu", "--cues", "1", "2", "--steps", "2", "--seconds", "1",
               "--repeat", "1")  # fmt: skip
    assert [row[:2] for row in rows] == [[p, n] for p in ("float32", "bfloat16") for n in ("1", "2")]
    assert all(float(row[8]) < (1e-5 if row[0] == "float32" else 0.1) for row in rows)


@pytest.mark.slow
def test_prism_says_where_there_is_no_gpu(films):
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is one")
    done = subprocess.run([sys.executable, films / "prism.py"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("There is no CUDA device here.")


@pytest.mark.slow
def test_clicks(films):
    rows = ran(films, "clicks.py", "--half", "tuning", "--seconds", "4", "--breaks", "1")
    assert [row[0] for row in rows] == ["music", "struck", "steps", "other"]
    assert all(float(row[1]) <= 10 for row in rows[1:])


@pytest.mark.slow
def test_ranking(films):
    rows = ran(films, "ranking.py", "--sets", "2")
    assert rows[0][:3] == ["whole", "2", ""]
    assert {row[0] for row in rows} >= {"breaks off", "broken", "clipped", "late", "with music"}


@pytest.mark.slow
def test_music(films, tmp_path):
    rows = ran(films, "music.py", "--minutes", "0.2", "--moods", "warm", "--picture", str(tmp_path))
    assert [row[0] for row in rows] == ["warm 1000"]
    assert float(rows[0][2]) > 0 and -60 < float(rows[0][3]) < 0
    assert (tmp_path / "warm 1000.png").stat().st_size > 1000


@pytest.mark.slow
def test_marks(films):
    rows = ran(films, "marks.py", "--moods", "warm", "--seeds", "1000:1001")
    assert [row[0] for row in rows] == ["warm", "all", "climaxes"]
    assert rows[0][1] == "4" and float(rows[0][2]) > 0


@pytest.mark.slow
def test_breaths(films):
    rows = ran(films, "breaths.py", "--prompts", "solo flute", "--moods", "warm", "--seeds", "3:4")
    assert [row[0] for row in rows[:2]] == ["solo flute", "solo flute, marked"]
    assert rows[-2][0] == "warm" and rows[-1][0].startswith("all")


@pytest.mark.slow
def test_form(films, tmp_path):
    (row,) = ran(
        films, "form.py", "--minutes", "1", "--moods", "warm", "--seeds", "1", "--picture", str(tmp_path)
    )
    assert row[:2] == ["warm", "0"]
    assert float(row[2]) < float(row[4]) == 1.0
    assert (tmp_path / "warm-0.png").stat().st_size > 1000
