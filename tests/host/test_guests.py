"""Stand-ins: what a plugin answers is the same wherever it runs, and what it does to its process is an error."""

import sys
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tests import players, visitors
from v2a.builtin.executors import LocalExecutor, ProcessExecutor
from v2a.errors import (
    Cancelled,
    PluginContract,
    PluginExited,
    PluginHung,
    PluginKilled,
    PluginRaised,
    SpottingSyntax,
)
from v2a.host import Host
from v2a.host.guests import apart
from v2a.interfaces import Bench, Block, Frames, PlanRequest
from v2a.model import Audio, Observations, Progress, Warned
from v2a.testing import delivery, film, take, tone

ISOLATED = ProcessExecutor(1)
DEATHS = {
    "quit": (PluginExited, "ended its process with code 4"),
    "exit": (PluginExited, "ended its process with code 3"),
    "hang": (PluginHung, "no sign of life for 1.5 seconds"),
    **({} if sys.platform == "win32" else {"kill": (PluginKilled, "killed by SIGKILL")}),
}


class House:
    """A host whose visitors are guests, the runner they work with, and what it is told."""

    def __init__(self, executor, folder):
        self.events = []
        self.bench = Bench(scratch=folder, tell=self.events.append)
        self.runner = executor.open(self.bench, 1.5)
        self.plain = Host([("players", players, ""), ("visitors", visitors, "someone")])
        self.host = apart(self.plain, lambda: self.runner)
        assert not self.host.broken


@pytest.fixture(scope="module", params=[LocalExecutor(), ISOLATED], ids=["local", "process"])
def either(request, tmp_path_factory):
    house = House(request.param, tmp_path_factory.mktemp("either"))
    yield house
    house.runner.close()


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    house = House(ISOLATED, tmp_path_factory.mktemp("process"))
    yield house
    house.runner.close()


def asked(host, brief="", **given):
    cards = tuple(entry.thing.card for entry in host.generators.values())
    return PlanRequest(Observations(film(8)), brief, generators=cards, params=visitors.Manner(**given))


def test_only_guests_have_stand_ins(either):
    ours = apart(Host([("visitors", visitors, "v2a")]), lambda: either.runner)
    handed = apart(Host([("visitors", visitors, "")]), lambda: either.runner)
    for host in (ours, handed):
        assert type(host.planner("visiting").thing) is visitors.Planning
    assert type(either.host.planner("visiting").thing) is not visitors.Planning
    assert either.host.planner("visiting").thing.card == visitors.Planning.card
    assert type(either.host.generator("sine").thing) is players.Sine


def test_a_planner_is_given_all_and_its_plan_comes_back(either):
    request = asked(either.host, length=Fraction(3, 7), words=("wind", "sea"))
    plan = either.host.planner("visiting").thing.plan(either.bench, request)
    assert plan == visitors.Planning().plan(either.bench, request)
    assert plan.cues[1].span.end == Fraction(3, 7)
    assert "sine: Pitch 2" in plan.notes


def test_a_library_is_searched_there(either):
    away, here = either.host.libraries["visiting"].thing, visitors.Shelving()
    assert away.search("rain", "bg", 2) == here.search("rain", "bg", 2)
    assert away.search("rain", limit=0) == []
    assert away.known("/there/None.wav") == here.known("/there/None.wav")
    assert away.known("/elsewhere.wav") is None
    with pytest.raises(PluginContract, match="plugin visitors: library visiting: answered with str"):
        away.search("text")
    with pytest.raises(PluginRaised, match="no power"):
        away.search("raise")


def test_a_metric_measures_the_take_s_file_there(either, tmp_path):
    away, here = either.host.metrics["visiting"].thing, visitors.Measuring()
    seen = Observations(film(3))

    def asked_of(metric, prompt):
        made = replace(take(tmp_path / "take.npy", "a", tone(Fraction(1, 10))), prompt=prompt)
        return metric.measure(either.bench, made.sound.open(), made, seen)

    assert asked_of(away, "rain") == asked_of(here, "rain") > 0
    assert asked_of(away, "nothing") is None
    with pytest.raises(PluginContract, match="metric visiting: answered with str"):
        asked_of(away, "text")
    with pytest.raises(PluginRaised, match="no power"):
        asked_of(away, "raise")


def test_an_importer_and_an_exporter_work_on_files(either, tmp_path):
    path = tmp_path / "list.visit"
    path.write_text("nothing to do")
    imported = either.host.importer("visiting").thing.read(path, film(3))
    assert imported == visitors.Reading().read(path, film(3))
    given = _noted(delivery(tmp_path / "d"), "fine")
    assert either.host.exporter("visiting").thing.write(given, tmp_path / "out") == ("written",)
    assert (tmp_path / "out").read_text() == given.output


def _noted(given, note):
    return replace(given, notes=(note,))


def test_a_refusal_keeps_its_code_and_its_remedy(either, tmp_path):
    path = tmp_path / "list.visit"
    path.write_text("refuse")
    with pytest.raises(SpottingSyntax, match=r"list.cues: line 3 is no cue\. Mend line 3"):
        either.host.importer("visiting").thing.read(path, film(3))


