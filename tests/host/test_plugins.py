"""Finding plugins, and leaving broken ones out."""

import types
from fractions import Fraction

import pytest

import v2a
from v2a.errors import PluginClash, UnknownGenerator
from v2a.host import Host
from v2a.model import Audio


def module(name, **contents):
    made = types.ModuleType(name)
    vars(made).update(contents)
    return made


def generator(name):
    class Tone(v2a.Generator):
        card = v2a.GeneratorCard(name=name, version="1", kinds=("fx",), licence=v2a.Licence("MIT"))

        def open(self, bench):
            return lambda request: Audio.silence(request.channels, request.length, request.rate)

    return Tone()


def bringing(name, *names):
    @v2a.hookimpl
    def v2a_generators():
        return [generator(n) for n in names]

    return module(name, v2a_generators=v2a_generators)


def test_generators_are_found_by_name():
    host = Host([("a", bringing("mod_a", "hum", "buzz"), "dist-a")])
    assert set(host.generators) == {"hum", "buzz"}
    assert host.generator("hum").address.module == "mod_a"
    with pytest.raises(UnknownGenerator, match=r"'hiss'.*buzz, hum"):
        host.generator("hiss")


def test_two_of_one_name_are_an_error_that_names_both():
    with pytest.raises(PluginClash, match=r"'hum'.*first \(dist-a\) and second \(dist-b\)"):
        Host([("first", bringing("m1", "hum"), "dist-a"), ("second", bringing("m2", "hum"), "dist-b")])


def broken_import():
    raise ImportError("No module named 'nothing'")


def exits():
    raise SystemExit(3)


def misspelt():
    @v2a.hookimpl
    def v2a_generator():
        return []

    return module("m", v2a_generator=v2a_generator)


def unmarked():
    def v2a_generators():
        return []

    return module("m", v2a_generators=v2a_generators)


def wrong_things():
    @v2a.hookimpl
    def v2a_generators():
        return ["not a generator"]

    return module("m", v2a_generators=v2a_generators)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (broken_import, "No module named 'nothing'"),
        (exits, "SystemExit"),
        (misspelt, "no hook v2a_generator"),
        (unmarked, "lacks the @v2a.hookimpl"),
        (wrong_things, "must list Generator objects"),
    ],
)
def test_a_broken_plugin_is_left_out_and_named(bad, words):
    host = Host([("bad", bad, "dist-bad"), ("good", bringing("m1", "hum"), "dist-a")])
    assert set(host.generators) == {"hum"}
    assert len(host.broken) == 1
    assert words in host.broken[0].why
    assert "bad (dist-bad)" in str(host.broken[0].error)


def test_a_listener_that_raises_is_named_and_ends_nothing():
    @v2a.hookimpl
    def v2a_on_take(take):
        raise RuntimeError("no")

    host = Host([("loud", module("m", v2a_on_take=v2a_on_take), "d")])
    assert host.broken == ()
    (error,) = host.tell_take(None)
    assert error.exit_code == 43
    assert "plugin loud: v2a_on_take: raised RuntimeError: no" in str(error)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "two words"}, "one word"),
        ({"kinds": ()}, "at least one kind"),
        ({"kinds": ("zz",)}, "not a kind"),
        ({"windowing": "sometimes"}, "not a way"),
        ({"windowing": "overlapped"}, "how long its window"),
    ],
)
def test_a_card_that_makes_no_sense_is_refused(change, words):
    card = {"name": "hum", "version": "1", "kinds": ("fx",), "licence": v2a.Licence("MIT")}
    with pytest.raises(ValueError, match=words):
        v2a.GeneratorCard(**card | change)


def test_a_card_may_say_its_window():
    card = v2a.GeneratorCard(
        name="x",
        version="1",
        kinds=("bg",),
        licence=v2a.Licence("MIT"),
        windowing="overlapped",
        window=Fraction(8),
    )
    assert card.window == 8
