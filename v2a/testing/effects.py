"""The contract of an effect: the same sound whatever the block size, an honest latency, and a flush."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.interfaces import Bench, Effect
from v2a.testing.cards import card_findings
from v2a.testing.findings import Finding, guarded, settle
from v2a.testing.makers import bench as make_bench
from v2a.testing.scratch import scratch

Sound = NDArray[np.float32]
_LENGTH = 24_000
_SIZES = (_LENGTH, 64, 480, 1023)


def check_effect(effect: Effect, params: object = None, tolerance: float = 1e-4, slack: int = 96) -> None:
    """Raise ContractBroken if an effect breaks the contract; `slack` is how many samples its latency may be off."""
    settle(effect_findings(effect, params, tolerance, slack))


def effect_findings(
    effect: Effect, params: object = None, tolerance: float = 1e-4, slack: int = 96
) -> Iterator[Finding]:
    """Every breach of the contract by an effect."""
    subject = f"effect {effect.card.name}"
    yield from card_findings(effect.card, subject)
    with scratch() as folder:
        tried = _Tried(effect, params, make_bench(folder), subject)
        for rate, channels in ((48_000, 2), (44_100, 1)):
            check = functools.partial(tried.findings, rate, channels, tolerance, slack)
            yield from guarded(subject, check)


class _Tried:
    def __init__(self, effect: Effect, params: object, bench: Bench, subject: str) -> None:
        self._effect, self._bench, self._subject = effect, bench, subject
        self._params = effect.card.params() if params is None else params

    def findings(self, rate: int, channels: int, tolerance: float, slack: int) -> Iterator[Finding]:
        """What is wrong at one rate and number of channels."""
        noise = np.random.default_rng(rate).normal(0, 0.1, (channels, _LENGTH)).astype(np.float32)
        runs = [self._run(noise, size, rate) for size in _SIZES]
        latency = runs[0].latency
        if any(run.wrong for run in runs):
            yield Finding(
                self._subject, next(r.wrong for r in runs if r.wrong), "Give as many samples as came in."
            )
            return
        if any(run.sound.shape != (channels, _LENGTH + latency) for run in runs):
            flushed = runs[0].sound.shape[1] - _LENGTH
            yield Finding(
                self._subject,
                f"declares a latency of {latency} samples and flushes {flushed}",
                "Let flush give exactly the last `latency` samples.",
            )
            return
        if not np.isfinite(runs[0].sound).all():
            yield Finding(self._subject, "gives samples that are not numbers", "Give finite samples only.")
            return
        worst = max(float(np.max(np.abs(run.sound - runs[0].sound))) for run in runs)
        if worst > tolerance:
            yield Finding(
                self._subject,
                f"sounds different in other block sizes (by {worst:.3g})",
                "Carry its state over from block to block.",
            )
        late = _lag(noise[0], runs[0].sound[0])
        if abs(late - latency) > slack:
            yield Finding(
                self._subject,
                f"declares a latency of {latency} samples and is {late} late",
                "Declare the delay between what goes in and what comes out.",
            )
        if self._effect.card.linear:
            yield from self._linear(noise, rate, tolerance)

    def _linear(self, noise: Sound, rate: int, tolerance: float) -> Iterator[Finding]:
        other = np.roll(noise, 777, axis=1) * np.float32(0.7)
        apart = self._run(noise, 480, rate).sound + self._run(other, 480, rate).sound
        both = self._run(noise + other, 480, rate).sound
        worst = float(np.max(np.abs(both - apart)))
        if worst > tolerance:
            yield Finding(
                self._subject,
                f"says it is linear, but two sounds apart differ from both together by {worst:.3g}",
                "Say linear=False in the card.",
            )

    def _run(self, sound: Sound, size: int, rate: int) -> _Run:
        processor = self._effect.open(self._bench, rate, sound.shape[0], self._params)
        pieces: list[Any] = []
        wrong = ""
        try:
            for start in range(0, sound.shape[1], size):
                block = sound[:, start : start + size].copy()
                before = block.copy()
                made = np.asarray(processor(block))
                if made.shape != before.shape:
                    wrong = f"makes {made.shape} of a block of {before.shape}"
                pieces.append(made.astype(np.float32))
            rest = processor.flush()
            latency = int(processor.latency)
        finally:
            processor.close()
        if rest is not None:
            pieces.append(np.asarray(rest, np.float32))
        return _Run(np.concatenate(pieces, axis=1) if not wrong else sound, latency, wrong)


class _Run:
    def __init__(self, sound: Sound, latency: int, wrong: str) -> None:
        self.sound, self.latency, self.wrong = sound, latency, wrong


def _lag(before: Sound, after: Sound) -> int:
    """How many samples later the sound comes out, by cross-correlation."""
    size = 1 << (len(before) + len(after)).bit_length()
    spectrum = np.fft.rfft(after, size) * np.conj(np.fft.rfft(before, size))
    found = np.abs(np.fft.irfft(spectrum, size))
    lag = int(np.argmax(found))
    return lag if lag < size // 2 else lag - size
