"""`v2a sync`: sound that lies beside its picture is found, put right, or left alone."""

import json
import subprocess
from fractions import Fraction

import av
import numpy as np
import pytest
import soundfile

from tests.bad_input.running import here, make_film, v2a
from v2a.api.syncing import REACH
from v2a.cli.commands.sync import command
from v2a.media import programs, sound
from v2a.media.broadcast import broadcast
from v2a.media.bwf import Bext
from v2a.media.encode import encode
from v2a.media.probe import probe
from v2a.media.resample import resample
from v2a.media.writer import SoundWriter
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


@pytest.fixture(scope="module")
def surround(film):
    """The same film with its sound in the centre of 5.1, with the surrounds at the sides, at 44.1 kHz."""
    path = film[0].with_name("film51.mov")
    names = ("FL", "FR", "FC", "LFE", "SL", "SR")
    sound = resample(Audio(ticks(film[1] + 0.18), RATE), 44_100).samples
    with SoundWriter(path.with_suffix(".wav"), 44_100, 6, speakers=names) as out:
        out.write(np.eye(6, dtype=np.float32)[:, 2:3] @ sound)
    given = ["-i", str(film[0]), "-i", str(path.with_suffix(".wav")), "-map", "0:v", "-map", "1:a"]
    subprocess.run(
        [programs.ffmpeg(), "-v", "error", *given, "-c:v", "copy", "-c:a", "pcm_s24le", str(path)], check=True
    )
    return path


def kept(path):
    """One project for all that is asked of a film."""
    return "--keep-project", path.with_suffix(".v2a")


def told(*arguments):
    done = here("sync", *arguments, "--json")
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
    assert (said["lag"], said["drift"], said["uncertainty"], said["confidence"]) == (None, None, None, 0)
    assert said["why"]
    assert not (tmp_path / "none.wav").exists()


def test_what_is_read_is_not_written(film, tmp_path):
    path, _ = film
    assert here("sync", path, "-o", path).code == 22


@pytest.mark.parametrize("lag", [0.192, -0.208])
def test_a_film_that_is_written_is_as_long_as_its_picture(film, tmp_path, lag):
    path, times = film
    soundfile.write(tmp_path / "take.wav", ticks(times + lag), RATE)
    out = tmp_path / "right.mov"
    code, said, err = told(path, tmp_path / "take.wav", "-o", out, *kept(path))
    assert (code, said["moved"]) == (0, True), err
    made = probe(out)
    assert len(made.sound) == 2
    assert sound.read(out).length == SECONDS * RATE
    assert made.duration == SECONDS
    with av.open(out) as opened:
        assert opened.duration / av.time_base <= SECONDS + 0.025


def test_the_films_own_sound_is_written_as_long_as_its_picture(film, tmp_path):
    told(film[0], "-o", tmp_path / "right.wav", *kept(film[0]))
    assert soundfile.info(tmp_path / "right.wav").frames == SECONDS * RATE


@pytest.mark.parametrize("suffix", ["mov", "wav"])
def test_surround_stays_surround(surround, tmp_path, suffix):
    out = tmp_path / f"right.{suffix}"
    code, _, err = told(surround, "-o", out, *kept(surround))
    assert code == 0, err
    if suffix == "mov":
        made = probe(out).sound[0]
        assert (made.layout, made.rate) == ("5.1(side)", 44_100)
    held = sound.read(out)
    assert (held.rate, held.channels, held.length) == (44_100, 6, SECONDS * 44_100)
    assert np.abs(held.samples).max(axis=1) == pytest.approx(
        [0, 0, np.abs(held.samples).max(), 0, 0, 0], abs=1e-5
    )
    assert np.abs(held.samples[2]).max() > 0.1


def test_what_a_broadcast_wave_file_says_is_kept(film, tmp_path):
    path, times = film
    said = Bext(
        172_800_000, "scene 4 take 2", "recorder", "REF", "2026-11-22", "10:20:30", history="A=PCM,F=48000"
    )
    ixml = "<BWFXML><SCENE>4</SCENE><AUDIO_BIT_DEPTH>32</AUDIO_BIT_DEPTH></BWFXML>"
    with SoundWriter(tmp_path / "take.wav", RATE, 1, "float", said, ixml) as out:
        out.write(4 * ticks(times + 0.18))
    code, _, err = told(path, tmp_path / "take.wav", "-o", tmp_path / "right.wav", *kept(path))
    assert code == 0, err
    found = broadcast(tmp_path / "right.wav")
    assert found.bext is not None
    assert found.bext.time_reference == 172_800_000
    assert (found.bext.description, found.bext.date) == ("scene 4 take 2", "2026-11-22")
    assert found.bext.history.splitlines()[0] == "A=PCM,F=48000"
    assert "v2a sync; moved -1" in found.bext.history.splitlines()[1]
    assert found.ixml == ixml
    assert np.abs(sound.read(tmp_path / "right.wav").samples).max() > 1.0


def test_what_is_in_sync_is_said_with_its_figure(film, tmp_path):
    path, times = film
    soundfile.write(tmp_path / "take.wav", ticks(times), RATE)
    done = here("sync", path, tmp_path / "take.wav", *kept(path))
    assert done.code == 0
    assert "in sync as far as can be told" in done.out
    assert "give or take 2" in done.out


def test_an_abstention_prints_no_numbers_and_sound_far_off_is_in_reach_when_asked(film, tmp_path):
    path, times = film
    soundfile.write(tmp_path / "take.wav", ticks(times + 0.9)[: SECONDS * RATE], RATE)
    done = here("sync", path, tmp_path / "take.wav", *kept(path))
    assert done.code == 25
    assert "drift" not in done.out and "sure" not in done.out
    code, said, _ = told(path, tmp_path / "take.wav", "--reach", "2", *kept(path))
    assert code == 0
    assert said["lag"] == pytest.approx(0.9, abs=0.03)


def test_the_reach_is_the_aligners():
    assert {option.name: option.default for option in command.params}["reach"] == REACH


def test_more_channels_than_a_coder_takes_are_refused_with_a_way_out(film, tmp_path):
    path, times = film
    soundfile.write(tmp_path / "take.wav", np.repeat(ticks(times + 0.18)[:, None], 10, 1), RATE)
    done = here("sync", path, tmp_path / "take.wav", "-o", tmp_path / "right.mp4", *kept(path))
    assert done.code == 22
    assert "10 channels" in done.err and ".mov" in done.err
    assert not (tmp_path / "right.mp4").exists()


def test_a_film_without_sound_needs_one_to_be_named(tmp_path):
    make_film(tmp_path / "mute.mp4", seconds=1, sound=False)
    done = here("sync", tmp_path / "mute.mp4")
    assert done.code == 10 and "no sound of its own" in done.err and done.err.count("\n") == 1
