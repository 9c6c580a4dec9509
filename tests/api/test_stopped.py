"""A run that is stopped or killed at a named stage: nothing half-written, what was done is kept, the next goes on."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bad_input import running
from v2a.api import Order
from v2a.errors import Cancelled
from v2a.model import StageStarted

STAGES = ("observe", "spot", "generate", "arrange", "mix", "deliver")
SOME = [
    s if s in ("observe", "generate", "deliver") else pytest.param(s, marks=pytest.mark.slow) for s in STAGES
]
WANTED = {
    "brief": "door slam at 1s, room tone",
    "without": ("mx",),
    "settings": {"observe": {"without": ["motion", "faces", "places", "clip", "classes", "transnet"]}},
}
KILLED = """
import os, signal, sys
from pathlib import Path
from tests.api.test_stopped import WANTED
from v2a.api import Order
from v2a.model import StageStarted

def hear(event):
    if isinstance(event, StageStarted) and event.stage == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

with Order(Path(sys.argv[1]), **WANTED).session(tell=hear) as session:
    session.score()
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return running.make_film(tmp_path_factory.mktemp("film") / "film.mp4", seconds=2)


@pytest.fixture
def film(small, tmp_path):
    return Path(shutil.copy(small, tmp_path / "film.mp4"))


def went_on(film, stage):
    """Score again, and say what ran."""
    assert not film.with_name("film.scored.mp4").exists()
    before = running.digest(film)
    with Order(film, **WANTED).session() as session:
        session.score()
        ran = dict(session.counts)
    assert film.with_name("film.scored.mp4").exists()
    assert running.digest(film) == before
    assert running.leftovers(film.parent) == []
    if STAGES.index(stage) > STAGES.index("observe"):
        assert not [name for name in ran if name.startswith("observer")]
    if STAGES.index(stage) > STAGES.index("generate"):
        assert not [name for name in ran if name.startswith("generator")]


@pytest.mark.parametrize("stage", SOME)
def test_interrupted_at_a_stage(film, stage):
    def hear(event):
        if isinstance(event, StageStarted) and event.stage == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Order(film, **WANTED).session(tell=hear) as session:
        session.score()
    went_on(film, stage)


@pytest.mark.parametrize(
    "stage", ["observe", "generate", pytest.param("mix", marks=pytest.mark.slow), "deliver"]
)
def test_cancelled_within_a_stage(film, stage):
    at = []

    def hear(event):
        if isinstance(event, StageStarted):
            at.append(event.stage)

    session = Order(film, **WANTED).session(tell=hear, cancelled=lambda: at[-1:] == [stage])
    with pytest.raises(Cancelled, match="same command"), session:
        session.score()
    went_on(film, stage)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("stage", SOME)
def test_killed_at_a_stage(film, stage):
    done = subprocess.run([sys.executable, "-c", KILLED, str(film), stage], check=False,
                          env=os.environ | running.environment())  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    went_on(film, stage)
