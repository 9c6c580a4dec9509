from __future__ import annotations

from tests.bad_input.running import here, make_film

_CUE = """
[[cue]]
in = 0.5
out = 1.5
sync = 0.7
kind = "fx"
prompt = "door slam"
"""


def test_a_cue_without_an_id_gets_one_that_stays(tmp_path):
    film = make_film(tmp_path / "s.mp4")
    assert here("spot", film, "-q").code == 0
    listed = film.with_suffix(".v2a") / "spotting.toml"
    listed.write_text(listed.read_text() + _CUE)
    seen = []
    for n in range(2):
        assert here("render", film, "-q", "--stems", tmp_path / f"{n}").code == 0
        seen.append(listed.read_text())
    assert seen[0] == seen[1] and seen[0].count("door slam") == 1
    wanted = next(block for block in seen[0].split("[[cue]]") if "door slam" in block)
    name = wanted.split('id = "')[1].split('"')[0]
    takes = here("takes", "list", film)
    assert takes.code == 0 and name in takes.out
    assert len(list((film.with_suffix(".v2a") / "takes").glob(f"{name}*.json"))) == 1
    stems = [sorted((tmp_path / f"{n}").glob("*FX*.wav"))[0].read_bytes() for n in range(2)]
    assert stems[0] == stems[1]


def test_a_list_of_another_film_is_named(tmp_path):
    film, other = make_film(tmp_path / "s.mp4", seconds=2), make_film(tmp_path / "s.mov")
    assert here("spot", film, "-q").code == 0
    done = here("score", other, "--no-music")
    assert done.code == 0 and "made for s.mp4, not for s.mov" in done.out + done.err
