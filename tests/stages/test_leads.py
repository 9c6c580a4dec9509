"""Observers that remember longer than others: nobody else's rows change, and nobody watches again for them."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tests.media.films import Tone, film
from tests.stages.observing import Numbers, Room, made, rows
from v2a.interfaces import FeatureCard, Watcher
from v2a.media.probe import probe
from v2a.model import Findings
from v2a.stages.observe import ObserveOptions
from v2a.stages.parts import companies

PARTS = ObserveOptions(part=Fraction(4))


class Long(Numbers):
    """Remembers half a minute of sound."""

    card = replace(
        Numbers.card,
        name="long",
        lead=Fraction(30),
        features={"far": FeatureCard("sound"), "near": FeatureCard("picture")},
    )

    def open(self, bench, video):
        return _Listening()

    def conclude(self, bench, so_far):
        return Findings()


class _Listening(Watcher):
    def __init__(self):
        self.sum = 0.0

    def see(self, frames):
        return {"near": np.array(frames.times, np.float32)}

    def hear(self, block):
        self.sum += float(np.abs(block.sound.samples).sum())
        return {"far": np.array([self.sum], np.float32)}


@pytest.fixture(scope="module")
def movie(tmp_path_factory):
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-ar", "44100")
    sound = [Tone((1, 7, 11.5), 13, steady=0.1)]
    return probe(film(tmp_path_factory.mktemp("leads") / "film.mp4", frames=325, sound=sound, codecs=codecs))


def test_a_long_memory_changes_no_row_of_the_others(movie, tmp_path):
    alone, together = Room(tmp_path / "alone"), Room(tmp_path / "together")
    first = rows(alone.run(movie, Numbers(), options=PARTS))
    both = rows(together.run(movie, Long(), Numbers(), options=PARTS))
    for name, values in first.items():
        assert values.tobytes() == both[name].tobytes(), name
    assert len(both["near"]) == 325 and np.all(np.diff(both["far"][:, None], axis=0) >= 0)


def test_nobody_watches_again_for_it(movie, tmp_path):
    room = Room(tmp_path / "store")
    room.run(movie, Numbers(), options=PARTS)
    room.run(movie, Long(), Numbers(), options=PARTS)
    assert room.counted == {"long": 4}


def test_only_those_who_listen_longer_watch_by_themselves():
    usual, long, looks = Numbers(), Long(), made("looks", lead=Fraction(60))
    assert companies([usual, looks, long]) == ((usual, looks), (long,))
    assert companies([]) == ()
