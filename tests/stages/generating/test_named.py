"""Files that parameters name: kept in the store, and called as the user calls them where something is wrong."""

from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest

from tests.players import Sine
from v2a.engine.store import FolderStore
from v2a.interfaces import option
from v2a.model import Failure
from v2a.stages.generating.making import _in_the_users_words
from v2a.stages.generating.named import named


@dataclass(frozen=True)
class Params:
    soundfont: str = option("", "a font", file=True)


CARD = replace(Sine.card, params=Params)


@pytest.fixture
def store(tmp_path):
    with FolderStore(tmp_path / "store") as opened:
        yield opened


def test_what_is_wrong_with_a_file_is_told_by_the_users_name(tmp_path, store):
    (tmp_path / "Mine.sf2").write_bytes(b"broken")
    found = named(CARD, {"soundfont": "Mine.sf2"}, tmp_path, store)
    (place,) = found.called
    assert found.params["soundfont"].endswith(place) and "Mine" not in place
    told = _in_the_users_words(Failure(f"{place} is not a soundfont"), SimpleNamespace(called=found.called))
    assert told.what == "Mine.sf2 is not a soundfont"


def test_a_folder_is_no_file_and_no_film(tmp_path, store):
    failure = named(CARD, {"soundfont": "."}, tmp_path, store)
    assert failure.what.endswith("this is a folder (soundfont)")
    assert failure.remedy == "Name the soundfont file inside it."
