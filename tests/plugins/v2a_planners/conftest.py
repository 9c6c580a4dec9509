"""A film, a bench and the parameters of a server under test."""

import pytest

from tests.plugins.v2a_planners import films
from v2a.testing import bench as make_bench
from v2a_planners.chat import ChatParams, ChatPlanner


@pytest.fixture(scope="session")
def video(tmp_path_factory):
    return films.make(tmp_path_factory.mktemp("planners") / "film.mp4")


@pytest.fixture
def desk(tmp_path):
    return make_bench(tmp_path)


@pytest.fixture
def ask(video, desk):
    """Have the planner `chat` plan the film at a URL."""

    def asked(url, *, at=None, bench=None, **changes):
        own = {k: changes.pop(k) for k in list(changes) if k in ChatParams.__dataclass_fields__}
        params = ChatParams(**{"url": url, "timeout": 20.0, "retries": 2, "pause": 0.01, "images": 0, **own})
        return ChatPlanner().plan(bench or desk, films.request(at or video, params, **changes))

    return asked
