"""What encoders look at: only the cues' spans, all needs of a span in one pass."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tests import players
from tests.media import films
from v2a.builtin.executors import LocalExecutor
from v2a.engine.store import FolderStore
from v2a.host import Host
from v2a.interfaces import PictureNeed, StageBench
from v2a.media.probe import probe
from v2a.model import Counted, Cue, Observations, Span, SpottingList
from v2a.stages import generate
from v2a.stages.generating import frames
from v2a.stages.generating.frames import Look


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    return probe(films.film(tmp_path_factory.mktemp("film") / "f.mp4", frames=50, sound=[films.Tone()]))


@pytest.fixture
def bench(tmp_path):
    events = []
    with FolderStore(tmp_path / "store") as store:
        bench = StageBench(scratch=store.scratch_folder, store=store, tell=events.append)
        runner = LocalExecutor().open(bench)
        yield replace(bench, runner=runner), events
        runner.close()


def span(start, end):
    return Span(Fraction(start, 10), Fraction(end, 10))


def test_the_frames_of_a_span_are_the_ones_shown_there(video, bench):
    full, small = PictureNeed(160, 96, Fraction(25)), PictureNeed(16, 16, Fraction(5))
    looks = [Look("a", span(4, 8), full), Look("b", span(4, 8), small), Look("c", span(12, 14), full)]
    requests = frames.decoded(looks, video, bench[0])
    a, b, c = (np.load(requests[key].frames) for key in "abc")
    assert films.numbers_of(a) == list(range(10, 20))
    assert b.shape == (2, 16, 16, 3)
    assert films.numbers_of(c) == list(range(30, 35))
    frames.remove(requests.values())
    assert not list(bench[0].store.scratch_folder.iterdir())


def test_over_the_ends_of_the_film_its_frames_are_held(video, bench):
    full, small = PictureNeed(160, 96, Fraction(25)), PictureNeed(16, 16, Fraction(5))
    looks = [
        Look(key, at, need)
        for key, at, need in (("a", span(-2, 4), full), ("b", span(18, 24), full), ("c", span(18, 24), small))
    ]
    requests = frames.decoded(looks, video, bench[0])
    a, b, c = (np.load(requests[key].frames) for key in "abc")
    assert films.numbers_of(a) == [0] * 5 + list(range(10))
    assert films.numbers_of(b) == list(range(45, 50)) + [49] * 10
    assert len(c) == 3


def test_portions_hold_whole_spans_and_stay_small(video):
    need = PictureNeed(100, 100, Fraction(10))
    looks = [Look(f"{n}{x}", span(n, n + 10), need) for n in range(4) for x in "ab"]
    found = frames.portions(looks, video, most=2 * 11 * 30_000)
    assert [[look.key for look in portion] for portion in found] == [[f"{n}a", f"{n}b"] for n in range(4)]
    assert len(frames.portions(looks, video)) == 1
    assert frames.portions([], video) == []


def test_a_generator_gets_what_its_encoders_saw_and_nothing_is_encoded_twice(video, bench):
    working, events = bench
    cues = (Cue("a", "mx", span(0, 8), "x"), Cue("b", "mx", span(8, 20), "x"))
    inputs = generate.GenerateInputs(
        SpottingList(video.identity, 1, cues=cues), Observations(video), Host([("p", players, "")])
    )
    made = generate.run(inputs, generate.GenerateOptions(), working)
    assert [t.generator for t in made.takes] == ["seen", "seen"]
    assert [t.notes[:2] for t in made.takes] == [("8 bright", "4 coarse"), ("12 bright", "6 coarse")]
    counted = [(e.what, e.name, e.number) for e in events if isinstance(e, Counted)]
    assert counted[:2] == [("encoder", "bright", 2), ("encoder", "coarse", 2)]
    events.clear()
    other = replace(inputs.spotting, cues=(replace(cues[0], prompt="y"), cues[1]))
    generate.run(replace(inputs, spotting=other), generate.GenerateOptions(), working)
    assert [e.name for e in events if isinstance(e, Counted)] == ["seen"]
