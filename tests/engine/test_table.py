"""The table of stages, and what running one tells, finds and keeps."""

import sys
from dataclasses import dataclass, fields, is_dataclass, replace
from fractions import Fraction
from types import ModuleType

import pytest

from tests import players
from v2a.engine import table
from v2a.engine.keys import canonical
from v2a.engine.store import FolderStore
from v2a.errors import Cancelled
from v2a.host import Host
from v2a.interfaces import StageBench, about, option
from v2a.model import Identity, Progress, StageEnded, StageStarted, Video
from v2a.testing import film


@dataclass(frozen=True)
class HumOptions:
    loud: float = option(1.0, "Loudness.")
    quick: bool = option(False, "Whether in a hurry.", keyed=False)


@dataclass(frozen=True)
class HumInputs:
    video: Video
    host: Host | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hummed:
    video: Video
    level: float
    at: Fraction
    notes: tuple[str, ...] = ()


HUM = table.Stage("hum", "1", "hum", stored=True, hooks=("v2a_generators",), what="humming")


@pytest.fixture
def hum(monkeypatch):
    module = ModuleType("v2a.stages.hum")
    module.runs = []

    def run(inputs: HumInputs, options: HumOptions, bench: StageBench) -> Hummed:
        module.runs.append(bench.stage)
        bench.progress(1, 2)
        return Hummed(inputs.video, options.loud, Fraction(1, 3), inputs.words)

    module.run, module.HumOptions, module.HumInputs = run, HumOptions, HumInputs
    module.failures = lambda result: [n for n in result.notes if n == "failed"]
    monkeypatch.setitem(sys.modules, "v2a.stages.hum", module)
    return module


@pytest.fixture
def bench(tmp_path):
    events = []
    with FolderStore(tmp_path) as store:
        yield StageBench(store=store, tell=events.append), events


def test_a_stage_tells_when_it_starts_and_ends_and_is_found_again(hum, bench):
    working, events = bench
    inputs = HumInputs(film(10))
    first = table.run(HUM, inputs, HumOptions(), working)
    assert events == [StageStarted("hum", "humming"), Progress("hum", 1, 2), StageEnded("hum")]
    events.clear()
    assert table.run(HUM, inputs, HumOptions(quick=True), working) == first
    assert events == [StageStarted("hum", "humming"), StageEnded("hum", stored=True)]
    assert hum.runs == ["hum"]


def test_a_moved_film_is_the_same_film_and_the_result_says_where_it_lies(hum, bench):
    here = film(10)
    table.run(HUM, HumInputs(here), HumOptions(), bench[0])
    there = replace(here, path="/moved/film.mp4")
    assert table.run(HUM, HumInputs(there), HumOptions(), bench[0]).video == there
    assert len(hum.runs) == 1


@pytest.mark.parametrize(
    "changed",
    [
        HumInputs(replace(film(10), identity=Identity(1, "x"))),
        HumInputs(film(11)),
        HumInputs(film(10), words=("la",)),
        HumInputs(film(10), Host([("players", players, "")])),
    ],
)
def test_other_inputs_are_another_result(hum, bench, changed):
    table.run(HUM, HumInputs(film(10)), HumOptions(), bench[0])
    table.run(HUM, changed, HumOptions(), bench[0])
    table.run(HUM, HumInputs(film(10)), HumOptions(2.0), bench[0])
    table.run(replace(HUM, version="2"), HumInputs(film(10)), HumOptions(), bench[0])
    assert len(hum.runs) == 4


def test_a_result_in_which_something_failed_is_not_stored(hum, bench):
    inputs = HumInputs(film(10), words=("failed",))
    table.run(HUM, inputs, HumOptions(), bench[0])
    table.run(HUM, inputs, HumOptions(), bench[0])
    assert len(hum.runs) == 2


def test_a_result_that_no_longer_fits_is_made_again(hum, bench):
    working, _ = bench
    inputs = HumInputs(film(10))
    table.run(HUM, inputs, HumOptions(), working)
    key = table.key_of(HUM, inputs, HumOptions(), working)
    path = working.store.path(key, ".json")
    assert path is not None
    path.unlink()
    working.store.keep_value(key, {"old": 1})
    table.run(HUM, inputs, HumOptions(), working)
    assert len(hum.runs) == 2


def test_a_stage_does_not_start_once_the_work_is_stopped(hum, bench):
    with pytest.raises(Cancelled):
        table.run(HUM, HumInputs(film(10)), HumOptions(), replace(bench[0], cancelled=lambda: True))
    assert not hum.runs


def test_plugins_enter_a_key_by_their_cards_and_never_by_where_they_lie():
    host = Host([("players", players, "dist")])
    again = Host([("another name", players, "")])
    hooks = ("v2a_generators",)
    assert canonical(host, hooks) == canonical(again, hooks)
    entry = host.generators["sine"]
    assert canonical({"sine": entry}, ()) == canonical({"sine": again.generators["sine"]}, ())
    assert canonical(host, hooks)["v2a_generators"]


def test_every_stage_of_the_table_is_there_and_declares_its_options_once():
    names = [s.name for s in table.STAGES]
    assert names == ["observe", "spot", "generate", "arrange", "mix", "deliver"]
    for stage in table.STAGES:
        assert all(names.index(read) < names.index(stage.name) for read in stage.reads)
        assert is_dataclass(stage.options)
        assert is_dataclass(stage.inputs)
        assert stage.result is not None
        assert callable(stage.run)
        for section, kind in stage.sections.items():
            for field in fields(kind):
                assert about(field).text, f"{section}.{field.name} tells users nothing"
    assert list(table.schema()) == ["observe", "spot", "generate", "tempo", "arrange", "mix", "deliver"]
