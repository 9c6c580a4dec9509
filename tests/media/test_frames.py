"""Single frames from anywhere: decord and PyAV give the frame that is shown, and one stands in for the other."""

import sys
import time
from fractions import Fraction

import numpy as np
import pytest

from tests.media import films
from tests.media.films import film, numbers_of, remux
from v2a.errors import FileMissing
from v2a.interfaces import PictureNeed
from v2a.media import frames, programs
from v2a.media.frames import frames_at
from v2a.media.probe import probe

NEED = PictureNeed(80, 48)
decord_only = pytest.mark.skipif(not frames.available(), reason="decord is not installed")


@pytest.fixture(params=["decord", "pyav"])
def way(request, monkeypatch):
    """Both ways, each without the other behind it."""
    if request.param == "pyav":
        monkeypatch.setattr(frames, "available", lambda: False)
    else:
        if not frames.available():
            pytest.skip("decord is not installed")
        monkeypatch.setattr(frames, "_with_pyav", None)
    return request.param


def _asked(video):
    numbers = [7, 3, 0, 23, 23, 11, 29]
    return [(n + Fraction(1, 3)) / video.frame_rate for n in numbers], numbers


@pytest.mark.parametrize(
    ("name", "codecs", "rate"),
    [
        ("a.mp4", films.H264, "24000/1001"),
        ("b.mkv", films.H264, "30000/1001"),
        ("d.mov", films.PRORES, "60000/1001"),
        ("e.mp4", films.AV1, "25"),
    ],
)
def test_the_frame_shown(tmp_path, way, name, codecs, rate):
    video = probe(film(tmp_path / name, frames=30, rate=rate, codecs=codecs))
    times, numbers = _asked(video)
    got = frames_at(video, times, NEED)
    assert numbers_of(got.pixels) == numbers
    assert got.pixels.shape == (7, 48, 80, 3)
    assert got.times == pytest.approx([float(t) for t in times])
    exact = [n / video.frame_rate for n in numbers]
    assert numbers_of(frames_at(video, exact, NEED).pixels) == numbers


def test_before_the_start_and_after_the_end(tmp_path, way):
    video = probe(film(tmp_path / "a.mp4", frames=30))
    times = [Fraction(-1), video.duration, Fraction(99)]
    assert numbers_of(frames_at(video, times, NEED).pixels) == [0, 29, 29]


def test_variable_rate(tmp_path, way):
    dropped = "select='not(between(n,10,19))'"
    video = probe(film(tmp_path / "a.mp4", filters=dropped, extra=("-fps_mode", "vfr")))
    times = [Fraction(n, 25) for n in (5, 12, 19, 20, 40)]
    assert numbers_of(frames_at(video, times, NEED).pixels) == [5, 9, 9, 20, 40]


@pytest.mark.parametrize("turn", [90, 180, -90])
@pytest.mark.parametrize("fit", ["stretch", "inside", "letterbox", "crop"])
def test_rotation_and_fits_agree(tmp_path, turn, fit):
    path = film(tmp_path / "a.mp4", frames=30, filters="drawbox=x=0:y=0:w=40:h=30:color=gray:t=fill")
    video = probe(remux(path, tmp_path / "b.mp4", before=("-display_rotation", str(turn))))
    need = PictureNeed(120, 70, fit=fit)
    times = [Fraction(3, 25), Fraction(1)]
    slow = frames._with_pyav(video, times, need)
    if frames.available():
        quick = frames._with_decord(video, times, need)
        assert quick.shape == slow.shape
        assert np.abs(quick.astype(int) - slow).mean() < 12
        assert np.corrcoef(quick.ravel(), slow.ravel())[0, 1] > 0.97


@pytest.mark.parametrize("name", ["a.ts", "cut.mp4", "a.mxf", "hevc.mp4", "closed.mp4", "open.mp4"])
def test_where_decord_counts_wrongly_pyav_reads(tmp_path, name):
    if name == "cut.mp4":
        path = remux(film(tmp_path / "a.mp4"), tmp_path / name, before=("-ss", "0.6"))
    else:
        opened = (*films.H264, "-x264-params", "open-gop=1")
        closed = (*films.HEVC_10, "-x265-params", "log-level=none:keyint=12:open-gop=0")
        codecs = {"closed.mp4": closed, "a.mxf": films.MPEG2, "hevc.mp4": films.HEVC, "open.mp4": opened}.get(
            name, films.H264
        )
        path = film(tmp_path / name, codecs=codecs)
    video = probe(path)
    every = frames._with_pyav(video, [Fraction(n, 25) for n in range(30)], NEED)
    first = numbers_of(every)[0]
    assert numbers_of(every) == list(range(first, first + 30))
    times = [Fraction(n, 25) for n in (11, 3, 28)]
    assert numbers_of(frames_at(video, times, NEED).pixels) == [first + n for n in (11, 3, 28)]


def test_grey(tmp_path):
    video = probe(film(tmp_path / "a.mp4", frames=30))
    got = frames_at(video, [Fraction(1)], PictureNeed(80, 48, pixels="gray"))
    assert got.pixels.shape == (1, 48, 80, 1)
    assert numbers_of(got.pixels) == [25]


def test_no_times(tmp_path):
    video = probe(film(tmp_path / "a.mp4", frames=5))
    got = frames_at(video, [], NEED)
    assert (len(got), got.pixels.shape) == (0, (0, 48, 80, 3))


def _worker(monkeypatch, tmp_path, code):
    """Put another program in place of the worker."""
    script = tmp_path / "worker.py"
    script.write_text(code)
    run = programs.run
    monkeypatch.setattr(
        programs, "run", lambda args, **more: run([sys.executable, str(script), args[-1]], **more)
    )


@decord_only
@pytest.mark.parametrize(
    "code",
    [
        "import os; os.abort()",
        "raise SystemExit(1)",
        "import time; time.sleep(60)",
        "",
        "import sys, pathlib; pathlib.Path(sys.argv[1], 'frames.npy').write_bytes(b'nonsense')",
    ],
    ids=["aborts", "fails", "hangs", "says nothing", "writes nonsense"],
)
def test_pyav_stands_in(tmp_path, monkeypatch, code):
    video = probe(film(tmp_path / "a.mp4", frames=30))
    _worker(monkeypatch, tmp_path, code)
    monkeypatch.setattr(frames, "_START", 0.5)
    monkeypatch.setattr(frames, "_EACH", 0.0)
    begun = time.monotonic()
    assert numbers_of(frames_at(video, [Fraction(1)], NEED).pixels) == [25]
    assert time.monotonic() - begun < 10


def test_a_film_that_is_gone(tmp_path):
    path = film(tmp_path / "a.mp4", frames=5)
    video = probe(path)
    path.unlink()
    with pytest.raises(FileMissing):
        frames_at(video, [Fraction(0)], NEED)


def test_ten_hours(tmp_path):
    video = probe(films.long_film(tmp_path))
    begun = time.process_time()
    times = [video.duration * n / 8 for n in range(8)]
    got = frames._with_pyav(video, times, NEED)
    assert time.process_time() - begun < 3
    assert len(got) == 8
