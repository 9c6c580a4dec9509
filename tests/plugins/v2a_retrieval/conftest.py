"""A library in a folder of the test's own, words only unless a test asks for meanings."""

import pytest

from tests.plugins.v2a_retrieval import media
from v2a_retrieval import places
from v2a_retrieval.index import Shelf, opened
from v2a_retrieval.search import Query, Search
from v2a_retrieval.update import update


class Desk:
    """An index, and folders to add to it."""

    def __init__(self, folder):
        self.folder = folder
        self.root = folder / "mine"
        self.root.mkdir()

    def index(self):
        return opened(places.index_file(), make=True)

    def add(self, root=None, name="mine", **fields):
        root = root or self.root
        with self.index() as index:
            old = next((s for s in index.shelves() if s.root == root), None)
            shelf = old or index.add_shelf(Shelf(0, name, root, **fields))
            return update(index, shelf)

    def find(self, prompt, **fields):
        with self.index() as index:
            return Search(index)(Query(prompt, **fields))

    def titles(self, prompt, **fields):
        return [hit.title for hit in self.find(prompt, **fields)]


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setenv("V2A_LIBRARY", str(tmp_path / "index"))
    monkeypatch.setenv("V2A_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setenv("V2A_LIBRARY_MEANING", "0")
    return Desk(tmp_path)


@pytest.fixture
def stocked(desk):
    """A library with doors, steps, an explosion and a wind."""
    for number in range(4):
        media.write(
            desk.root / f"doors/metal door slam {number}.wav",
            media.strike(0.8, 0.2, 300 + 60 * number, seed=number),
        )
        media.write(
            desk.root / f"steps/footstep gravel {number}.wav",
            media.strike(0.3, 0.03, 900, 0.3, seed=9 + number),
        )
    media.write(desk.root / "boom/explosion deep.wav", media.strike(1.5, 0.3, 60))
    media.write(desk.root / "boom/explosion sharp.wav", media.strike(1.0, 0.1, 3000))
    media.write(desk.root / "air/wind trees.wav", media.hiss(6, 5))
    desk.add(licence="own")
    return desk
