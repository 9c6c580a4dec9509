"""Plugins that misbehave: the film is delivered, one line names the plugin, and the exit code tells."""

import pytest

from tests.bad_input import running
from tests.bad_input.test_films import refused


def use_bad(project):
    path = project.with_suffix(".v2a") / "spotting.toml"
    path.write_text(path.read_text().replace('kind = "fx"', 'kind = "fx"\ngenerator = "bad"'))


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ("raise RuntimeError('no power')", 43, "no power"),
        ("time.sleep(3600)", 44, "bad"),
        ("os._exit(3)", 45, "bad"),
        ("sys.exit(3)", 45, "bad"),
        ("os.kill(os.getpid(), signal.SIGKILL)", 46, "bad"),
        ("return v2a.Audio(np.zeros((2, 7), np.float32), 48000)", 47, "bad"),
        ("return v2a.Audio(np.full((2, request.length), np.nan, np.float32), 48000)", 47, "bad"),
        (
            "return v2a.Audio(np.sign(np.random.default_rng(1).standard_normal((2, request.length)), dtype=np.float32), 48000)",
            47,
            "is clipped",
        ),
        ("return 'a sound'", 47, "bad"),
        ("return v2a.Failure('out of ideas', 'Ask another.')", 43, "out of ideas"),
    ],
)
def test_a_generator_that_fails(project, tmp_path, body, code, words):
    use_bad(project)
    before = running.digest(project)
    (project.parent / "quick.toml").write_text(
        'schema = "v2a-preset"\nversion = 1\nabout = "soon"\n[generate]\nstall = 3.0\n'
    )
    plugins = running.generator(tmp_path / "plugins", body)
    done = running.here("render", project, "--preset", project.parent / "quick.toml", plugins=[plugins])
    assert done.code == code, done.err
    assert len(done.lines) == 1, done.err
    assert words in done.lines[0]
    assert "Made by foley instead" in done.lines[0]
    assert project.with_name("film.scored.mp4").exists()
    assert running.digest(project) == before
    assert running.leftovers(project.parent) == []
    report = project.with_name("film.scored.report.json").read_text()
    assert words in report


def test_a_broken_plugin_on_the_path(film, tmp_path):
    plugins = running.plugin(tmp_path / "plugins", "brokenplug", "import nothing_of_that_name\n")
    done = running.here("score", film, plugins=[plugins])
    assert done.code == 41
    assert len(done.lines) == 1
    assert "brokenplug" in done.lines[0]
    assert film.with_name("film.scored.mp4").exists()
    assert running.here("plugins", plugins=[plugins]).code == 41
    assert running.v2a("--help", plugins=[plugins]).code == 0


def test_two_plugins_of_one_name(film, tmp_path):
    body = running.GENERATOR.format(body="raise RuntimeError")
    first = running.plugin(tmp_path / "a", "plugone", body)
    second = running.plugin(tmp_path / "b", "plugtwo", body)
    refused(running.here("score", film, plugins=[first, second]), 42, "plugone", "plugtwo")
    assert not film.with_name("film.scored.mp4").exists()


def test_a_plugin_that_prints_breaks_nothing(project, tmp_path):
    use_bad(project)
    body = "print('hello'); return v2a.Audio(np.zeros((2, request.length), np.float32), 48000)"
    done = running.here("render", project, "--json", plugins=[running.generator(tmp_path / "p", body)])
    assert done.code == 0, done.err
    assert "hello" not in done.out


def test_a_generator_of_another_kind_is_refused(project):
    path = project.with_suffix(".v2a") / "spotting.toml"
    path.write_text(path.read_text().replace('kind = "fx"', 'kind = "fx"\ngenerator = "composer"', 1))
    refused(running.here("render", project), 32, "composer", "mx")
