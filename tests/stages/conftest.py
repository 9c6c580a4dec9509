"""A small film and a room to observe it in; a table at which cues are made."""

import numpy as np
import pytest

from tests.media.films import Tone, film
from tests.stages.making import EXECUTORS, Table
from tests.stages.observing import PCM_MOV, Room
from tests.stages.scene import RATE, voice
from tests.stages.scene import film as scene_film
from v2a.media.probe import probe


@pytest.fixture(scope="module")
def movie(tmp_path_factory):
    """Sixty-five numbered frames at 25 a second, with beeps at 0.5, 1.5 and 2.25 s."""
    path = tmp_path_factory.mktemp("observe") / "film.mov"
    return probe(film(path, frames=65, sound=[Tone((0.5, 1.5, 2.25), 2.6)], codecs=PCM_MOV))


@pytest.fixture
def room(tmp_path):
    return Room(tmp_path / "store")


@pytest.fixture
def table(tmp_path):
    made = Table(tmp_path / "store")
    yield made
    made.close()


@pytest.fixture(params=EXECUTORS)
def either(request, tmp_path):
    made = Table(tmp_path / "store", request.param)
    yield made
    made.close()


@pytest.fixture(scope="module")
def talk(tmp_path_factory):
    """Six seconds with a voice from 2 to 3.5."""
    folder = tmp_path_factory.mktemp("talk")
    sound = np.zeros((2, 6 * RATE), np.float32)
    sound[:, 2 * RATE : 2 * RATE + 72_000] = voice(1.5)
    return scene_film(folder / "talk.mov", 6, sound=sound)
