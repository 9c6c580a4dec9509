"""A generator that has nothing for a cue passes it on, and one that chooses by licence is told which will do."""

import sys
from dataclasses import dataclass

import pytest

import v2a
from tests.stages.making import Table, cue
from v2a.host import Host

FREE = v2a.Licence("MIT", commercial="yes")


@dataclass(frozen=True)
class Terms:
    """What the choosy generator is asked."""

    licence: str = v2a.option("", "which licences will do")


class Choosy(v2a.Generator):
    """Makes nothing but doors, and only where its licence will do."""

    card = v2a.GeneratorCard("choosy", "1", ("fx",), FREE, "doors", channels=1, rank=5, params=Terms)

    def open(self, bench):
        return make_doors


class Plain(v2a.Generator):
    """Makes anything."""

    card = v2a.GeneratorCard("plain", "1", ("fx",), FREE, "anything", channels=1)

    def open(self, bench):
        return lambda request: v2a.Audio.silence(1, request.length, request.rate)


def make_doors(request):
    if "door" not in request.prompt:
        return v2a.Failure("has no such recording", "Add some.", 35, passed=True)
    if request.params["licence"] not in ("", "own"):
        return v2a.Failure("has none under these terms", "Add some.", 35, passed=True)
    return v2a.Audio.silence(1, request.length, request.rate)


@v2a.hookimpl
def v2a_generators():
    return [Choosy(), Plain()]


@pytest.fixture
def table(tmp_path):
    made = Table(tmp_path / "store")
    made.host = Host([("choosy", sys.modules[__name__], "")])
    yield made
    made.close()


def test_who_passes_is_no_failure(table):
    made = table.run(cue("a", "door"), cue("b", "bell"))
    assert [take.generator for take in made.takes] == ["choosy", "plain"]
    assert made.failures == ()


def test_a_named_generator_that_passes_is_told(table):
    (failure,) = table.run(cue("b", "bell", generator="choosy")).failures
    assert (failure.generator, failure.instead, failure.exit_code) == ("choosy", "plain", 35)


def test_where_all_pass_it_is_told(table):
    (failure,) = table.run(cue("b", "bell", generator="choosy"), fallback=False).failures
    assert (failure.what, failure.instead) == ("has no such recording", None)


def test_the_licences_of_a_run_reach_who_chooses_by_them(table):
    def made(licence, **params):
        (take,) = table.run(cue("a", "door"), licence=licence, params=params).takes
        return take.generator

    assert made("own") == "choosy"
    assert made("cc0") == "plain"
    assert made("cc0", choosy={"licence": "own"}) == "choosy"
