"""A generator on trial: what it makes here, in batches, with other seeds, in windows, and in each executor."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from v2a.builtin.executors import EXECUTORS
from v2a.builtin.executors.contract import checked
from v2a.interfaces import Address, Bench, Bounce, Generator, as_maker
from v2a.media import sheets
from v2a.model import Failure, Made, Request, SoundFile, Span, nearest
from v2a.testing.findings import Finding, from_failure
from v2a.testing.makers import bench as make_bench
from v2a.testing.makers import request as make_request
from v2a.testing.scores import misplaced

HOOK = "v2a_generators"
_LENGTHS = (Fraction(1, 2), Fraction(7, 5), Fraction(1001, 1500), Fraction(1, 25))
_WINDOWS = (
    Span(Fraction(0), Fraction(3, 4)),
    Span(Fraction(1, 3), Fraction(17, 10)),
    Span(Fraction(31_999, 48_000), Fraction(32_002, 48_000)),
    Span(Fraction(13, 7), Fraction(2)),
)


@dataclass(frozen=True)
class Trial:
    """How a generator is tried: prompts, lengths in seconds, further fields of the requests, and how alike is alike.

    `weights` is the folder of models' weights, an empty one if there is none. `tolerance` is the largest difference between two samples that counts as none: 0 on a CPU, more on a GPU.
    """

    prompts: tuple[str, ...] = ()
    lengths: tuple[Fraction, ...] = _LENGTHS
    fields: Mapping[str, Any] = field(default_factory=dict)
    tolerance: float = 0.0
    device: str = "cpu"
    weights: Path | None = None


def _chance() -> object:
    """The state of the random numbers that everything in a process shares."""
    return random.getstate(), np.random.get_state()[1].tobytes()  # type: ignore[index]  # noqa: NPY002


def alike(one: Any, other: Any, tolerance: float) -> bool:
    """Whether two arrays are the same but for the tolerance."""
    if one.shape != other.shape:
        return False
    if not tolerance or not one.size:
        return bytes(one.tobytes()) == bytes(other.tobytes())
    return bool(np.max(np.abs(one.astype(np.float64) - other)) <= tolerance)


class Tried:
    """A generator while it is tried in this process, in a folder of its own, and what it made there."""

    def __init__(self, generator: Generator, trial: Trial, folder: Path, subject: str) -> None:
        self._generator, self.card, self._trial = generator, generator.card, trial
        self.folder, self._subject = folder, subject
        self._bench: Bench = make_bench(folder, device=trial.device)
        if trial.weights is not None:
            self._bench = replace(self._bench, weights=trial.weights)
        self._made: tuple[Made, ...] = ()

    def same(self, one: Made, other: Made) -> bool:
        """Whether two sounds are the same but for the tolerance, and written in the same notes."""
        same = alike(one.sound.samples, other.sound.samples, self._trial.tolerance)
        return same and one.score == other.score

    @property
    def makes_sound(self) -> bool:
        """Whether what was tried so far came out well enough to be compared with."""
        return bool(self._made)

    def finding(self, what: str, remedy: str) -> Finding:
        """A breach of the contract by this generator."""
        return Finding(self._subject, what, remedy)

    def length(self, seconds: Fraction) -> Fraction:
        """The length next to this one that the generator can make at once."""
        if self.card.window is not None:
            seconds = min(seconds, self.card.window)
        if self.card.quantum is not None:
            seconds = max(1, nearest(seconds / self.card.quantum)) * self.card.quantum
        return seconds

    def request(self, seconds: Fraction, number: int, **fields: Any) -> Request:
        """A request for so many seconds at the generator's rate and in its channels; other fields by name."""
        prompts = self._trial.prompts or self.card.words[:1] or ("a test sound",)
        given = {
            "kind": self.card.kinds[number % len(self.card.kinds)],
            "prompt": prompts[number % len(prompts)],
            "seed": 1 + number,
            "rate": self.card.rate,
            "channels": self.card.channels,
            **self._trial.fields,
            **fields,
        }
        return make_request(seconds, **given)

    def _requests(self) -> tuple[Request, ...]:
        return tuple(self.request(self.length(s), n) for n, s in enumerate(self._trial.lengths))

    def make(self, requests: Iterable[Request]) -> tuple[Made | Failure, ...]:
        """Open, make in one batch, close."""
        maker = as_maker(self._generator.open(self._bench))
        try:
            return tuple(maker(tuple(requests)))
        finally:
            maker.close()

    def findings(self) -> Iterator[Finding]:
        """What is wrong with what it makes here."""
        requests = self._requests()
        chance = _chance()
        answers = self.make(requests)
        if chance != _chance():
            yield self.finding(
                "draws from the random numbers that all share",
                "Draw from numpy.random.default_rng(request.seed) instead.",
            )
        if len(answers) != len(requests):
            yield self.finding(
                f"gave {len(answers)} answers to {len(requests)} requests",
                "Yield one answer for each request.",
            )
            return
        wrong = [f for r, a in zip(requests, answers) for f in self.answer_findings(r, a)]
        yield from wrong
        if wrong:
            return
        self._made = tuple(
            a for a in (checked(a, r) for r, a in zip(requests, answers)) if isinstance(a, Made)
        )
        yield from self._order_findings(requests)
        yield from self._seed_findings(requests)
        yield from self._window_findings()

    def answer_findings(self, request: Request, answer: object) -> Iterator[Finding]:
        """What is wrong with one answer."""
        seconds = f"{float(request.window.duration):g} s of {request.prompt!r}"
        good = checked(answer, request)
        if isinstance(good, Failure):
            if good.remedy and isinstance(answer, Failure):
                failed = replace(good, what=f"could not make {seconds}: {good.what}")
                yield from_failure(self._subject, failed)
            else:
                yield self.finding(
                    f"{good.what} ({seconds})", "Make exactly request.length samples as asked."
                )
            return
        if not isinstance(good, Made):
            return
        sound = good.sound
        peak = float(np.max(np.abs(sound.samples))) if sound.length else 0.0
        if peak > 1.0:
            yield self.finding(f"peaks at {peak:.2f} ({seconds})", "Keep every sample between -1 and 1.")
        if good.sync is not None and not 0 <= good.sync <= sound.duration:
            yield self.finding(
                f"its sync point {float(good.sync):g} s lies outside the sound ({seconds})",
                "Give the sync point in seconds from the sound's start.",
            )
        if what := misplaced(good.score, request):
            yield self.finding(
                f"{what} ({seconds})", "Count the score's times in seconds from the cue's start."
            )

    def _order_findings(self, requests: Sequence[Request]) -> Iterator[Finding]:
        for request, made in zip(requests[:2], self._made):
            alone = self.make((request,))[0]
            if not isinstance(alone, Made) and not hasattr(alone, "samples"):
                yield self.finding(
                    "made something in a batch and not alone", "Let no request depend on another."
                )
                continue
            good = checked(alone, request)
            if not isinstance(good, Made) or not self.same(good, made):
                yield self.finding(
                    "makes another sound in a batch than alone",
                    "Answer in order, and let the seed alone decide: same request, same sound.",
                )
                return

    def _seed_findings(self, requests: Sequence[Request]) -> Iterator[Finding]:
        if not self.card.seeded:
            return
        other = checked(self.make((replace(requests[0], seed=987_654_321),))[0], requests[0])
        if isinstance(other, Made) and other.sound.samples.tobytes() == self._made[0].sound.samples.tobytes():
            yield self.finding(
                "makes the same sound with another seed",
                "Draw from request.seed, or say seeded=False in the card.",
            )

    def _window_findings(self) -> Iterator[Finding]:
        if self.card.windowing == "whole":
            return
        whole = self.length(Fraction(2))
        windows = _WINDOWS if self.card.windowing == "exact" else _WINDOWS[:2]
        scale = whole / 2
        parts = tuple(self._part(Span(w.start * scale, w.end * scale), whole) for w in windows)
        full = checked(self.make((self.request(whole, 0),))[0], self.request(whole, 0))
        for request, answer in zip(parts, self.make(parts), strict=True):
            wrong = tuple(self.answer_findings(request, answer))
            yield from wrong
            good = checked(answer, request)
            if (
                wrong
                or self.card.windowing != "exact"
                or not (isinstance(full, Made) and isinstance(good, Made))
            ):
                continue
            same = full.sound.samples[:, request.start : request.start + request.length]
            if not alike(good.sound.samples, same, self._trial.tolerance):
                yield self.finding(
                    f"says it is exact, but its window from sample {request.start} on is another sound than "
                    "that part of the whole",
                    "Let sample n depend on the seed and n alone, or say windowing='whole'.",
                )
                return

    def _part(self, window: Span, whole: Fraction) -> Request:
        request = self.request(whole, 0, window=window)
        if self.card.windowing == "continued" and window.start > 0:
            before = self.request(window.start, 0)
            made = checked(self.make((before,))[0], before)
            if isinstance(made, Made):
                tail = SoundFile.write(self.folder / "tail.npy", made.sound)
                return replace(request, tail=tail)
        return request

    def findings_in(self, executor: str, module: str) -> Iterator[Finding]:
        """What differs where an executor runs it."""
        runner = next(e for e in EXECUTORS if e.card.name == executor).open(self._bench, stall=120.0)
        requests = self._requests()
        subject = f"{self._subject} in {executor}"
        try:
            answers = tuple(runner.run(Address(module, HOOK, self.card.name), requests))
        finally:
            runner.close()
        if sorted(a.index for a in answers) != list(range(len(requests))):
            yield Finding(subject, "did not answer every request once", "Yield one answer for each request.")
        for answer in answers:
            if isinstance(answer.result, Failure):
                yield from_failure(subject, answer.result)
                return
            if not isinstance(answer.result, Bounce) or answer.index >= len(self._made):
                continue
            sound = answer.result.sound.open()
            score = sheets.read(answer.result.score) if answer.result.score else None
            if not self.same(Made(sound, score=score), self._made[answer.index]):
                yield Finding(
                    subject,
                    "makes another sound than in this process",
                    "Let the request alone decide, not what ran before or where it runs.",
                )
                return
