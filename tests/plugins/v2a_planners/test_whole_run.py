"""A film spotted and scored by a chat server from the command line, and edits of its reasoning that survive."""

import json
import re

import pytest

from tests.bad_input import running
from tests.plugins.v2a_planners import films
from tests.plugins.v2a_planners.chatting import GOOD, answers, said, serving, text
from v2a.api import Order

PRESET = """
schema = "v2a-preset"
version = 1
about = "planned by a server"
extends = "default"

[observe]
without = ["motion", "faces", "places"]

[spot]
planner = "chat"

[planners.chat]
url = "{url}"
images = 2
retries = 0
pause = 0.0
"""


def thinking(to, body):
    """Another thought for each seed, as a model has."""
    thoughts = {part: f"{text} Thought {body['seed']}." for part, text in GOOD["reasoning"].items()}
    to.give(200, said(json.dumps({**GOOD, "reasoning": thoughts})))


@pytest.fixture
def film(tmp_path):
    return running.make_film(tmp_path / "film.mp4", sound=False)


@pytest.fixture
def preset(tmp_path):
    def written(url):
        path = tmp_path / "chat.toml"
        path.write_text(PRESET.format(url=url))
        return path

    return written


def thoughts(film):
    text = (film.with_suffix(".v2a") / "spotting.toml").read_text()
    return re.findall(r'^character = "(.*)"$', text, re.MULTILINE)


def test_a_film_is_spotted_and_scored(film, preset):
    with serving(thinking) as (url, part):
        done = running.here("spot", film, "--preset", preset(url))
        assert done.code == 0, done.err
        asked = len(part.seen)
        assert asked >= 1 and len(thoughts(film)) >= 1
        assert "Planned by seer" in done.err + done.out
        scored = running.v2a("score", film, "--preset", preset(url))
        assert scored.code == 0, scored.err
        assert len(part.seen) == asked  # what was asked before is kept
    assert film.with_name("film.scored.mp4").exists()
    listed = (film.with_suffix(".v2a") / "spotting.toml").read_text()
    assert 'prompt = "wind in trees"' in listed and 'avoid = "birds"' in listed


def test_edited_reasoning_survives_and_the_rest_is_thought_anew(film, preset):
    with serving(thinking) as (url, _):
        order = Order(film, preset=str(preset(url)))
        with order.session() as session:
            session.spot()
        path = film.with_suffix(".v2a") / "spotting.toml"
        first = thoughts(film)
        path.write_text(path.read_text().replace(first[0], "Everything is made of glass."))
        with Order(film, preset=str(preset(url)), seed=7).session() as session:
            again = session.spot()
        assert thoughts(film)[0] == "Everything is made of glass."
        assert again.reasoning[0].character == "Everything is made of glass."
        assert again.reasoning[0].sounds.startswith(GOOD["reasoning"]["sounds"])


def test_settings_in_the_spotting_list_reach_the_planner(film, preset):
    with serving(thinking, models=("one", "two")) as (url, part):
        with Order(
            film, settings={"observe": {"without": ["motion", "faces", "places"]}}
        ).session() as session:
            session.spot()
        path = film.with_suffix(".v2a") / "spotting.toml"
        text = path.read_text()
        settings = (
            f'[settings.spot]\nplanner = "chat"\n\n[settings.planners.chat]\nurl = "{url}"\nmodel = "two"\n\n'
        )
        at = text.index("\n[[") + 1
        path.write_text(text[:at] + settings + text[at:])
        with Order(film).session() as session:
            session.spot()
        assert {body["model"] for body in part.seen} == {"two"}


def test_a_scene_that_failed_is_asked_for_again_by_itself(tmp_path, preset):
    film = tmp_path / "two.mp4"
    films.make(film, seconds=8)
    scenes = {"observe": {"without": ["motion", "faces"]}}
    with serving(answers(), text("?"), text("?"), answers()) as (url, part):
        with Order(film, preset=str(preset(url)), settings=scenes).session() as session:
            first = session.spot()
            (failed,) = (note for note in session.notes if note.startswith("To plan what is left"))
        assert [thought.scene for thought in first.reasoning] == [0]
        start, end = re.search(r"--from (\S+) --to (\S+),", failed).groups()
        with Order(film, preset=str(preset(url)), settings=scenes, start=start, end=end).session() as session:
            again = session.spot()
        assert len(part.seen) == 4
    assert [thought.scene for thought in again.reasoning] == [0, 1]
    assert again.reasoning[0] == first.reasoning[0]
    assert {cue.id for cue in first.cues} <= {cue.id for cue in again.cues}
    assert any(cue.span.start >= 4 for cue in again.cues)


def test_a_server_that_is_down_is_one_line_and_an_exit_code(film, preset):
    with serving() as (url, _):
        pass
    done = running.here("spot", film, "--preset", preset(url))
    assert done.code == 52
    assert len(done.lines) == 1 and "--planner builtin" in done.lines[0]
    saved = running.here("spot", film, "--preset", preset(url), "--planner", "builtin")
    assert saved.code == 0, saved.err
