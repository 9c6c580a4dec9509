"""How near made sounds are to real ones of each prompt: by the level, the movement and the peaks of their bands."""

import itertools
from dataclasses import dataclass

import numpy as np

_SIZE, _HOP, _BANDS, _FLOOR = 2048, 512, 20, 1e-4
_LOW, _HIGH = 60, 5000


def profile(samples, rate):
    """What is compared of a sound (channels × samples): mean, spread and peak in dB of bands even in pitch."""
    sound = np.asarray(samples, np.float64)[:, :rate].mean(0)
    frames = np.lib.stride_tricks.sliding_window_view(sound, _SIZE)[::_HOP] * np.hanning(_SIZE)
    power = np.abs(np.fft.rfft(frames)) ** 2
    pitch = np.fft.rfftfreq(_SIZE, 1 / rate)
    edges = np.geomspace(_LOW, _HIGH, _BANDS + 1)
    middles = np.sqrt(edges[1:] * edges[:-1])
    weights = np.array([(pitch >= a) & (pitch < b) for a, b in itertools.pairwise(edges)], float)
    for band, middle in zip(weights, middles, strict=True):
        if not band.any():
            band[np.abs(pitch - middle).argmin()] = 1
    bands = power @ (weights / weights.sum(1, keepdims=True)).T
    level = 10 * np.log10(bands + _FLOOR * max(bands.max(), 1e-12))
    return np.concatenate([level.mean(0), level.std(0), level.max(0)])


@dataclass(frozen=True, eq=False)
class Ear:
    """One that knows real sounds of some prompts: `known` (prompt → sounds × numbers)."""

    known: dict[str, np.ndarray]

    def _far(self, ours, prompt):
        """How many spreads of real sounds a profile is from the mean of those of a prompt."""
        spread = np.concatenate(list(self.known.values())).std(0) + 1e-3
        return float(np.abs((ours - self.known[prompt].mean(0)) / spread).mean())

    def recognised(self, made):
        """The share of sounds (prompt → sounds × numbers) that are nearest to real ones of their own prompt."""
        right = [
            min(self.known, key=lambda p: self._far(one, p)) == prompt
            for prompt in made
            for one in made[prompt]
        ]
        return float(np.mean(right))

    def distance(self, made):
        """How far the mean of what was made of each prompt is from real sounds of it."""
        return float(np.mean([self._far(made[prompt].mean(0), prompt) for prompt in made]))

    def others(self, made):
        """The same to real sounds of other prompts."""
        pairs = [(a, b) for a in made for b in self.known if a != b]
        return float(np.mean([self._far(made[a].mean(0), b) for a, b in pairs]))
