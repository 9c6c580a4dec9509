"""Two reels of a programme, with leader, scored as one: what runs on between them, and how they are measured."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.reels import BLACK, COUNT, ROOM, Stretch, action, pop, reel
from v2a.api import Order
from v2a.api.reels import Reels, orders
from v2a.dsp.meter import measure
from v2a.errors import CannotWrite, ReelsDiffer
from v2a.media.production import production
from v2a.media.sound import read

RATE = 48_000
HEAD, TAIL = Stretch(8, COUNT, pop(6)), Stretch(3, BLACK, pop(2))
SETTINGS = {
    "observe": {"without": ["motion", "faces", "places", "transnet"]},
    "mix": {"spec": "ebu-r128"},
    "generate": {"executor": "local"},
}
BRIEF = "rain throughout, thunder at 02:00:02:00"


def wanted(folder, **given):
    films = [folder / "harbour_R1.mov", folder / "harbour_R2.mov"]
    given = {"brief": BRIEF, "settings": SETTINGS, "without": ("mx", "fo"), **given}
    return orders(Order(films[0], output=folder / "out", stems=folder / "stems", **given), films)


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reels")
    reel(folder / "harbour_R1.mov", [HEAD, action(6, amplitude=0.02), TAIL], timecode="00:59:52:00")
    reel(folder / "harbour_R2.mov", [HEAD, action(5, ROOM), TAIL], timecode="01:59:52:00")
    with Reels(wanted(folder)) as reels:
        return folder, reels.score()


def stem(folder, number, name):
    return read(folder / "stems" / f"harbour_R{number}_{name}_v01.wav").samples


def programme(folder, name):
    first, second = stem(folder, 1, name), stem(folder, 2, name)
    return np.concatenate([first[:, 8 * RATE : 14 * RATE], second[:, 8 * RATE : 13 * RATE]], axis=1)


def test_everything_is_written_where_it_was_asked_for(scored):
    folder, deliveries = scored
    assert [Path(d.output).name for d in deliveries] == ["harbour_R1.scored.mov", "harbour_R2.scored.mov"]
    assert {p.name for p in (folder / "stems").iterdir()} >= {
        "harbour_R1_MIX_v01.wav",
        "harbour_R2_FX_v01.wav",
    }


def test_a_background_runs_on_over_the_change_of_reels(scored):
    folder, deliveries = scored
    takes = [next(r.take for r in d.regions if r.stem == "bg") for d in deliveries]
    assert np.array_equal(takes[0].sound.open().samples, takes[1].sound.open().samples)
    rain, join = programme(folder, "BG")[0], 6 * RATE
    steps = np.abs(np.diff(rain))
    assert steps[join - 1] <= np.percentile(steps, 99.9)
    around = np.sqrt(np.mean(rain[join - 960 : join + 960] ** 2))
    assert 0.5 < around / np.sqrt(np.mean(rain[RATE:-RATE] ** 2)) < 2.0


def test_a_time_in_the_brief_is_that_of_its_reel(scored):
    _, (first, second) = scored
    assert not any(r.stem == "fx" for r in first.regions)
    [thunder] = [c for c in second.spotting.cues if c.prompt == "thunder"]
    assert thunder.sync == 10 and "02:00:02:00" in thunder.why


def test_all_reels_are_measured_and_set_as_one(scored):
    folder, (first, second) = scored
    assert first.mixdown.gain == second.mixdown.gain
    assert abs(measure(programme(folder, "MIX"), RATE).integrated + 23.0) < 0.1
    level = first.mixdown.programme
    assert level == second.mixdown.programme and abs(level.loudness.integrated + 23.0) < 0.1
    said = json.loads(Path(first.report).read_text(encoding="utf-8"))["loudness"]
    assert said["pass"] is True and said["programme"]["reels"] == ["harbour_R1.mov", "harbour_R2.mov"]
    assert first.mixdown.loudness.integrated < second.mixdown.loudness.integrated - 3


def test_leader_passes_as_it_is_and_nothing_is_added_to_it(scored):
    folder, (first, _) = scored
    with production(first.video, RATE) as blocks:
        before = np.concatenate(list(blocks), axis=1)
    mixed = stem(folder, 1, "MIX")
    for part in (slice(0, 8 * RATE), slice(14 * RATE, 17 * RATE)):
        assert np.abs(mixed[:, part] - before[:, part]).max() < 1e-6
        assert np.abs(stem(folder, 1, "BG")[:, part]).max() == 0
    assert first.mixdown.gain > 1


def test_a_reel_that_is_rendered_again_alone_keeps_its_level(scored):
    folder, (first, _) = scored
    film = folder / "harbour_R1.mov"
    again = Order(film, output=folder / "again.mov", settings=SETTINGS).from_project()
    with again.session() as session:
        alone = session.render()
    assert alone.mixdown.gain == first.mixdown.gain and alone.mixdown.programme == first.mixdown.programme
    assert any("harbour_R1.mov, harbour_R2.mov" in note for note in alone.notes)
    assert [r.take.id for r in alone.regions] == [r.take.id for r in first.regions]


def test_a_reel_that_leaves_its_programme_says_so(scored, tmp_path):
    folder, _ = scored
    other = {**SETTINGS, "mix": {"spec": "atsc-a85"}}
    copies = tmp_path / "copies"
    shutil.copytree(folder, copies)
    (tmp_path / "into").mkdir()
    film = copies / "harbour_R1.mov"
    [order] = orders(Order(film, output=tmp_path / "into", settings=other), [film])
    with order.from_project().session() as session:
        alone = session.render()
    assert Path(alone.output) == tmp_path / "into" / "harbour_R1.scored.mov"
    assert any("for another spec its level is its own" in note for note in alone.notes)
    films = [copies / "harbour_R2.mov", film]
    turned = [each.from_project() for each in orders(Order(films[0], settings=SETTINGS), films)]
    with Reels(turned) as reels:
        notes = reels.render()[0].notes
    assert any("it is harbour_R2.mov, harbour_R1.mov now" in note for note in notes)
    with Order(film, brief="wind", without=("mx",), settings=SETTINGS).session() as session:
        session.spot()
        assert any("scored alone" in note for note in session.notes)


def test_leader_is_not_filled_with_room_tone(scored, tmp_path):
    folder, _ = scored
    filling = {**SETTINGS, "mix": {"spec": "none", "fill": True}}
    film = shutil.copy(folder / "harbour_R1.mov", tmp_path)
    with Order(Path(film), stems=tmp_path / "stems", brief="rain", settings=filling).session() as session:
        done = session.score()
    assert done.mixdown.filled == ()
    mixed = read(tmp_path / "stems" / "harbour_R1_DX_v01.wav").samples
    assert np.abs(mixed[:, : 5 * RATE]).max() == 0 and np.abs(mixed[:, 15 * RATE : 16 * RATE - 10]).max() == 0


def test_scoring_again_keeps_what_was_edited(scored):
    folder, (_, second) = scored
    listed = folder / "harbour_R2.v2a" / "spotting.toml"
    text = listed.read_text(encoding="utf-8")
    listed.write_text(text.replace('prompt = "rain"', 'prompt = "rain"\ngain = -3.0', 1), encoding="utf-8")
    with Reels(wanted(folder)) as reels:
        _, again = reels.spot()
    [rain] = [c for c in again.cues if c.prompt == "rain"]
    before = next(c for c in second.spotting.cues if c.prompt == "rain")
    assert (rain.gain, rain.span, rain.seed) == (-3.0, before.span, before.seed)


def test_what_does_not_fit_together_is_refused(tmp_path):
    film = tmp_path / "film.mov"
    with pytest.raises(ReelsDiffer, match="named twice"):
        Reels(orders(Order(film), [film, film]))
    with pytest.raises(ReelsDiffer, match="of one reel"):
        orders(Order(film, start="1"), [film, tmp_path / "other.mov"])
    film.touch()
    with pytest.raises(CannotWrite, match="a folder belongs"):
        orders(Order(film, output=film), [film, tmp_path / "other.mov"])


def test_music_that_goes_over_into_the_next_reel_has_one_number(scored, tmp_path):
    folder, _ = scored
    for name in ("harbour_R1", "harbour_R2"):
        shutil.copytree(folder / f"{name}.v2a", tmp_path / f"{name}.v2a")
        shutil.copy(folder / f"{name}.mov", tmp_path)
    with Reels(wanted(tmp_path, without=("fo", "fx", "bg"), brief="warm strings throughout")) as reels:
        lists = reels.spot()
    music = [[(cue.id, cue.seed) for cue in listed.cues if cue.kind == "mx"] for listed in lists]
    assert music[0] == music[1] == [("1M1", music[0][0][1])]


def test_reels_of_one_name_are_refused_before_any_work(tmp_path):
    films = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        films.append(reel(tmp_path / folder / "film.mov", [action(1)]))
    with pytest.raises(ReelsDiffer, match=r"would both write film\.scored\.mov"):
        Reels(orders(Order(films[0], output=tmp_path / "out"), films))
    assert not (tmp_path / "out").exists()


def test_reels_have_one_frame_rate(tmp_path):
    films = [reel(tmp_path / f"R{rate}.mov", [action(1)], rate=rate) for rate in ("24", "25")]
    with pytest.raises(ReelsDiffer, match=r"R24\.mov 24, R25\.mov 25: the reels of a programme have one"):
        Reels(orders(Order(films[0]), films))
