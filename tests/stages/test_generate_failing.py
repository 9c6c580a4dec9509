"""What the generate stage does when a generator fails, dies, is unknown or is stopped."""

from dataclasses import replace
from types import ModuleType

import pytest

import v2a
from tests import players, troubled
from tests.stages.making import Table, cue, module
from v2a.errors import Cancelled, UnknownGenerator
from v2a.host import Host
from v2a.model import (
    Counted,
    PluginFailed,
)


def test_a_failure_falls_back_and_is_told(either):
    made = either.run(cue("a", "raise the flag"), cue("b", "fine"))
    assert [t.generator for t in made.takes] == ["sine", "trouble"]
    (failure,) = made.failures
    assert (failure.cue, failure.generator, failure.instead, failure.exit_code) == (
        "a",
        "trouble",
        "sine",
        43,
    )
    assert failure.what == "raised RuntimeError: the reed is broken"
    again = either.run(cue("a", "raise the flag"), cue("b", "fine"))
    assert again.failures == made.failures
    assert either.counted == [("generator", "trouble", 1)]


def test_a_death_takes_nothing_with_it(tmp_path):
    table = Table(tmp_path, "process")
    cues = [cue("a", "fine"), cue("b", "kill"), cue("c", "exit"), cue("d", "fine", start=1.0, end=3.0)]
    made = table.run(*cues)
    assert [(t.cue, t.generator) for t in made.takes] == [
        ("a", "trouble"),
        ("b", "sine"),
        ("c", "sine"),
        ("d", "trouble"),
    ]
    assert [(f.cue, f.exit_code, f.instead) for f in made.failures] == [("b", 46, "sine"), ("c", 45, "sine")]
    table.close()


def test_a_cue_that_nobody_can_make_is_told_and_the_rest_goes_on(table):
    made = table.run(cue("a", "hello", "vo", generator="batched"), cue("b", "stop", "vo"))
    assert [t.cue for t in made.takes] == ["a"]
    assert [(f.cue, f.generator, f.instead) for f in made.failures] == [
        ("b", "featured", None),
        ("b", "batched", None),
    ]
    host = Host([("only", module(troubled.Trouble()), "")])
    (failure,) = table.run(cue("a", "a violin"), host=host).failures
    assert failure.exit_code == UnknownGenerator.exit_code
    assert "a violin" in failure.what
    assert failure.remedy


def test_an_unknown_generator_is_an_error_before_any_work(table):
    with pytest.raises(UnknownGenerator, match=r"cue b: no generator is called 'flute'.*sine"):
        table.run(cue("a", "fine"), cue("b", "x", generator="flute"))
    assert not table.counted


def test_a_feature_that_was_not_observed_is_a_failure_with_a_remedy(table):
    made = table.run(cue("a", "fine", "vo"))
    assert made.takes[0].generator == "batched"
    assert "energy" in made.failures[0].what


def test_plugins_are_told_of_new_takes_and_may_not_end_the_render(table):
    heard = []
    module = ModuleType("listener")

    def v2a_on_take(take):
        heard.append(take)
        raise RuntimeError("deaf")

    module.v2a_on_take = v2a.hookimpl(v2a_on_take)
    host = Host([("players", players, ""), ("listener", module, "")])
    made = table.run(cue("a", "fine"), host=host)
    assert heard == list(made.takes)
    assert [e.where for e in table.events if isinstance(e, PluginFailed)] == ["plugin listener: v2a_on_take"]
    table.run(cue("a", "fine"), host=host)
    assert len(heard) == 1


def test_what_was_made_before_a_cancel_is_kept(table):
    cues = [cue(f"c{n}", "fine", start=n, end=n + 1.0) for n in range(6)]
    ended = []
    bench = table.bench
    table.bench = replace(
        bench,
        cancelled=lambda: len(ended) > 3,
        tell=lambda e: ended.append(e) if isinstance(e, Counted) else None,
    )
    with pytest.raises(Cancelled):
        table.run(*cues)
    table.bench = bench
    table.run(*cues)
    assert len(table.counted) == 2
