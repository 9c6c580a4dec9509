"""`v2a library`, as it is typed; and a film scored with one's own recordings."""

import json

import pytest

from tests.bad_input import running
from tests.plugins.v2a_retrieval import media
from v2a.errors import FileMissing, UnknownName
from v2a_retrieval import desk as command


def run(capsys, *arguments):
    code = command.run(list(map(str, arguments)))
    return code, capsys.readouterr().out


def test_from_adding_to_removing(desk, capsys):
    for number in range(3):
        media.write(desk.root / f"door slam {number}.wav", media.strike(0.3, 0.1, 300 + number))
    (desk.root / "broken.wav").write_bytes(b"")
    code, out = run(capsys, "add", desk.root)
    assert code == 0
    assert "4 files: 4 new" in out
    assert "broken.wav: the file is empty" in out
    assert "--licence own" in out
    code, out = run(capsys, "add", desk.root, "--licence", "own", "--name", "doors")
    assert "4 as before" in out
    code, out = run(capsys, "list", "--json")
    (row,) = json.loads(out)
    assert (row["name"], row["recordings"], row["troubles"], row["licences"]) == ("doors", 3, 1, {"own": 3})
    code, out = run(capsys, "search", "door", "--json", "--limit", "2")
    found = json.loads(out)
    assert [entry["licence"] for entry in found] == ["own", "own"]
    assert run(capsys, "search", "door", "--licence", "cc0")[1].startswith("nothing found")
    code, out = run(capsys, "doctor")
    assert "(ok)" in out
    assert "broken.wav: the file is empty" in out
    code, out = run(capsys, "remove", "doors")
    assert "forgot 4" in out
    assert run(capsys, "list")[1] == ""


def test_what_cannot_be_done_says_what_to_do(desk, capsys):
    with pytest.raises(FileMissing, match="v2a library add"):
        run(capsys, "search", "door")
    with pytest.raises(FileMissing, match="no such folder"):
        run(capsys, "add", desk.folder / "nowhere")
    media.write(desk.root / "a.wav", media.strike())
    run(capsys, "add", desk.root)
    with pytest.raises(UnknownName, match="There are: mine"):
        run(capsys, "update", "yours")
    with pytest.raises(UnknownName, match="There are: cc0, cc-by"):
        run(capsys, "search", "door", "--licence", "free!")


def test_packages_on_this_machine_are_offered_with_their_licences(desk, tmp_path, monkeypatch, capsys):
    from v2a_retrieval import discover

    media.write(tmp_path / "sounds/doors/open.wav", media.strike())
    monkeypatch.setattr(discover, "_PACKAGES", {"doors-data": str(tmp_path / "sounds")})
    monkeypatch.setattr("v2a_retrieval.sidecars._COPYRIGHT", tmp_path)
    (tmp_path / "doors-data").mkdir()
    (tmp_path / "doors-data/copyright").write_text("Files: *\nCopyright: 2020 Dora\nLicense: CC-BY-3.0\n")
    _, out = run(capsys, "discover")
    assert "doors-data: 1 sounds (1 CC-BY-3.0)" in out
    assert f"v2a library add {tmp_path / 'sounds'}" in out
    run(capsys, "add", tmp_path / "sounds")
    (hit,) = desk.find("open")
    assert (hit.library, hit.licence, hit.author) == ("doors-data", "CC-BY-3.0", "Dora")


@pytest.mark.slow
def test_a_film_is_scored_with_ones_own_recordings(desk, monkeypatch):
    film = running.make_film(desk.folder / "film.mp4", seconds=6)
    for number in range(3):
        media.write(desk.root / f"metal door slam {number}.wav", media.strike(0.6, 0.1, 300 + 50 * number))
    (desk.root / "list.csv").write_text(
        "".join(["file,licence,author\n", *(f"metal door slam {n}.wav,CC-BY-4.0,Ann\n" for n in range(3))])
    )
    desk.add()
    brief = "metal door slam at 0:02, rain on a tin roof"
    done = running.v2a("score", film.name, "--brief", brief, "--json", cwd=desk.folder)
    assert done.code == 0, done.err
    said = json.loads(done.out)
    assert said["failures"] == []
    made = {region["generator"] for region in said["regions"]}
    assert "recordings" in made
    assert "ambiences" not in made
    report = json.loads((desk.folder / "film.scored.report.json").read_text())
    assert {credit["author"] for credit in report["credits"] if "slam" in credit["title"]} == {"Ann"}
    done = running.here("render", film.name, "--licence", "cc0", "--json", cwd=desk.folder)
    assert done.code == 0, done.err
    assert "recordings" not in {region["generator"] for region in json.loads(done.out)["regions"]}
