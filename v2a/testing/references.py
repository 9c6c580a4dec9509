"""The contract of generators that take a reference: it is heard, in the measure of its strength, and any will do."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.executors.contract import checked
from v2a.model import Audio, Made, Request, SoundFile, Span
from v2a.testing.findings import Finding
from v2a.testing.trying import Tried

_LENGTH = Fraction(7, 5)
_STRONG, _WEAK = 0.9, 0.2
_WINDOW = Span(Fraction(1, 3), Fraction(17, 20))


def reference_findings(tried: Tried) -> Iterator[Finding]:
    """Every breach of the contract by a generator that was tried without a reference and says that it takes one."""
    if "reference" not in tried.card.accepts or not tried.makes_sound:
        return
    low, high = _sounds(tried, _struck(tried, 90.0)), _sounds(tried, _struck(tried, 2_500.0))
    yield from _heard_findings(tried, low, high)
    for sound, strength in [(_sounds(tried, wave), s) for wave in _odd(tried) for s in (0.5, 1.0)]:
        request = _request(tried, sound, strength)
        yield from tried.answer_findings(request, tried.make((request,))[0])
    if tried.card.windowing == "exact":
        yield from _window_findings(tried, low)


def _heard_findings(tried: Tried, low: SoundFile, high: SoundFile) -> Iterator[Finding]:
    before = low.open().samples.tobytes()
    wanted = {
        "plain": _request(tried, None, 0.5),
        "loud": _request(tried, None, _STRONG),
        "low": _request(tried, low, _STRONG),
        "again": _request(tried, low, _STRONG),
        "weak": _request(tried, low, _WEAK),
        "high": _request(tried, high, _STRONG),
    }
    made: dict[str, Made] = {}
    for name, request in wanted.items():
        answer = tried.make((request,))[0]
        wrong = tuple(tried.answer_findings(request, answer))
        yield from wrong
        good = checked(answer, request)
        if wrong or not isinstance(good, Made):
            return
        made[name] = good
    if low.open().samples.tobytes() != before:
        yield tried.finding("changes the file of its reference", "Copy its samples before you work on them.")
    if not tried.same(made["plain"], made["loud"]):
        yield tried.finding(
            "follows the strength of a reference that is not there",
            "Look at request.strength only where request.reference is there.",
        )
    if not tried.same(made["low"], made["again"]):
        yield tried.finding("makes another sound of the same reference", "Let the request alone decide.")
    if tried.same(made["low"], made["plain"]) or tried.same(made["low"], made["high"]):
        yield tried.finding(
            "makes the same sound whatever its reference",
            "Use request.reference, or leave reference out of the card's accepts.",
        )
    elif tried.same(made["low"], made["weak"]):
        yield tried.finding(
            f"makes the same sound at a strength of {_WEAK} and of {_STRONG}",
            "Let request.strength say how much of the reference is heard: 0 nothing, 1 as near as can be.",
        )


def _window_findings(tried: Tried, sound: SoundFile) -> Iterator[Finding]:
    whole = tried.length(_LENGTH)
    part = Span(_WINDOW.start * whole, _WINDOW.end * whole)
    full, window = (
        tried.request(whole, 0, reference=sound, strength=_STRONG, window=span)
        for span in (Span(Fraction(0), whole), part)
    )
    one, other = (checked(tried.make((request,))[0], request) for request in (full, window))
    if not isinstance(one, Made) or not isinstance(other, Made):
        return
    there = one.sound.samples[:, window.start : window.start + window.length]
    if not tried.same(Made(Audio(there, one.sound.rate)), other):
        yield tried.finding(
            "says it is exact, but with a reference a window is another sound than that part of the whole",
            "Let sample n depend on the seed, the reference and n alone.",
        )


def _request(tried: Tried, reference: SoundFile | None, strength: float) -> Request:
    return tried.request(tried.length(_LENGTH), 0, reference=reference, strength=strength)


def _sounds(tried: Tried, wave: NDArray[np.float64]) -> SoundFile:
    """A reference in a file of its own, in the generator's channels."""
    channels = np.repeat(wave[np.newaxis], tried.card.channels, axis=0)
    number = len(list(tried.folder.glob("reference*.npy")))
    return SoundFile.write(
        tried.folder / f"reference{number}.npy", Audio(channels.astype(np.float32), tried.card.rate)
    )


def _struck(tried: Tried, hertz: float) -> NDArray[np.float64]:
    """A struck tone, a tenth of a second into a second of all but silence."""
    rate = tried.card.rate
    time = np.arange(rate) / rate - 0.1
    tone = 0.5 * np.sin(2 * np.pi * hertz * time) * np.exp(-6 * np.maximum(time, 0))
    hush = np.random.default_rng(1).normal(0, 1e-4, rate)
    return np.asarray(np.where(time < 0, 0.0, tone) + hush)


def _odd(tried: Tried) -> tuple[NDArray[np.float64], ...]:
    """References that no one would choose: of one sample, of a few, silent, steady, and longer than the cue."""
    rate = tried.card.rate
    noise = np.random.default_rng(2).uniform(-0.9, 0.9, 5 * rate)
    return (np.full(1, 0.5), noise[:50], np.zeros(rate // 2), np.full(rate, 0.7), noise)
