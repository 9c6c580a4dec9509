import pytest

from tests.scores import scored
from v2a.errors import FileDamaged
from v2a.media import sheets
from v2a.model import Score, TempoMap


@pytest.mark.parametrize("score", [scored(50), Score(TempoMap.even(120), ())])
def test_a_score_comes_back_and_the_same_score_gives_the_same_bytes(tmp_path, score):
    for name in ("a.json", "b.json"):
        sheets.write(tmp_path / name, score)
    assert sheets.read(tmp_path / "a.json") == score
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


@pytest.mark.parametrize(
    "text", ["", "{}", '{"schema":"v2a.score","version":2,"score":{}}', '{"schema":"v2a.score","version":1}']
)
def test_what_is_no_score_is_told(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(FileDamaged, match="no score that can be read"):
        sheets.read(tmp_path / "a.json")
    with pytest.raises(FileDamaged):
        sheets.read(tmp_path / "gone.json")
