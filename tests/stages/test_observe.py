"""The observe stage on a small film: parts, what a kill leaves, who runs, and in which order."""

import tracemalloc
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import v2a.builtin
from tests.stages.observing import PART, Numbers, Room, given, made, rows
from v2a.errors import Cancelled, UnknownName
from v2a.host import Host
from v2a.interfaces import (
    FeatureCard,
)
from v2a.model import Findings, Progress, Scene, Shot, Span, Speech
from v2a.stages import observe
from v2a.stages.observe import ObserveInputs, ObserveOptions


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


def test_rows_lie_in_the_store_once(movie, room):
    seen = room.run(movie, Numbers())
    files = {path.resolve() for path in room.store.root.rglob("*.npy")}
    named = {track.path for track in seen.features.values()} | {seen.features["number"].times}
    assert files == {Path(path).resolve() for path in named}


def test_a_film_whose_joined_rows_are_lost_is_watched_again(movie, room):
    first = room.run(movie, Numbers())
    before = rows(first)
    Path(first.features["sum"].path).unlink()
    again = rows(room.run(movie, Numbers()))
    assert room.counted == {"numbers": 3}
    assert all(before[name].tobytes() == again[name].tobytes() for name in before)
