"""A tone as it is heard: at the full rate, whatever rate it is played at."""

import numpy as np

from v2a_composer.playing.doubling import doubled


def heard(rack, number, count):
    """The first samples of a tone of a rack."""
    octaves = rack.octaves(number)
    wave = rack.wave(number, (count >> octaves) + 200)[None]
    for _ in range(octaves):
        wave = doubled(np.pad(wave, ((0, 0), (32, 32))))
    return wave[0, :count]
