"""The contract of generators that take a reference."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import v2a
from tests.testing.plugins import audio, generator, noise
from v2a.testing import ContractBroken, check_generator


def coloured(request, reference):
    """Noise at the level of the reference's loudest sample, in the measure of its strength."""
    if reference is None:
        return audio(noise(request), request)
    level = float(np.abs(reference.samples[:, :40_000]).sum() % 1) * request.strength
    return audio(noise(request) * (1 - level), request)


def opened(request):
    return None if request.reference is None else request.reference.open()


def near(make=coloured, **card):
    return generator(lambda r: make(r, opened(r)), **{"accepts": ("reference",), **card})


def test_good_ones_pass():
    check_generator(near())
    check_generator(near(window=Fraction(1), windowing="overlapped", overlap=Fraction(1, 4)))
    check_generator(generator(lambda r: audio(noise(r), r)))


def test_an_exact_one_passes():
    def make(request):
        whole = np.random.default_rng(request.seed).uniform(-0.5, 0.5, request.whole_length)
        sound = opened(request)
        level = 1.0 if sound is None else 1 - request.strength * float(np.abs(sound.samples).sum() % 1)
        return audio(whole[request.start : request.start + request.length] * level, request)

    check_generator(generator(make, windowing="exact", accepts=("reference",)))


def changes(request, reference):
    if reference is not None:
        stored = np.load(request.reference.path, mmap_mode="r+")
        stored[:] = stored * np.float32(0.5)
    return coloured(request, reference)


def follows(request, reference):
    if reference is None:
        return audio(noise(request) * request.strength, request)
    return coloured(request, reference)


def fixed(request, reference):
    level = 1.0 if reference is None else float(np.abs(reference.samples).sum() % 1)
    return audio(noise(request) * level, request)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda r, _: audio(noise(r), r), "makes the same sound whatever its reference. Use request.reference"),
        (fixed, "makes the same sound at a strength of 0.2 and of 0.9"),
        (follows, "follows the strength of a reference that is not there"),
        (changes, "changes the file of its reference"),
        (lambda r, ref: audio(ref.samples[:, : r.length], r) if ref else audio(noise(r), r), "samples where"),
        (lambda r, ref: audio(noise(r) / np.abs(ref.samples).max(), r) if ref else audio(noise(r), r), "not numbers"),
        (lambda r, ref: v2a.Failure("it is too short", "No.") if ref and ref.length < 99 else coloured(r, ref),
         "could not make .*: it is too short"),
        (lambda r, ref: audio(noise(r) * 4, r) if ref else audio(noise(r), r), "peaks at"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_one_that_breaks_the_contract(make, says):
    with pytest.raises(ContractBroken, match=says) as caught:
        check_generator(near(make))
    assert all(f.remedy for f in caught.value.findings)


def test_windows_of_an_exact_one_hear_one_reference():
    def make(request):
        whole = np.random.default_rng(request.seed).uniform(-0.5, 0.5, request.whole_length)
        sound = opened(request)
        level = 1.0 if sound is None else 1 - request.strength * 0.5 / (1 + request.start)
        level = level if sound is None else level * (1 - float(np.abs(sound.samples).sum() % 1) / 2)
        return audio(whole[request.start : request.start + request.length] * level, request)

    with pytest.raises(ContractBroken, match="with a reference a window is another sound"):
        check_generator(generator(make, windowing="exact", accepts=("reference",)))
