"""The built-in observers on films of every kind."""

import pytest

import v2a.builtin
from tests.builtin.observers import rendered
from tests.builtin.observers.rendered import bouncing
from tests.media.films import Tone, film
from tests.stages.observing import PCM_MOV, Room, made
from v2a.builtin.observers.sound import Sound
from v2a.host import Host
from v2a.media import programs
from v2a.media.probe import probe
from v2a.stages import observe
from v2a.stages.observe import ObserveInputs, ObserveOptions


@pytest.mark.parametrize("kind", ["no sound", "one frame", "tiny", "variable", "short sound"])
def test_films_of_every_kind(tmp_path, kind):
    ways = {
        "no sound": {"frames": 20},
        "one frame": {"frames": 1, "sound": [Tone((), 0.1)]},
        "tiny": {"frames": 10, "size": (16, 16)},
        "variable": {
            "frames": 40,
            "filters": "select='not(mod(n\\,3))+lt(n\\,10)'",
            "extra": ("-fps_mode", "vfr"),
        },
        "short sound": {"frames": 50, "sound": [Tone((0.25,), 0.7)]},
    }
    options = {"codecs": PCM_MOV, **ways[kind]}
    video = probe(film(tmp_path / "film.mov", **options))
    room = Room(tmp_path / "store")
    host = Host([("builtin", v2a.builtin, "")])
    seen = observe.run(ObserveInputs(video, host.observers), ObserveOptions(), room.bench)
    assert observe.failures(seen) == ()
    assert seen.shots[0].span.start == 0 and seen.shots[-1].span.end == video.duration
    assert seen.scenes[0].span.start == 0 and seen.scenes[-1].span.end == video.duration
    assert len(seen.features["brightness"].values()) == len(seen.features["brightness"].clock()) > 0
    if kind == "no sound":
        assert (
            seen.notes.count("The film has no sound of its own, so there was only its picture to go by.") == 1
        )
    if kind == "short sound":
        assert [round(float(o.time), 2) for o in seen.onsets] == [0.25]
        assert seen.silence[-1].end == video.duration
        assert len(seen.features["loudness"].values()) == 20


def test_what_the_decoder_could_not_read_is_noted_each_time(tmp_path):
    path = film(tmp_path / "film.mov", frames=100, codecs=PCM_MOV[:-2], size=(320, 192))
    data = bytearray(path.read_bytes())
    at = data.index(b"mdat") + 2000
    data[at : at + 1500] = bytes(n * 37 % 251 for n in range(1500))
    path.write_bytes(data)
    video, room = probe(path), Room(tmp_path / "store")
    first = room.run(video, made("any"))
    assert any(" from " in note and note.endswith(" s") for note in first.notes)
    assert observe.failures(first) == ()
    assert room.run(video, made("any")).notes == first.notes
    assert set(first.notes) <= set(room.run(video, made("any"), Sound()).notes)
    assert room.run(video, made("any")).notes == first.notes


def test_bounces_are_found_in_a_coded_film(tmp_path):
    place, bounces = bouncing()
    path = tmp_path / "ball.mp4"
    args = [
        programs.ffmpeg(),
        "-v",
        "error",
        "-nostdin",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-s",
        "192x108",
    ]
    args += [
        "-r",
        "24000/1001",
        "-i",
        "pipe:0",
        "-vf",
        "scale=640:360",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
    ]
    with programs.piped([*args, "-pix_fmt", "yuv420p", "-threads", "1", str(path)]) as pipe:
        for frame in rendered.film(place, 5, 24000 / 1001):
            pipe.feed(frame.tobytes())
    room = Room(tmp_path / "store")
    inputs = ObserveInputs(probe(path), Host([("builtin", v2a.builtin, "")]).observers)
    sure = [m for m in observe.run(inputs, ObserveOptions(), room.bench).moments if m.confidence >= 0.5]
    expected = [b for b in bounces if b < 4.8]
    assert len(sure) == len(expected) == 4
    assert all(abs(float(m.time) - b) < 0.03 for m, b in zip(sure, expected, strict=True))
