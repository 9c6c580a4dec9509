"""What docs/planners.md says is so: its examples are read, and its tables are those of the parameters."""

import dataclasses
import re
import tomllib
from pathlib import Path

import pytest

from tests.bad_input import running
from tests.plugins.v2a_planners.chatting import serving
from v2a.api import Order
from v2a_planners import endpoint
from v2a_planners.chat import KEY, ChatParams
from v2a_planners.params import Looking
from v2a_planners.vlm import VlmParams

DOCS = (Path(__file__).parents[3] / "docs" / "planners.md").read_text(encoding="utf-8")
PRESET, SETTINGS = re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)
ROWS = dict(re.findall(r"^\| `(\w+)` \| (\S+) \|", DOCS, re.MULTILINE))
QUICK = {"observe": {"without": ["motion", "faces", "places"]}}


@pytest.mark.parametrize("kind", [Looking, ChatParams, VlmParams])
def test_every_key_is_in_a_table_with_its_default(kind):
    style = ("music", "mood", "background_layers")
    for field in dataclasses.fields(kind):
        if field.name not in (*style, "model"):
            assert ROWS[field.name].strip("`") == str(field.default).join(
                '""' if isinstance(field.default, str) else ("", "")
            )
    assert set(ROWS) == {f.name for f in dataclasses.fields(ChatParams)} - set(style)


def test_the_servers_on_this_machine_are_named():
    places = [url for _, url in endpoint.HERE]
    assert places[0] in DOCS and all(url.removeprefix("http://localhost") in DOCS for url in places)
    assert KEY in DOCS


def test_the_examples_are_read_as_they_stand(tmp_path):
    film = running.make_film(tmp_path / "film.mp4", seconds=1, sound=False)
    with serving(models=("other", "qwen2.5vl:7b")) as (url, part):
        here = tomllib.loads(PRESET)["planners"]["chat"]["url"]
        (tmp_path / "seer.toml").write_text(PRESET.replace(here, url))
        with Order(film, preset=str(tmp_path / "seer.toml"), settings=QUICK).session() as session:
            assert session.spot().cues
        assert part.seen[0]["model"] == "qwen2.5vl:7b"
        path = tmp_path / "film.v2a" / "spotting.toml"
        at = path.read_text().index("\n[[") + 1
        path.write_text(path.read_text()[:at] + SETTINGS + "\n" + path.read_text()[at:])
        with Order(film, preset=str(tmp_path / "seer.toml"), settings=QUICK, seed=3).session() as session:
            session.spot()
        assert len(part.seen) == 2
