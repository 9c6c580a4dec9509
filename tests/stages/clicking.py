"""A plugin for tests: music that clicks on the beats it is told, and music that is told none."""

import numpy as np

import v2a
from tests import tones
from v2a.interfaces import Generator, GeneratorCard
from v2a.model import Audio


class Click(Generator):
    """A click on each beat; without a timing, silence."""

    card = GeneratorCard("click", "1", ("mx", "fx"), tones.FREE, accepts=("tempo",))

    def open(self, bench):
        return _clicked


def _clicked(request):
    sound = np.full((request.channels, request.length), 0.001, np.float32)
    for time in request.timing.tempo.beats(request.window) if request.timing else ():
        sound[:, round(float(time) * request.rate)] = 0.5
    return Audio(sound, request.rate)


class Deaf(Generator):
    card = GeneratorCard("deaf", "1", ("mx",), tones.FREE, rank=-1)

    def open(self, bench):
        return tones.noise


@v2a.hookimpl
def v2a_generators():
    return [Click(), Deaf()]
