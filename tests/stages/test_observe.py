"""The observe stage on real small films: parts, what a kill leaves, what plugins may not do, and the order."""

import tracemalloc
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import v2a.builtin
from tests.builtin.observers import rendered
from tests.builtin.observers.rendered import bouncing
from tests.media.films import PCM, Tone, film, number_of
from v2a.builtin.observers.sound import Sound
from v2a.engine.store import FolderStore
from v2a.errors import Cancelled, UnknownName
from v2a.host import Host, Registered
from v2a.interfaces import (
    FeatureCard,
    Observer,
    ObserverCard,
    PictureNeed,
    SoundNeed,
    StageBench,
    Watcher,
)
from v2a.media import programs
from v2a.media.probe import probe
from v2a.model import Counted, Findings, Moment, Progress, Scene, Shot, Span, Speech
from v2a.stages import observe
from v2a.stages.observe import ObserveInputs, ObserveOptions

PART = ObserveOptions(part=Fraction(1))
PCM_MOV = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "12", "-pix_fmt", "yuv420p", *PCM)


class Numbers(Observer):
    """Reads the number each frame carries, and adds it to the one of the frame before."""

    card = ObserverCard(
        "numbers",
        "1",
        picture=PictureNeed(64, 36, pixels="gray"),
        sound=SoundNeed(8_000, 1000),
        features={
            "number": FeatureCard("picture"),
            "sum": FeatureCard("picture", shape=(1,)),
            "level": FeatureCard("sound", rows=2),
        },
    )
    concluded = 0

    def open(self, bench, video):
        return _Numbers()

    def conclude(self, bench, so_far):
        values = so_far.features["number"].values()
        return Findings(notes=(f"{len(values)} frames",))


class _Numbers(Watcher):
    def __init__(self):
        self.last = 0

    def see(self, frames):
        found = [number_of(p[..., 0] if p.ndim == 3 else p) for p in frames.pixels]
        sums = []
        for number in found:
            sums.append([number + self.last])
            self.last = number
        return {"number": np.array(found, np.float32), "sum": np.array(sums, np.float32)}

    def hear(self, block):
        return {"level": np.abs(block.sound.samples[0]).reshape(2, -1).max(1)}


def made(name, see=None, conclude=None, after=(), features=None, **card):
    """An observer out of functions."""
    shown = {name: FeatureCard("picture")} if features is None else features

    class Watching(Watcher):
        def see(self, frames):
            return {name: np.zeros(len(frames), np.float32)} if see is None else see(frames)

    class Made(Observer):
        def open(self, bench, video):
            return Watching()

        def conclude(self, bench, so_far):
            return Findings() if conclude is None else conclude(so_far)

    need = PictureNeed(32, 18) if shown else None
    Made.card = ObserverCard(name, "1", picture=need, features=shown, after=after, **card)
    return Made()


def given(*observers):
    return {o.card.name: Registered(o, "v2a_observers", o.card.name, "test", "test", "") for o in observers}


class Room:
    """A store and a bench that remembers what it was told."""

    def __init__(self, folder):
        self.events = []
        self.store = FolderStore(folder)
        self.bench = StageBench(stage="observe", tell=self.events.append, store=self.store)

    def run(self, video, *observers, options=PART, wanted=()):
        self.events.clear()
        return observe.run(ObserveInputs(video, given(*observers), wanted), options, self.bench)

    @property
    def counted(self):
        return {e.name: e.number for e in self.events if isinstance(e, Counted)}


@pytest.fixture(scope="module")
def movie(tmp_path_factory):
    """Sixty-five numbered frames at 25 a second, with beeps at 0.5, 1.5 and 2.25 s."""
    path = tmp_path_factory.mktemp("observe") / "film.mov"
    return probe(film(path, frames=65, sound=[Tone((0.5, 1.5, 2.25), 2.6)], codecs=PCM_MOV))


@pytest.fixture
def room(tmp_path):
    return Room(tmp_path / "store")


def rows(observations):
    return {name: np.array(track.values()) for name, track in observations.features.items()}


def test_rows_follow_frames_and_blocks_over_parts(movie, room):
    seen = room.run(movie, Numbers())
    values = rows(seen)
    assert values["number"].tolist() == list(range(65))
    assert values["sum"][:, 0].tolist() == [0, *(2 * n - 1 for n in range(1, 65))]
    assert len(values["level"]) == 2 * 21
    loud = np.flatnonzero(values["level"] > 0.3) / float(seen.features["level"].rate)
    assert loud.tolist() == [0.5, 1.5, 2.25]
    clock = seen.features["number"].clock()
    assert np.allclose(clock, np.arange(65) / 25)
    assert seen.features["level"].rate == 16
    assert seen.notes == ("65 frames",)
    assert room.counted == {"numbers": 3}


