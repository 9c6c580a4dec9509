"""Hit points, tempi and meters that a user writes into the spotting list: a mistake is one line that says where."""

import pytest

from tests.bad_input import running
from tests.bad_input.test_films import refused


def with_hit(project, text):
    path = project.with_suffix(".v2a") / "spotting.toml"
    path.write_text(path.read_text() + f"\n[[hit]]\n{text}\n")
    return path


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("time = 100", 33, ("hit number 1", "outside")),
        ("time = 'soon'", 31, ("hit number 1", "time")),
        ("time = 1\nwieght = 3", 31, ("hit number 1", "wieght")),
    ],
)
def test_a_hit_that_does_not_fit(project, text, code, words):
    path = with_hit(project, text)
    before = path.read_text()
    refused(running.here("render", project), code, *words)
    assert path.read_text() == before


@pytest.mark.parametrize("line", ["tempo = 'fast'", "tempo = 5", "meter = '0/4'"])
def test_a_tempo_or_a_meter_that_is_none(project, line):
    path = project.with_suffix(".v2a") / "spotting.toml"
    text = path.read_text()
    assert 'kind = "mx"' in text
    path.write_text(text.replace('kind = "mx"', f'kind = "mx"\n{line}', 1))
    refused(running.here("render", project), 31, line.split()[0], "such as")


def test_music_follows_a_hit_and_nothing_else_is_made_anew(project):
    def takes():
        found = running.here("render", project, "--json")
        assert found.code == 0, found.err
        store = project.with_suffix(".v2a") / "takes"
        return {path.name: path.read_bytes() for path in sorted(store.rglob("*.json"))}

    before = takes()
    with_hit(project, "time = 1.7\nname = 'door'")
    after = takes()
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert changed and all(name.startswith("1M") for name in changed)
