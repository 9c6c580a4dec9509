"""Plugins of every other kind that misbehave: one line names the plugin, the code tells, the film is there all the same."""

import sys

import pytest

from tests.bad_input import running
from tests.bad_input.test_films import refused
from v2a.host import Host

GUEST = """
    import os, signal, sys, time
    from fractions import Fraction
    import numpy as np
    import v2a

    FAULT = {fault!r}

    def fault(where):
        if where == FAULT:
            {body}

    class Watcher(v2a.Watcher):
        def see(self, frames):
            fault("see")
            return {{"dark": frames.pixels.mean(axis=(1, 2, 3)).astype(np.float32)}}

        def hear(self, block):
            fault("hear")
            return {{"loud": np.abs(block.sound.samples).max(1)}}

        def close(self):
            fault("close")

    class Watching(v2a.Observer):
        card = v2a.ObserverCard(
            name="guest", version="1", picture=v2a.PictureNeed(16, 16, Fraction(5)), sound=v2a.SoundNeed(8000, 4000),
            features={{"dark": v2a.FeatureCard("picture"), "loud": v2a.FeatureCard("sound")}},
        )

        def open(self, bench, video):
            fault("open")
            return Watcher()

        def conclude(self, bench, so_far):
            fault("conclude")
            seen, heard = (len(so_far.features[name].values()) for name in ("dark", "loud"))
            return v2a.Findings(notes=(f"{{seen}} seen, {{heard}} heard",))

    class Planning(v2a.Planner):
        card = v2a.PlannerCard("guest", "1", v2a.Licence("MIT"))

        def plan(self, bench, request):
            fault("plan")
            names = sorted(card.name for card in request.generators)
            return v2a.Plan((v2a.Cue("", "bg", request.observations.video.span, "room tone"),), notes=tuple(names))

    class Writing(v2a.Exporter):
        card = v2a.ExchangeCard("guest", "1", (".guest",))

        def write(self, delivery, path):
            fault("write")
            path.write_text(delivery.output)
            return ("written",)

    @v2a.hookimpl
    def v2a_observers():
        return [Watching()]

    @v2a.hookimpl
    def v2a_planners():
        return [Planning()]

    @v2a.hookimpl
    def v2a_exporters():
        return [Writing()]

    @v2a.hookimpl
    def v2a_on_take(take):
        fault("v2a_on_take")
        print("a take of", take.cue)

    @v2a.hookimpl
    def v2a_on_deliver(delivery):
        fault("v2a_on_deliver")
        print("all is there")

    fault("import")
"""
WAYS = {
    "raise": ("raise RuntimeError('no power')", 43, "no power"),
    "quit": ("sys.exit(3)", 45, "ended its process with code 3"),
    "exit": ("os._exit(3)", 45, "ended its process with code 3"),
    "kill": ("os.kill(os.getpid(), signal.SIGKILL)", 46, "killed"),
    "hang": ("time.sleep(3600)", 44, "no sign of life"),
}
PRESET = """\
schema = "v2a-preset"
version = 1
about = "soon and little"
[generate]
stall = 2.0
[spot]
kinds = ["bg"]
[observe]
without = {observers}
"""
OURS = sorted(Host.discover().observers)

TABLE = (
    *(("see", way) for way in WAYS),
    *((where, way) for where in ("open", "hear", "conclude") for way in ("exit", "hang")),
    *(("plan", way) for way in ("raise", "exit", "hang")),
    *(("write", way) for way in ("quit", "kill", "hang")),
    *(("v2a_on_take", way) for way in ("raise", "exit", "hang")),
    *(("v2a_on_deliver", way) for way in ("quit", "exit", "hang")),
    ("close", "hang"),
)
without_kill = pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")


@pytest.fixture(scope="module")
def short_film(tmp_path_factory):
    return running.make_film(tmp_path_factory.mktemp("short") / "film.mp4", seconds=1)


@pytest.fixture
def film(short_film, tmp_path):
    return running.copied(short_film, tmp_path / "work")


def guest(folder, where, body):
    return running.plugin(folder, "guestplug", GUEST.format(fault=where, body=body))


def soon(tmp_path):
    preset = tmp_path / "soon.toml"
    preset.write_text(PRESET.format(observers=OURS))
    return preset


