"""Each contract catches what breaks it, names it, and says what to do: generators."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest

import v2a
from tests.testing.plugins import audio, generator, noise
from v2a.testing import (
    ContractBroken,
    Trial,
    check_generator,
    faults,
)


def exact(request):
    whole = np.random.default_rng(request.seed).uniform(-0.5, 0.5, request.whole_length)
    return audio(whole[request.start : request.start + request.length], request)


class Shuffled(v2a.Maker):
    def __call__(self, requests):
        for request in reversed(requests):
            yield v2a.Made(audio(noise(request), request))


class Batchy(v2a.Maker):
    def __call__(self, requests):
        rng = np.random.default_rng(requests[0].seed)
        for request in requests:
            yield v2a.Made(audio(rng.uniform(-0.5, 0.5, request.length), request))


class Short(v2a.Maker):
    def __call__(self, requests):
        yield v2a.Made(audio(noise(requests[0]), requests[0]))


def shared(request):
    random.random()
    return audio(noise(request), request)


def test_good_generators_pass():
    check_generator(generator(lambda r: audio(noise(r), r)))
    check_generator(generator(exact, windowing="exact"))
    check_generator(generator(lambda r: audio(np.full(r.length, 0.1), r), seeded=False))
    check_generator(generator(lambda r: audio(noise(r), r), window=Fraction(3, 2), quantum=Fraction(1, 4)))
    check_generator(generator(lambda r: audio(noise(r), r), windowing="continued", window=Fraction(1)))


@pytest.mark.parametrize(
    ("make", "card", "says"),
    [
        (lambda r: audio(noise(r)[:, :-1], r), {}, "made 23999 samples where 24000 were asked for"),
        (lambda r: v2a.Audio(noise(r), 44_100), {}, "made sound at 44100 Hz where 48000 Hz"),
        (lambda r: audio(np.tile(noise(r), (2, 1)), r), {}, "made 2 channels where 1 were"),
        (lambda r: audio(noise(r) * np.nan, r), {}, "not numbers"),
        (lambda r: audio(noise(r) * 4, r), {}, r"peaks at 2.00 .* Keep every sample between"),
        (lambda r: noise(r), {}, "answered with ndarray"),
        (lambda r: v2a.Made(audio(noise(r), r), sync=Fraction(9)), {}, "sync point 9 s lies outside"),
        (
            lambda r: v2a.Failure("has no weights", "Fetch them."),
            {},
            "could not make .*: has no weights. Fetch them.",
        ),
        (lambda r: audio(np.zeros(r.length), r), {}, "makes the same sound with another seed"),
        (shared, {}, "draws from the random numbers that all share"),
        (lambda r: audio(noise(r), r), {"windowing": "exact"}, "says it is exact, but its window"),
        (lambda r: 1 / 0, {}, "raised ZeroDivisionError"),
        (lambda r: sys.exit(1), {}, "raised SystemExit"),
        (Shuffled(), {}, "made 1920 samples where 24000 were asked for"),
        (Batchy(), {}, "makes another sound in a batch than alone"),
        (Short(), {}, "gave 1 answers to 4 requests"),
        (exact, {"name": "Noise!"}, "the name 'Noise!' does not fit"),
        (exact, {"version": ""}, "has no version"),
        (exact, {"about": ""}, "does not say what it is"),
        (exact, {"licence": v2a.Licence("unknown")}, "does not name its licence"),
        (exact, {"weights": "model"}, "has weights and names no licence for them"),
        (exact, {"params": dict}, "its params are no dataclass"),
        (exact, {"rate": 1}, "a rate of 1 Hz does not fit"),
        (exact, {"batch": 0}, "a batch of 0"),
        (exact, {"devices": ()}, "runs on no device"),
        (exact, {"quantum": Fraction(-1)}, "a quantum of -1 s"),
        (exact, {"window": Fraction(1), "windowing": "overlapped"}, "its overlap is as long"),
    ],
)
def test_a_generator_that_breaks_the_contract(make, card, says):
    with pytest.raises(ContractBroken, match=says) as caught:
        check_generator(generator(make, **card))
    assert all(f.remedy for f in caught.value.findings)
    assert isinstance(caught.value, AssertionError)


def test_params_are_frozen_and_have_defaults():
    @dataclass
    class Loose:
        a: int = 1

    @dataclass(frozen=True)
    class Bare:
        a: int

    for params, says in ((Loose, "is not frozen"), (Bare, "does not fit")):
        with pytest.raises(ContractBroken, match=says):
            check_generator(generator(exact, params=params))


def test_a_generator_is_run_by_the_executors():
    check_generator(faults.Faulty(), faults)
    with pytest.raises(ContractBroken, match="generator noise in local: "):
        check_generator(generator(lambda r: audio(noise(r), r)), faults)
    with pytest.raises(ContractBroken, match="generator faulty in process: .*code 3"):
        check_generator(Exiting(), faults, ("process",), Trial(prompts=("exit",)))


class Exiting(faults.Faulty):
    """Behaves here, and is asked to end its process there."""

    def open(self, bench):
        return lambda request: faults._make(replace(request, prompt="fine"))


def test_a_tolerance_is_for_gpus():
    state = {"n": 0}

    def wobbly(request):
        state["n"] += 1
        return audio(noise(request) + 1e-5 * state["n"], request)

    check_generator(generator(wobbly), trial=Trial(tolerance=1e-3))
    with pytest.raises(ContractBroken, match="another sound in a batch than alone"):
        check_generator(generator(wobbly))


def test_one_that_lacks_its_weights_is_checked_by_its_card_alone():
    from v2a.testing.generators import generator_findings

    (found,) = generator_findings(generator(lambda r: 1 / 0, lacks="its weights are not here"))
    assert found.untried
    assert found.what == "its weights are not here"


@pytest.mark.parametrize(
    ("given", "told"), [({"spared": ("clip",)}, "can spare"), ({"precomputed": "rows"}, "no parameter")]
)
def test_a_card_names_what_it_has(given, told):
    with pytest.raises(ContractBroken, match=told):
        check_generator(generator(lambda r: audio(noise(r), r), **given))
