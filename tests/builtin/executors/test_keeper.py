"""Plugins stay open while they are needed, and the one used least lately goes first."""

import sys
from types import ModuleType

import pytest

from v2a.builtin.executors.keeper import Keeper, device_for, find
from v2a.errors import PluginBroken
from v2a.interfaces import Address, Bench, Generator, GeneratorCard, Maker
from v2a.model import Licence


class Opening(Maker):
    def __init__(self, name, log):
        self.name, self.log = name, log
        log.append(f"+{name}")

    def __call__(self, requests):
        yield from ()

    def close(self):
        self.log.append(f"-{self.name}")
        if self.name == "c":
            raise RuntimeError("will not close")


def player(name, log, devices=("cpu",), tight=0):
    class Player(Generator):
        card = GeneratorCard(name, "1", ("fx",), Licence("MIT"), devices=devices, batch=3)
        failures = tight

        def open(self, bench):
            if self.failures:
                type(self).failures -= 1
                raise MemoryError
            log.append(f"{bench.stage} on {bench.device} in {bench.dtype}")
            return Opening(name, log)

    return Player()


@pytest.fixture
def log(monkeypatch):
    lines = []
    module = ModuleType("players_for_keeper")
    things = [player(n, lines) for n in "abc"]
    things += [
        player("gpu", lines, ("cuda", "cpu")),
        player("big", lines, tight=1),
        player("huge", lines, tight=9),
    ]
    module.v2a_generators = lambda: things
    monkeypatch.setitem(sys.modules, "players_for_keeper", module)
    return lines


def at(name):
    return Address("players_for_keeper", "v2a_generators", name)


def changes(log):
    found = [line for line in log if line[0] in "+-"]
    log.clear()
    return found


def test_the_one_used_least_lately_is_closed(log):
    keeper = Keeper(Bench(), most=2)
    for name in "abac":
        keeper.opened(at(name))
    assert changes(log) == ["+a", "+b", "-b", "+c"]
    keeper.opened(at("a"))
    assert changes(log) == []
    keeper.release(at("b"))
    keeper.release(at("c"))
    assert changes(log) == ["-c"]
    keeper.close()
    assert changes(log) == ["-a"]


def test_others_are_closed_where_memory_is_tight(log):
    keeper = Keeper(Bench(memory_limit=1))
    keeper.opened(at("a"))
    keeper.opened(at("b"))
    assert changes(log) == ["+a", "-a", "+b"]
    assert not keeper.close_others(at("b"))
    roomy = Keeper(Bench())
    roomy.opened(at("a"))
    roomy.opened(at("b"))
    assert roomy.close_others(at("b"))
    assert changes(log) == ["+a", "+b", "-a"]


def test_what_does_not_fit_is_opened_again_with_the_others_closed(log):
    keeper = Keeper(Bench())
    keeper.opened(at("a"))
    assert keeper.opened(at("big")).batch == 3
    assert changes(log) == ["+a", "-a", "+big"]
    with pytest.raises(MemoryError):
        keeper.opened(at("huge"))


def test_devices_follow_the_card(log):
    keeper = Keeper(Bench(device="cuda:1", dtype="bfloat16", stage="generate"))
    assert keeper.opened(at("gpu")).device == "cuda:1"
    assert keeper.opened(at("a")).device == "cpu"
    assert [line for line in log if " on " in line] == [
        "generate: gpu on cuda:1 in bfloat16",
        "generate: a on cpu in float32",
    ]
    assert device_for(("cuda",), "cpu") == "cuda"
    assert device_for((), "mps") == "mps"


def test_a_plugin_is_found_by_its_address():
    assert find(Address("tests.players", "v2a_encoders", "letters")).card.name == "letters"
    with pytest.raises(PluginBroken, match="lists no 'flute'"):
        find(Address("tests.players", "v2a_generators", "flute"))