def test_progress_runs_to_the_end(movie, room):
    room.run(movie, Numbers())
    told = [e for e in room.events if isinstance(e, Progress)]
    assert [p.done for p in told] == sorted(p.done for p in told)
    assert told[-1].done == told[-1].total == pytest.approx(2.6)


def test_what_is_stored_is_not_watched_again(movie, room):
    first = room.run(movie, Numbers())
    again = room.run(movie, Numbers())
    assert again == first
    assert room.counted == {}


def test_one_more_observer_watches_alone(movie, room):
    room.run(movie, Numbers())
    seen = room.run(movie, Numbers(), made("other"))
    assert room.counted == {"other": 3}
    assert set(seen.features) == {"number", "sum", "level", "other"}


def test_a_kill_between_parts_costs_one_part_and_changes_no_bit(movie, tmp_path):
    whole = Room(tmp_path / "whole").run(movie, Numbers())

    class Killed(BaseException):
        pass

    room = Room(tmp_path / "killed")

    def kill(event):
        if isinstance(event, Progress) and event.done == 2:
            raise Killed

    with pytest.raises(Killed):
        observe.run(ObserveInputs(movie, given(Numbers())), PART, replace(room.bench, tell=kill))
    resumed = room.run(movie, Numbers())
    assert room.counted == {"numbers": 1}
    for name, values in rows(whole).items():
        assert values.tobytes() == rows(resumed)[name].tobytes()
    assert whole.features["sum"].clock().tobytes() == resumed.features["sum"].clock().tobytes()


def test_parts_do_not_show_in_the_built_in_observers(movie, tmp_path):
    host = Host([("builtin", v2a.builtin, "")])
    films = [Room(tmp_path / str(n)) for n in range(2)]
    inputs = ObserveInputs(movie, host.observers)
    whole = observe.run(inputs, ObserveOptions(), films[0].bench)
    parted = observe.run(inputs, ObserveOptions(part=Fraction(4, 5)), films[1].bench)
    assert observe.failures(whole) == observe.failures(parted) == ()
    for name in ("signature", "brightness", "difference", "motion", "momentum"):
        assert rows(whole)[name].tobytes() == rows(parted)[name].tobytes(), name
    for name in ("loudness", "onset", "voice"):
        assert np.allclose(rows(whole)[name], rows(parted)[name], atol=0.05), name
    assert parted.shots == whole.shots


def test_cancel_stops_between_frames(movie, room):
    asked = []

    def cancelled():
        asked.append(1)
        return len(asked) > 3

    bench = replace(room.bench, cancelled=cancelled)
    with pytest.raises(Cancelled):
        observe.run(ObserveInputs(movie, given(Numbers())), PART, bench)


def _late_error(frames):
    if frames.times[-1] > 1.2:
        raise RuntimeError("tired")
    return {"bad": np.zeros(len(frames), np.float32)}


@pytest.mark.parametrize(
    ("see", "said"),
    [
        (_late_error, "raised RuntimeError: tired"),
        (lambda f: {"bad": np.zeros(len(f) + 1, np.float32)}, "the shape"),
        (lambda f: {"bad": np.full(len(f), np.nan, np.float32)}, "not finite"),
        (lambda f: {"bad": np.zeros(len(f), complex)}, "complex128"),
        (lambda f: {}, "gave rows of nothing"),
        (lambda f: None, "NoneType"),
        (lambda f: {"bad": np.zeros(len(f)), "more": np.zeros(len(f))}, "bad, more"),
    ],
    ids=["raises midway", "wrong number", "nan", "type", "missing", "none", "too many"],
)
def test_a_bad_watcher_is_left_out_and_named(movie, room, see, said):
    seen = room.run(movie, made("bad", see), Numbers())
    assert set(seen.features) == {"number", "sum", "level"}
    assert len(seen.features["number"].values()) == 65
    (note,) = observe.failures(seen)
    assert note.startswith("observer bad: ") and said in note


def test_a_watcher_that_fails_keeps_its_earlier_parts_and_is_asked_again(movie, room):
    room.run(movie, made("bad", _late_error))
    assert room.counted == {"bad": 2}
    seen = room.run(movie, made("bad"))
    assert room.counted == {"bad": 2}
    assert observe.failures(seen) == ()
    assert len(seen.features["bad"].values()) == 65


def test_an_observer_that_does_not_open_is_left_out(movie, room):
    broken = made("broken")
    type(broken).open = lambda self, bench, video: 1 / 0
    seen = room.run(movie, broken, made("fine"))
    assert observe.failures(seen)[0].startswith("observer broken: raised ZeroDivisionError")
    assert "fine" in seen.features


def test_a_conclusion_that_does_not_fit_is_left_out(movie, room):
    far = Moment(Fraction(99), "impact", 1.0, 1.0)
    lost = Moment(Fraction(1), "impact", 1.0, 1.0, x=float("nan"))
    seen = room.run(
        movie,
        made("none", conclude=lambda s: None, features={}),
        made("far", conclude=lambda s: Findings(moments=(far,)), features={}),
        made("odd", conclude=lambda s: {}[1], features={}),
        made("lost", conclude=lambda s: Findings(moments=(lost,)), features={}),
    )
    notes = observe.failures(seen)
    assert [n.split(":")[0] for n in notes] == [
        "observer none",
        "observer far",
        "observer odd",
        "observer lost",
    ]
    assert "outside the film" in notes[1] and "x that is not finite" in notes[3] and seen.moments == ()


