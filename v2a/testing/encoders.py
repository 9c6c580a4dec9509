"""The contract of an encoder: a finite array for each request, in order, alike in every executor."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from v2a.builtin.executors import EXECUTORS
from v2a.builtin.executors.contract import checked
from v2a.interfaces import Address, Bench, Encoded, Encoder, EncoderCard, EncodeRequest
from v2a.model import Failure, Span
from v2a.testing.cards import card_findings
from v2a.testing.findings import Finding, from_failure, guarded, settle
from v2a.testing.hosts import module_of
from v2a.testing.makers import bench as make_bench
from v2a.testing.scratch import scratch
from v2a.testing.trying import alike

_TEXTS = ("rain on a tin roof", "", "a very long word: " + "a" * 300)


def check_encoder(
    encoder: Encoder,
    module: str | ModuleType | None = None,
    executors: Sequence[str] = ("local", "process"),
    tolerance: float = 0.0,
) -> None:
    """Raise ContractBroken if an encoder breaks the contract; executors run it where its module is given."""
    settle(encoder_findings(encoder, module, executors, tolerance))


def encoder_findings(
    encoder: Encoder,
    module: str | ModuleType | None = None,
    executors: Sequence[str] = ("local", "process"),
    tolerance: float = 0.0,
) -> Iterator[Finding]:
    """Every breach of the contract by an encoder."""
    card = encoder.card
    subject = f"encoder {card.name}"
    yield from card_findings(card, subject)
    if card.reads == "picture" and card.picture is None:
        yield Finding(
            subject, "reads pictures and does not say of which size", "Give the card a PictureNeed."
        )
        return
    with scratch() as folder:
        bench = make_bench(folder)
        asked = _requests(card, folder)
        found: list[Any] = []
        yield from guarded(subject, lambda: _here(encoder, bench, asked, tolerance, found))
        for name in executors if module is not None and found else ():
            where = module_of(module).__name__ if module is not None else ""
            address = Address(where, "v2a_encoders", card.name)
            check = functools.partial(_in, name, address, bench, asked, found, tolerance)
            yield from guarded(f"{subject} in {name}", check)


def _requests(card: EncoderCard, folder: Path) -> tuple[EncodeRequest, ...]:
    if card.reads == "text":
        return tuple(EncodeRequest(text) for text in _TEXTS)
    assert card.picture is not None
    need, asked = card.picture, []
    for number, seconds in enumerate((Fraction(1), Fraction(12, 5))):
        count = max(1, int(seconds * (need.rate or 25)))
        shape = (count, need.height, need.width, 3)
        frames = np.random.default_rng(number).integers(0, 255, shape, np.uint8)
        path = folder / f"frames{number}.npy"
        np.save(path, frames, allow_pickle=False)
        asked.append(EncodeRequest(frames=str(path), span=Span(Fraction(0), seconds)))
    return tuple(asked)


def _read(encoder: Encoder, bench: Bench, asked: Sequence[EncodeRequest]) -> list[Any]:
    reader = encoder.open(bench)
    try:
        return list(reader(asked))
    finally:
        reader.close()


def _here(
    encoder: Encoder, bench: Bench, asked: Sequence[EncodeRequest], tolerance: float, found: list[Any]
) -> Iterator[Finding]:
    subject = f"encoder {encoder.card.name}"
    answers = _read(encoder, bench, asked)
    if len(answers) != len(asked):
        yield Finding(
            subject,
            f"gave {len(answers)} answers to {len(asked)} requests",
            "Yield one answer for each request.",
        )
        return
    for request, answer in zip(asked, answers):
        good = checked(answer, request)
        if isinstance(good, Failure):
            yield from_failure(subject, good)
            return
        rate, span = encoder.card.rate if encoder.card.sliceable else None, request.span
        if rate is not None and span is not None and abs(len(answer) - span.duration * rate) > 1:
            yield Finding(
                subject,
                f"gave {len(answer)} rows for {float(span.duration):g} s at {float(rate):g} rows a second",
                "Give as many rows as the card's rate says.",
            )
            return
    for request, answer in zip(asked, answers):
        alone = _read(encoder, bench, (request,))[0]
        if isinstance(alone, Failure) or not alike(np.asarray(alone), np.asarray(answer), tolerance):
            yield Finding(
                subject,
                "reads another feature in a batch than alone",
                "Mask what pads a batch, and keep the order.",
            )
            return
    found.extend(answers)


def _in(
    name: str,
    address: Address,
    bench: Bench,
    asked: Sequence[EncodeRequest],
    found: Sequence[Any],
    tolerance: float,
) -> Iterator[Finding]:
    subject = f"encoder {address.name} in {name}"
    runner = next(e for e in EXECUTORS if e.card.name == name).open(bench, stall=120.0)
    try:
        answers = tuple(runner.run(address, asked))
    finally:
        runner.close()
    for answer in answers:
        if isinstance(answer.result, Failure):
            yield from_failure(subject, answer.result)
        elif isinstance(answer.result, Encoded):
            rows = np.load(answer.result.path, allow_pickle=False)
            if not alike(rows, np.asarray(found[answer.index]), tolerance):
                yield Finding(
                    subject, "reads another feature than in this process", "Let the request alone decide."
                )
