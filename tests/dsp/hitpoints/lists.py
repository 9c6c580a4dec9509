"""Cut lists and marks for the tests, and what a tempo map does with them, counted from its beats alone."""

import random
from fractions import Fraction
from itertools import pairwise

from v2a.model import Hit


def cuts(seed, length=60, mean=4.5, spread=0.75, fps=Fraction(24), kind="cut", weight=1.0):
    """Cuts on frames, with log-normal shots."""
    rng = random.Random(seed)
    frames, at = set(), 0.0
    while at < length:
        at += max(0.3, mean * rng.lognormvariate(-(spread**2) / 2, spread))
        frames.add(round(at * fps))
    return [Hit(n / fps, weight, kind) for n in sorted(frames) if n / fps < length]


def marks(seed, number, length=60, fps=Fraction(24), weight=10.0):
    """Marked hits at random times."""
    rng = random.Random(seed)
    return [Hit(rng.randrange(int(length * fps)) / fps, weight) for _ in range(number)]


def lateness(tempo, at, frame):
    """By how many frames the first beat at a time or after it comes, and how many frames the one before was early."""
    following = -(-tempo.beat(at) // 1)
    return (tempo.time(following) - at) / frame, (at - tempo.time(following - 1)) / frame


def beat_lengths(tempo):
    """Seconds of every beat between the first mark and the last."""
    first, last = int(tempo.marks[0].beat), int(tempo.marks[-1].beat)
    return [b - a for a, b in pairwise([tempo.time(n) for n in range(first, last + 1)])]


def bar_lengths(tempo):
    """Seconds of every whole bar between the first mark and the last."""
    first, last = int(tempo.marks[0].beat), int(tempo.marks[-1].beat)
    lines = [tempo.time(n) for n in range(first, last + 1) if tempo.first(n)]
    return [b - a for a, b in pairwise(lines)]


def furthest_step(lengths):
    """The greatest change from one to the next, as a share."""
    return float(max((max(a / b, b / a) for a, b in pairwise(lengths)), default=1)) - 1