def test_observers_conclude_after_those_they_ask_for(movie, room):
    told = []

    def say(name):
        return lambda s: told.append(name) or Findings()

    room.run(
        movie,
        made("c", conclude=say("c"), features={}, after=("b",)),
        made("b", conclude=say("b"), features={}, after=("a",)),
        made("a", conclude=say("a"), features={}),
    )
    assert told == ["a", "b", "c"]


def test_a_missing_one_is_named_and_a_ring_is_left_out(movie, room):
    seen = room.run(
        movie,
        made("lonely", features={}, after=("nobody",)),
        made("hen", features={}, after=("egg",)),
        made("egg", features={}, after=("hen",)),
    )
    assert "lonely concludes without nobody, which is not there" in seen.notes
    assert [n.split(". ")[0] for n in observe.failures(seen)] == [
        "observer hen: waits for egg, and that waits for it",
        "observer egg: waits for hen, and that waits for it",
    ]


def test_later_shots_take_the_place_of_earlier_ones(movie, room):
    half, end = Fraction(1), movie.duration
    whole = Shot(Span(Fraction(0), end), "start")
    first = Findings(shots=(whole,), scenes=(Scene(whole.span, (0,)),), speech=(Speech(Span(0, 1)),))
    finer = Findings(shots=(Shot(Span(Fraction(0), half), "start"), Shot(Span(half, end))))
    seen = room.run(
        movie,
        made("rough", conclude=lambda s: first, features={}),
        made("fine", conclude=lambda s: finer, features={}, after=("rough",)),
    )
    assert seen.shots == finer.shots
    assert seen.scenes[0].shots == (0, 1)
    assert seen.speech == first.speech


def test_who_runs(movie, room):
    rare = made("rare", default=False)
    assert set(room.run(movie, rare).features) == set()
    assert set(room.run(movie, rare, wanted=("rare",)).features) == {"rare"}
    assert set(room.run(movie, rare, options=replace(PART, observers=("rare",))).features) == {"rare"}
    assert set(room.run(movie, made("usual"), options=replace(PART, without=("usual",))).features) == set()
    with pytest.raises(UnknownName, match="no observer is called 'rar'.*rare"):
        room.run(movie, rare, options=replace(PART, observers=("rar",)))


def test_what_is_not_installed_or_not_there_is_said_and_is_no_failure(movie, room):
    seen = room.run(movie, made("needy", needs=("no_such_module_at_all",)))
    assert seen.notes == ("needy was not observed: no_such_module_at_all is not installed",)
    assert observe.failures(seen) == ()


def test_an_observer_says_what_it_is_at_a_bench(movie, room):
    weighted, broken = made("weighted", features={}, default=False), made("broken", features={})

    def at(bench):
        here = made("weighted", features={}, default=False)
        here.card = replace(here.card, version="1-ab12", lacks="its weights are in no folder")
        return here

    weighted.at, broken.at = at, lambda bench: 1 / 0
    entries = given(weighted, broken)
    here = observe.at_hand(entries, room.bench)
    assert here["weighted"].thing.card.version == "1-ab12"
    assert here["broken"] == entries["broken"]
    asked = replace(ObserveOptions(), observers=("weighted",))
    seen = observe.run(ObserveInputs(movie, here), asked, room.bench)
    assert seen.notes == ("weighted was not observed: its weights are in no folder",)
    assert observe.failures(seen) == ()


def test_two_that_make_one_feature(movie, room):
    seen = room.run(movie, made("one", features={"x": FeatureCard("picture")}, see=_x),
                    made("two", features={"x": FeatureCard("picture")}, see=_x))  # fmt: skip
    assert "x" in seen.features
    assert observe.failures(seen)[0].startswith(
        "observer two: makes the feature 'x', which one makes already"
    )


def _x(frames):
    return {"x": np.zeros(len(frames), np.float32)}


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
    assert any(" at " in note and note.endswith(" s") for note in first.notes)
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


def test_memory_does_not_grow_with_the_number_of_parts(movie, tmp_path):
    big = FeatureCard("picture", shape=(20_000,))
    wide = made("wide", features={"wide": big}, see=lambda f: {"wide": np.ones((len(f), 20_000), np.float32)})
    room = Room(tmp_path / "store")
    room.run(movie, wide, options=ObserveOptions(part=Fraction(1)))
    tracemalloc.start()
    seen = room.run(movie, wide, options=ObserveOptions(part=Fraction(1)))
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()
    assert seen.features["wide"].values().shape == (65, 20_000)