def frames(count, first=0):
    pixels = np.random.default_rng(first).integers(0, 255, (count, 9, 16, 3), np.uint8)
    return Frames((np.arange(count) + first) / 25, pixels)


def block(start, level):
    return Block(Fraction(start), Audio(np.full((1, 1000), level, np.float32), 8000))


def test_a_watcher_gives_the_same_rows(either):
    observer = either.host.observers["visiting"].thing.at(either.bench)
    assert observer.card == visitors.Watching("1 with weights").card
    here, there = visitors.Watcher(), observer.open(either.bench, film(3))
    for shown in (frames(25), frames(7, 25), frames(0, 32)):
        expected, given = here.see(shown), there.see(shown)
        assert sorted(given) == sorted(expected)
        for name, rows in given.items():
            assert rows.dtype == expected[name].dtype
            assert np.array_equal(rows, expected[name])
    heard = there.hear(block(2, 0.5))["peak"]
    assert heard.tolist() == [2.5, 2.5]
    with pytest.raises(PluginContract, match="no number"):
        there.hear(block(0, 0.0))
    there.close()
    assert list(either.bench.scratch.iterdir()) == []
    seen = Observations(film(3))
    expected = visitors.Watching().at(either.bench).conclude(either.bench, seen)
    assert observer.conclude(either.bench, seen) == expected


def test_listeners_remember_and_what_they_print_is_a_note(either, tmp_path):
    either.events.clear()
    visitors.TAKES.clear()
    given = take(tmp_path / "t.npy", "fx1", tone(1))
    assert either.host.tell_take(given) == either.host.tell_take(given) == []
    assert either.host.tell_delivery(delivery(tmp_path / "d")) == []
    assert [e.text for e in either.events if isinstance(e, Warned)] == ["take 1", "take 2", "delivered 2"]


@pytest.mark.parametrize("brief", ["text", "odd"])
def test_an_answer_that_does_not_fit_is_a_breach(either, brief):
    with pytest.raises(PluginContract, match="planner visiting"):
        either.host.planner("visiting").thing.plan(either.bench, asked(either.host, brief))


def test_what_is_raised_names_the_plugin(either):
    with pytest.raises(
        PluginRaised, match=r"plugin visitors: planner visiting: raised RuntimeError: no power"
    ):
        either.host.planner("visiting").thing.plan(either.bench, asked(either.host, "raise"))


@pytest.mark.parametrize("way", DEATHS)
def test_a_death_is_an_error_and_the_next_call_is_served(process, way):
    kind, words = DEATHS[way]
    planner = process.host.planner("visiting").thing
    with pytest.raises(kind, match=words) as raised:
        planner.plan(process.bench, asked(process.host, way))
    assert "--planner" in raised.value.remedy
    assert planner.plan(process.bench, asked(process.host)).cues


def test_progress_is_a_sign_of_life(process):
    process.events.clear()
    assert process.host.planner("visiting").thing.plan(process.bench, asked(process.host, "slow")).cues
    assert any(isinstance(e, Progress) for e in process.events)


@pytest.mark.parametrize("way", ["exit", "hang"])
def test_a_watcher_that_dies_leaves_nothing_behind(process, way):
    observer = process.host.observers["visiting"].thing
    with pytest.raises((PluginExited, PluginHung)):
        observer.open(process.bench, _at(way))
    watcher = observer.open(process.bench, film(3))
    watcher.see(frames(3))
    with pytest.raises(PluginExited, match="observer visiting"):
        watcher.hear(block(0, 2.0))
    watcher.close()
    assert list(process.bench.scratch.iterdir()) == []
    with pytest.raises((PluginExited, PluginHung)):
        observer.conclude(process.bench, Observations(_at(way)))


def test_an_observer_that_dies_before_it_is_opened_is_an_error_then(tmp_path):
    bench = Bench(scratch=tmp_path, weights=tmp_path / "exit")
    runner = ISOLATED.open(bench, 20.0)
    host = apart(Host([("visitors", visitors, "someone")]), lambda: runner)
    observer = host.observers["visiting"].thing.at(bench)
    runner.close()
    with pytest.raises(PluginExited, match="observer visiting"):
        observer.open(bench, film(3))


def _at(path):
    return replace(film(3), path=path)


def test_a_listener_that_died_is_told_of_nothing_more(process, tmp_path):
    given = take(tmp_path / "t.npy", "fx1", tone(1))
    (error,) = process.host.tell_take(replace(given, prompt="exit"))
    assert isinstance(error, PluginExited)
    assert "plugin visitors: v2a_on_take" in str(error)
    assert process.host.tell_take(given) == []


def test_a_call_can_be_cancelled(tmp_path):
    stopped = []
    bench = Bench(scratch=tmp_path, tell=stopped.append, cancelled=lambda: bool(stopped))
    runner = ISOLATED.open(bench, 60.0)
    host = apart(Host([("visitors", visitors, "someone")]), lambda: runner)
    with pytest.raises(Cancelled):
        host.planner("visiting").thing.plan(bench, asked(host, "slow"))
    runner.close()