def scored(film, tmp_path, where, body, *more):
    preset = soon(tmp_path)
    plugins = [guest(tmp_path / "plugins", where, body)]
    given = ("--preset", preset, "--planner", "guest", "--export", "guest", "--brief", "room tone", *more)
    return running.here("score", film, *given, plugins=plugins)


@pytest.mark.parametrize(
    ("where", "way"),
    [pytest.param(*case, marks=without_kill if case[1] == "kill" else ()) for case in TABLE],
)
def test_a_fault_is_one_line_and_the_film_is_there_where_it_can_be(film, tmp_path, where, way):
    body, code, words = WAYS[way]
    before = running.digest(film)
    done = scored(film, tmp_path, where, body)
    assert done.code == code, done.err
    assert len(done.lines) == 1, done.err
    assert "guest" in done.lines[0]
    assert words in done.lines[0]
    assert done.lines[0].count(". ") >= 1, "there is no remedy"
    assert film.with_name("film.scored.mp4").exists() == (where != "plan")
    assert film.with_name("film.scored.guest").exists() == (where not in ("plan", "write"))
    assert running.digest(film) == before
    assert running.leftovers(film.parent) == []


@pytest.mark.parametrize("executor", ["process", "local"])
def test_a_guest_that_behaves_takes_part(film, tmp_path, executor):
    done = scored(film, tmp_path, "nowhere", "pass", "--executor", executor)
    assert done.code == 0, done.err
    assert film.with_name("film.scored.guest").read_text().endswith("film.scored.mp4")
    report = film.with_name("film.scored.report.json").read_text()
    assert "5 seen, 2 heard" in report
    assert "foley" in report
    assert "written" in report
    assert "note: all is there" in done.err


@pytest.mark.parametrize(
    "way", [pytest.param(way, marks=without_kill if way == "kill" else ()) for way in WAYS if way != "raise"]
)
def test_an_import_that_ends_or_hangs_is_left_out(film, tmp_path, way):
    body, code, words = WAYS[way]
    plugins = [guest(tmp_path / "plugins", "import", body)]
    done = running.here("plugins", plugins=plugins)
    refused(done, code, "guestplug", words, "when it was imported")
    assert "foley" in done.out


def test_a_good_import_is_remembered_until_the_plugin_changes(tmp_path):
    count = tmp_path / "count"
    body = f"open({str(count)!r}, 'a').write('x')"
    plugins = [guest(tmp_path / "plugins", "import", body)]
    for expected in ("xx", "xxx"):
        assert running.v2a("plugins", plugins=plugins).code == 0
        assert count.read_text() == expected
    with (plugins[0] / "guestplug.py").open("a") as module:
        module.write("\nos._exit(4)\n")
    refused(running.v2a("plugins", plugins=plugins), 45, "ended its process with code 4")


def test_a_cache_that_cannot_be_written_breaks_nothing(tmp_path):
    plugins = [guest(tmp_path / "plugins", "nowhere", "pass")]
    (plugins[0] / "cache").write_text("in the way")
    assert running.here("plugins", plugins=plugins).code == 0


@pytest.mark.parametrize(
    ("given", "code"), [(("--planner", "pp"), 35), (("--export", "pp"), 35), (("--executor", "pp"), 35)]
)
def test_a_name_that_a_broken_plugin_would_have_brought(film, tmp_path, given, code):
    plugins = running.plugin(tmp_path / "plugins", "brokenplug", "import nothing_of_that_name\n")
    done = running.here("score", film, "--preset", soon(tmp_path), *given, plugins=[plugins])
    assert done.code == code
    broken, fatal = done.lines
    assert "brokenplug" in broken
    assert "nothing_of_that_name" in broken
    assert "'pp'" in fatal


def test_a_generator_that_a_broken_plugin_would_have_brought(tmp_path):
    plugins = running.plugin(tmp_path / "plugins", "brokenplug", "import nothing_of_that_name\n")
    done = running.here("sound", "rain", "-o", tmp_path / "a.wav", "--generator", "pp", plugins=[plugins])
    assert done.code == 32
    assert "brokenplug" in done.lines[0]
    assert "'pp'" in done.lines[1]
    done = running.here("sound", "rain", "--seconds", "1", "-o", tmp_path / "a.wav", plugins=[plugins])
    assert done.code == 41
    assert "brokenplug" in done.lines[0]
    assert (tmp_path / "a.wav").exists()
