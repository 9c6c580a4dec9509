"""A small film with two scenes, and what might be observed in it."""

from fractions import Fraction

import numpy as np

import v2a
from v2a.media.encode import encode
from v2a.media.probe import probe

RATE = Fraction(25)


def make(path, seconds=4, size=(96, 160)):
    """Red in the first half, blue in the second; returns the probed film."""
    height, width = size

    def frames():
        for n in range(seconds * 25):
            frame = np.zeros((height, width, 3), np.uint8)
            frame[..., 0 if n < seconds * 25 / 2 else 2] = 200
            yield frame

    encode(path, frames(), RATE, quality=30)
    return probe(path)


def seen(video, **changes):
    """Two scenes of two shots each, and a moment in each of them."""
    q = video.duration / 4
    cut = [v2a.Span(q * n, q * (n + 1)) for n in range(4)]
    sizes = ("close", "wide", "medium", None)
    given = {
        "shots": tuple(v2a.Shot(s, "cut" if n else "start", size=sizes[n]) for n, s in enumerate(cut)),
        "scenes": (
            v2a.Scene(v2a.Span(Fraction(0), 2 * q), (0, 1), interior=False, day=True, tags=("street",)),
            v2a.Scene(v2a.Span(2 * q, 4 * q), (2, 3), interior=True),
        ),
        "moments": (
            v2a.Moment(Fraction(56, 100), "impact", 0.8, 0.9, x=0.3),
            v2a.Moment(2 * q + Fraction(6, 10), "contact", 0.5, 0.9, x=0.9),
        ),
    }
    return v2a.Observations(video, **{**given, **changes})


def request(video, params=None, **changes):
    """A request of that film, for every kind."""
    observations = changes.pop("observations", None) or seen(video)
    given = {"kinds": ("fo", "fx", "bg", "mx"), "params": params, **changes}
    return v2a.PlanRequest(observations, **given)
