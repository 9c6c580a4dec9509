"""`v2a tempo`: the tempo of a film's cuts is found, its map is written, and what makes no sense is refused."""

import csv
import json
from fractions import Fraction

import numpy as np
import pytest

from tests.bad_input.running import Ended, digest, leftovers
from v2a.cli import run
from v2a.media.encode import encode

RATE = 25
BAR = 60 / 96 * 4
CUTS = tuple(round((0.4 + n * BAR) * RATE) / RATE for n in range(8))
FIRST = 0.4


def made(path, cuts, seconds):
    """A film of still pictures of coloured squares that change at these times."""
    rng = np.random.default_rng(3)
    pictures = [rng.integers(0, 255, (6, 8, 3)).repeat(16, 0).repeat(16, 1) for _ in range(len(cuts) + 1)]
    shown = (sum(cut <= n / RATE + 1e-9 for cut in cuts) for n in range(round(seconds * RATE)))
    encode(path, (pictures[n].astype(np.uint8) for n in shown), Fraction(RATE), quality=28)
    return path


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Twenty seconds with a cut on every bar of 96 beats a minute."""
    return made(tmp_path_factory.mktemp("tempo") / "film.mp4", CUTS, 20)


@pytest.fixture
def v2a(capsys):
    """Runs the command line, and says how it ended."""

    def ended(*arguments):
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        return Ended(code, *capsys.readouterr())

    return ended


@pytest.fixture
def told(v2a):
    """What `v2a tempo` says as JSON."""

    def data(film, *given):
        done = v2a("tempo", film, "--json", *given)
        assert done.code == 0, done.err
        return json.loads(done.out)

    return data


@pytest.fixture
def refused(v2a):
    """Checks that `v2a tempo` refuses something in one line."""

    def check(code, *given, says=""):
        done = v2a("tempo", *given)
        assert done.code == code, done.err
        assert len(done.lines) == 1 and says in done.lines[0], done.err

    return check


def test_the_tempo_of_the_cuts_comes_first_and_every_cut_is_hit(told, film):
    before = digest(film)
    found = told(film)
    best = found[0]
    assert {"bpm", "offset", "beats", "hits"} <= set(best)
    assert [each["fitted"] for each in found] == [True] + [False] * (len(found) - 1)
    assert [hit["time"] for hit in best["hits"]] == pytest.approx(CUTS)
    for hit in best["hits"]:
        assert {"time", "weight", "error_frames"} <= set(hit)
        nearest = min(best["beats"], key=lambda beat: abs(beat - hit["time"]))
        assert hit["error_frames"] == pytest.approx((nearest - hit["time"]) * RATE, abs=1e-3)
        assert -1e-6 <= hit["error_frames"] <= 2 + 1e-6
    assert best["offset"] == best["beats"][0] < 60 / 60
    assert all(0 <= beat < 20 for beat in best["beats"])
    assert digest(film) == before


def test_the_tempi_stay_within_what_is_asked_and_are_in_the_meter(told, film):
    for bpm, meter in (("90:100", "3/4"), ("70", "4/4")):
        found = told(film, "--bpm", bpm, "--meter", meter, "--drift", "0")
        low, _, high = bpm.partition(":")
        assert all(float(low) <= each["bpm"] <= float(high or low) and each["even"] for each in found)
        beats, bars = found[0]["beats"], found[0]["downbeats"]
        assert beats.index(bars[1]) - beats.index(bars[0]) == int(meter[0])
        gaps = np.diff(beats)
        assert np.allclose(gaps, 60 / found[0]["bpm"], atol=1e-6)


def test_a_mark_of_ones_own_weighs_most_and_is_landed_on(told, film):
    best = told(film, "--hit", "3.333=20", "--hit", "00:00:07:05")[0]
    marks = {hit["time"]: hit for hit in best["hits"] if hit["kind"] == "mark"}
    assert [hit["weight"] for _, hit in sorted(marks.items())] == [20, 10]
    assert all(0 <= hit["error_frames"] <= 2 for hit in marks.values())


def test_the_map_is_written_as_midi_and_as_a_table(told, film, tmp_path):
    import mido

    outputs = [tmp_path / "map.mid", tmp_path / "map.csv"]
    best = told(film, "-o", outputs[0], "-o", outputs[1])[0]
    with outputs[1].open(newline="") as file:
        rows = list(csv.DictReader(file))
    inside = [row for row in rows if 0 <= float(row["time"]) < 20]
    assert [float(row["time"]) for row in inside] == pytest.approx(best["beats"], abs=1e-5)
    assert [float(r["time"]) for r in inside if r["beat"] == "1"] == pytest.approx(
        best["downbeats"], abs=1e-5
    )
    assert next(r["bar"] for r in inside if r["beat"] == "1") == "1"
    assert sum(bool(row["hit"]) for row in rows) == len(CUTS)
    assert rows[0]["timecode"].startswith("00:00:00:")
    song = mido.MidiFile(outputs[0])
    assert song.length == pytest.approx(20, abs=0.6)
    clock, marks = 0.0, []
    for message in song:
        clock += message.time
        marks += [clock] if message.type == "marker" else []
    assert marks == pytest.approx(CUTS, abs=2e-3)
    [begins] = [message for message in song.tracks[0] if message.type == "smpte_offset"]
    assert (begins.hours, begins.minutes, begins.seconds, begins.frames) == (0, 0, 0, 0)
    assert not leftovers(tmp_path)


def test_a_table_is_printed_and_says_what_the_first_does(v2a, film):
    done = v2a("tempo", film, "--hit", "5")
    lines = done.out.splitlines()
    assert lines[0].split("\t") == [
        *("bpm", "offset", "hits", "near", "misses", "off", "others off", "downbeats"),
    ]
    assert any(line.split()[:1] == ["mark"] and "bar" in line for line in lines)
    assert v2a("tempo", film, "-q").out == ""


def test_a_part_is_counted_on_the_films_clock(told, film):
    best = told(film, "--from", "5", "--to", "15")[0]
    assert all(5 <= hit["time"] < 15 for hit in best["hits"])
    assert all(5 <= beat < 15 for beat in best["beats"])
    assert 5 <= best["offset"] < 6


def test_a_cue_is_asked_for_with_its_own_tempo_and_the_lists_hits(v2a, told, refused, film, tmp_path):
    own = made(tmp_path / "film.mp4", CUTS, 20)
    assert v2a("spot", own, "--brief", "sad piano from 0:02 to 0:18", "-q").code == 0
    path = tmp_path / "film.v2a" / "spotting.toml"
    listed = path.read_text()
    cue = listed.split('kind = "mx"')[0].rsplit('id = "', 1)[1].split('"')[0]
    path.write_text(listed.replace('kind = "mx"', 'kind = "mx"\ntempo = 77', 1) + "\n[[hit]]\ntime = 9.5\n")
    best = told(own, "--cue", cue)[0]
    assert best["bpm"] == pytest.approx(77)
    assert all(2 <= beat < 18 for beat in best["beats"])
    mark = next(hit for hit in best["hits"] if hit["kind"] == "mark")
    assert mark["time"] == 9.5 and 0 <= mark["error_frames"] <= 2
    assert any(hit["kind"] == "mark" for hit in told(own)[0]["hits"])
    refused(35, own, "--cue", "nosuch", says="nosuch")
    other = listed.split('kind = "bg"')[0].rsplit('id = "', 1)[1].split('"')[0]
    refused(35, own, "--cue", other, says=f"Name a cue of music: {cue}.")


@pytest.mark.parametrize("seconds", [4, 0.5, 0.04])
def test_without_cuts_any_tempo_does(v2a, told, tmp_path, seconds):
    plain = made(tmp_path / "plain.mp4", (), seconds)
    found = told(plain)
    assert 60 <= found[0]["bpm"] <= 140 and found[0]["hits"] == []
    done = v2a("tempo", plain, "-o", tmp_path / "map.csv", "-o", tmp_path / "map.mid")
    assert done.code == 0 and "any tempo does" in done.out


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        (["--bpm", "140:60"], 34, "60:140"),
        (["--bpm", "0"], 34, "0"),
        (["--bpm", "nan"], 34, "nan"),
        (["--bpm", ""], 34, "tempo"),
        (["--meter", "waltz"], 34, "waltz"),
        (["--meter", "0/4"], 34, "0/4"),
        (["--drift", "2"], 34, "drift"),
        (["--drift", "nan"], 34, "drift"),
        (["--hit", "99"], 33, "99"),
        (["--hit", "noon"], 33, "noon"),
        (["--hit", "1=0"], 2, "weight"),
        (["--hit", "1="], 2, "weight"),
        (["--from", "50"], 33, "50"),
        (["--cue", "mx1"], 11, ""),
        (["--cue", "mx1", "--from", "1"], 2, "--from"),
        (["-o", "map.wav"], 22, ".mid"),
        (["-o", "/proc/map.mid"], 22, "/proc/map.mid"),
        (["-o", "/proc/map.csv"], 22, "/proc/map.csv"),
    ],
)
def test_what_makes_no_sense_is_one_line(refused, film, given, code, says):
    refused(code, film, *given, says=says)


def test_what_is_no_film_is_one_line(refused, tmp_path):
    import soundfile

    soundfile.write(tmp_path / "song.wav", np.zeros(48_000, np.float32), 48_000)
    refused(16, tmp_path / "song.wav", says="no picture")
    refused(11, tmp_path / "nosuch.mp4", says="nosuch")
