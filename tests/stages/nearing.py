"""Generators that take a reference and one that takes none, and libraries; all for tests."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

import v2a

FREE = v2a.Licence("MIT", commercial="yes")
CARD = {"kinds": ("fx",), "licence": FREE, "about": "for tests", "channels": 1, "accepts": ("reference",)}


def mean(request):
    """A level that says what was heard of the reference: its mean, its length in seconds, and the strength."""
    if request.reference is None:
        return 0.001, "none"
    heard = request.reference.open()
    assert (heard.rate, heard.channels) == (request.rate, request.channels)
    level = float(np.abs(heard.samples).mean())
    return level, f"{float(heard.duration):g} s at {request.strength:g}: {level:.4f}"


def make(request):
    level, said = mean(request)
    sound = np.full((request.channels, request.length), level, np.float32)
    return v2a.Made(v2a.Audio(sound, request.rate), notes=(said,))


class Near(v2a.Generator):
    card = v2a.GeneratorCard("near", "1", **CARD)

    def open(self, bench):
        return make


class Windowed(Near):
    """Takes a reference window by window, at a rate of its own."""

    card = v2a.GeneratorCard(
        "windowed",
        "1",
        rate=16_000,
        windowing="overlapped",
        window=Fraction(2),
        overlap=Fraction(1, 2),
        **CARD | {"kinds": ("mx",)},
    )


class Deaf(v2a.Generator):
    """Makes anything, is asked first, and takes no reference."""

    card = v2a.GeneratorCard("deaf", "1", ("fx", "bg"), FREE, "for tests", channels=1, rank=9)

    def open(self, bench):
        return lambda request: v2a.Audio.silence(1, request.length, request.rate)


class Shelf(v2a.Library):
    """Offers what it was given for any prompt that shares a word with the title."""

    def __init__(self, *offers, name="shelf"):
        self.card = v2a.LibraryCard(name, "1", "for tests")
        self.offers = offers
        self.asked = []

    def search(self, prompt, kind=None, limit=20):
        self.asked.append((prompt, kind, limit))
        return [o for o in self.offers if set(prompt.split()) & set(o.title.split())][:limit]

    def known(self, path):
        return next((o for o in self.offers if o.path == path), None)


class Broken(Shelf):
    def search(self, prompt, kind=None, limit=20):
        self.asked.append(prompt)
        raise RuntimeError("the index is gone")


def offer(path, title, fit=0.9, licence="CC-BY-4.0", commercial="yes"):
    owed = v2a.Credit(title, "Someone", licence)
    return v2a.Found(str(path), title, fit, v2a.Licence(licence, commercial=commercial), owed, 1.0)


@v2a.hookimpl
def v2a_generators():
    return [Near(), Windowed(), Deaf()]
