"""`v2a sync`: sound that lies beside its picture is found, put right, or left alone."""

import json
from fractions import Fraction

import numpy as np
import pytest
import soundfile

from tests.bad_input.running import v2a
from v2a.media.encode import encode
from v2a.model import Audio
from v2a.testing.agreement import Mark, agreement

RATE = 48_000
SECONDS = 12


def strikes(seed):
    """Times at least 0.45 s apart."""
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.uniform(0.45, 1.1, 40)) + 0.3
    return times[times < SECONDS - 0.5]


def ticks(times):
    rng = np.random.default_rng(3)
    sound = rng.normal(0, 1e-4, SECONDS * RATE).astype(np.float32)
    hit = (rng.normal(0, 1, 4800) * np.exp(-np.arange(4800) / 700)).astype(np.float32) * 0.3
    for time in times:
        first = round(time * RATE)
        room = sound[first : first + len(hit)]
        room += hit[: len(room)]
    return sound


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A block that bounces at known times, and its sound 180 ms late."""
    path = tmp_path_factory.mktemp("sync") / "film.mp4"
    times = strikes(1)
    y, x = np.mgrid[0:120, 0:160]
    rng = np.random.default_rng(2)
    wall = np.repeat(np.repeat(rng.integers(60, 150, (15, 20, 3)), 8, 0), 8, 1)

    def frames():
        for n in range(SECONDS * 25):
            now = n / 25
            after = times[times <= now].max(initial=0.0)
            until = times[times > now].min(initial=SECONDS)
            height = 260 * (now - after) * (until - now)
            body = (abs(x - 80) < 16) & (abs(y - 95 + height) < 12)
            yield np.where(body[..., None], (235, 200, 40), wall).astype(np.uint8)

    encode(path, frames(), Fraction(25), sound=Audio(ticks(times + 0.18), RATE), quality=20)
    return path, times


def told(*arguments):
    done = v2a("sync", *arguments, "--json")
    return done.code, json.loads(done.out), done.err


def test_late_sound_is_found_and_put_right(film, tmp_path):
    path, _ = film
    code, said, err = told(path, "-o", tmp_path / "right.wav", "--keep-project", tmp_path / "p.v2a")
    assert code == 0, err
    assert said["abstained"] is False
    assert said["lag"] == pytest.approx(0.18, abs=0.03)
    assert "earlier" in said["done"]
    code, again, _ = told(path, tmp_path / "right.wav", "--keep-project", tmp_path / "p.v2a")
    assert abs(again["lag"]) <= 0.012


def test_a_film_is_written_with_the_sound_in_sync(film, tmp_path):
    path, _ = film
    done = v2a("sync", path, "-o", tmp_path / "right.mov", "--keep-project", tmp_path / "p.v2a")
    assert done.code == 0, done.err
    assert "ms late" in done.out
    again = told(tmp_path / "right.mov", "--keep-project", tmp_path / "q.v2a")
    assert abs(again[1]["lag"]) <= 0.012


def test_sound_that_runs_away(film, tmp_path):
    path, times = film
    ran = times - 0.1 + 0.008 * (times - SECONDS / 2)
    soundfile.write(tmp_path / "ran.wav", ticks(ran), RATE)
    code, said, err = told(path, tmp_path / "ran.wav", "-o", tmp_path / "right.flac")
    assert code == 0, err
    assert said["drift"] == pytest.approx(0.008, abs=0.003)
    heard, rate = soundfile.read(tmp_path / "right.flac")
    loud = np.flatnonzero(np.abs(heard) > 0.12) / rate
    starts = loud[np.concatenate([[True], np.diff(loud) > 0.2])]
    found = agreement([Mark(t) for t in starts], [Mark(t) for t in times], 0.04)
    assert found.recall > 0.9


def test_sound_that_has_nothing_to_do_with_it_is_left_alone(film, tmp_path):
    path, _ = film
    soundfile.write(tmp_path / "other.wav", ticks(strikes(77)), RATE)
    code, said, _ = told(path, tmp_path / "other.wav", "-o", tmp_path / "none.wav")
    assert (code, said["abstained"], said["output"]) == (25, True, None)
    assert said["why"]
    assert not (tmp_path / "none.wav").exists()


def test_what_is_read_is_not_written(film, tmp_path):
    path, _ = film
    assert v2a("sync", path, "-o", path).code == 22
