"""Recordings placed in sync and backgrounds of any length, out of the user's own library."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

import v2a
import v2a_retrieval
from tests.plugins.v2a_retrieval import media
from v2a.model import Moment, Scene, Shot, Span
from v2a.testing import Trial, check_generator, check_library
from v2a.testing.makers import request
from v2a_retrieval.hearing import main_onset
from v2a_retrieval.shelf import OwnLibraries

RATE = 48_000


def generators():
    return {g.card.name: g for g in v2a_retrieval.v2a_generators()}


def make(name, prompt, seconds=2, **fields):
    fields = {"rate": RATE, "channels": 2, "kind": "bg" if name == "ambiences" else "fx", "seed": 1, **fields}
    maker = generators()[name].open(v2a.Bench())
    try:
        (answer,) = maker([request(Fraction(seconds), prompt=prompt, **fields)])
    finally:
        maker.close()
    return answer


def onset(made):
    return main_onset(made.sound.samples.mean(axis=0), RATE) / RATE


def test_without_a_library_there_is_no_generator(desk):
    assert v2a_retrieval.v2a_generators() == ()
    assert v2a_retrieval.v2a_libraries() == ()
    assert OwnLibraries().search("door") == []


@pytest.mark.parametrize("name", ["recordings", "ambiences"])
def test_they_keep_the_contract(stocked, name):
    prompt = "wind in trees" if name == "ambiences" else "metal door slam"
    check_generator(generators()[name], v2a_retrieval, executors=("local",), trial=Trial(prompts=(prompt,)))


@pytest.mark.slow
def test_they_keep_the_contract_in_a_process(stocked):
    trial = Trial(prompts=("footsteps on gravel", "explosion"))
    check_generator(generators()["recordings"], v2a_retrieval, trial=trial)


@pytest.mark.parametrize("at", [Fraction(1, 2), Fraction(1001, 1000), Fraction(17, 24)])
def test_the_main_onset_lands_on_the_sync_point(stocked, at):
    made = make("recordings", "metal door slam", sync=at)
    assert abs(onset(made) - float(at)) < 0.002
    assert abs(float(made.sync - at)) < 1 / RATE


def test_a_prompt_that_nothing_fits_is_passed_on(stocked):
    for name in ("recordings", "ambiences"):
        answer = make(name, "bagpipes underwater")
        assert isinstance(answer, v2a.Failure)
        assert answer.passed
        assert "v2a library search" in answer.remedy


def test_how_well_a_recording_must_fit_is_a_parameter(stocked):
    assert make("recordings", "wooden gate slam").passed
    assert make("recordings", "wooden gate slam", params={"match": 0.3}).sound.length == 2 * RATE


def test_cues_in_a_row_never_begin_with_the_same_recording(stocked):
    for seed in range(5):
        used = [
            make("recordings", "metal door slam", cue=f"fx{n}", seed=seed * 10 + n).notes[0] for n in range(8)
        ]
        assert all(one != two for one, two in itertools.pairwise(used))
        assert len(set(used)) >= 3


def test_a_reroll_may_choose_another(stocked):
    assert len({make("recordings", "metal door slam", cue="fx1", seed=n).notes[0] for n in range(12)}) >= 2


def test_steps_fall_on_the_moments_and_never_twice_the_same_in_a_row(stocked):
    times = [Fraction(n, 2) + Fraction(1, 4) for n in range(6)]
    moments = tuple(Moment(t, "contact", 0.5, 0.9) for t in times)
    made = make("recordings", "footsteps on gravel", 3, kind="fo", moments=moments)
    sound = made.sound.samples.mean(axis=0)
    found = []
    for time in times:
        low = int((float(time) - 0.1) * RATE)
        found.append((low + main_onset(sound[low : low + int(0.25 * RATE)], RATE)) / RATE - float(time))
    assert max(map(abs, found)) < 0.002
    pieces = [sound[int(float(t) * RATE) : int(float(t) * RATE) + 4000] for t in times]
    shapes = [piece / np.abs(piece).max() for piece in pieces]
    assert all(np.abs(a - b).max() > 0.05 for a, b in itertools.pairwise(shapes))
    assert len(made.notes) >= 3


def test_a_recording_of_several_takes_gives_one_of_them(desk):
    wave = np.concatenate([media.strike(1.2, 0.2, 300 + 90 * n, seed=n) for n in range(4)])
    media.write(desk.root / "gate slam x4.wav", wave)
    desk.add(licence="own")
    heard = set()
    for seed in range(10):
        made = make("recordings", "gate slam", 4, sync=Fraction(1), seed=seed)
        assert abs(onset(made) - 1) < 0.002
        assert np.abs(made.sound.samples[:, int(2.1 * RATE) :]).max() < 0.01
        spectrum = np.abs(np.fft.rfft(made.sound.samples[0]))
        heard.add(round(float(np.argmax(spectrum)) / 4 / 30))
    assert len(heard) >= 2


def test_a_walk_keeps_its_own_rhythm(desk):
    walk = np.concatenate([media.strike(0.5, 0.1, 800, seed=n) for n in range(8)])
    media.write(desk.root / "footsteps on sand.wav", walk)
    desk.add(licence="own")
    made = make("recordings", "footsteps on sand", 3, kind="fo", sync=Fraction(1, 4))
    sound = np.abs(made.sound.samples.mean(axis=0))
    for n in range(5):
        at = int((0.25 + n / 2) * RATE)
        assert sound[at : at + 2400].max() > 10 * sound[at - 2400 : at - 300].max()


def test_layers_are_parts_that_sum_to_the_whole(stocked):
    made = make("recordings", "explosion", sync=Fraction(1, 2), params={"layers": 3})
    assert list(made.parts) == ["layer 1", "layer 2"]
    total = sum(part.samples for part in made.parts.values())
    assert np.allclose(total, made.sound.samples, atol=1e-6)
    assert len(made.notes) == 2


def test_a_morph_is_neither_of_the_two(stocked):
    plain = make("recordings", "explosion", sync=Fraction(1, 2))
    between = make("recordings", "explosion", sync=Fraction(1, 2), params={"morph": 0.5})
    assert not np.array_equal(plain.sound.samples, between.sound.samples)
    assert len(between.notes) == 2


def test_licences_and_the_credits_they_ask_for(desk):
    media.write(desk.root / "rain drop a.wav", media.strike(0.3, 0.1, 300))
    media.write(desk.root / "rain drop b.wav", media.strike(0.3, 0.1, 700))
    (desk.root / "list.csv").write_text(
        "file,licence,author\nrain drop a.wav,CC-BY 4.0,Ann Other\nrain drop b.wav,CC0,Bo\n"
    )
    desk.add()
    free = make("recordings", "rain drop", params={"licence": "cc0,own"})
    assert free.credits == ()
    assert "rain drop b.wav" in free.notes[0]
    owed = make("recordings", "rain drop", params={"licence": "cc-by"})
    (credit,) = owed.credits
    assert (credit.author, credit.licence) == ("Ann Other", "CC-BY-4.0")
    assert credit.read == "https://creativecommons.org/licenses/by/4.0/"
    with desk.index() as index:
        digest = index.db.execute("SELECT digest FROM recordings WHERE title LIKE '%drop a'").fetchone()[0]
    assert digest[:12] in credit.title
    assert make("recordings", "rain drop", params={"licence": "own"}).passed


@pytest.mark.parametrize("name", ["recordings", "ambiences"])
@pytest.mark.parametrize(
    ("licence", "sold"), [("CC0", "yes"), ("CC-BY-NC 4.0", "no"), ("own", "yes"), ("", "unknown")]
)
def test_what_is_made_of_a_recording_may_be_sold_as_its_licence_says(desk, name, licence, sold):
    media.write(desk.root / "rain drop.wav", media.strike(3.0, 0.1, 300))
    (desk.root / "list.csv").write_text(f"file,licence,author\nrain drop.wav,{licence},Ann Other\n")
    desk.add()
    assert make(name, "rain drop").commercial == sold


def test_the_shot_and_the_scene_choose_the_perspective(desk):
    media.write(desk.root / "dog bark close.wav", media.strike(0.4, 0.1, 300))
    media.write(desk.root / "dog bark distant.wav", media.strike(0.4, 0.1, 310))
    desk.add(licence="own")
    whole = Span(Fraction(0), Fraction(2))
    for size, wanted in (("close", "close"), ("wide", "distant")):
        shots = (Shot(whole, size=size),)
        used = {make("recordings", "dog bark", shots=shots, seed=n).notes[0] for n in range(3)}
        assert any(wanted in note for note in used)
    scene = Scene(whole, (0,), interior=True)
    assert isinstance(make("recordings", "dog bark", scene=scene), v2a.Made)


def test_a_background_is_as_long_as_asked_and_its_windows_meet(stocked):
    whole = make("ambiences", "wind in trees", 30)
    assert whole.sound.length == 30 * RATE
    span = Span(Fraction(10), Fraction(13))
    part = make("ambiences", "wind in trees", 30, window=span)
    assert np.array_equal(part.sound.samples, whole.sound.samples[:, 10 * RATE : 13 * RATE])
    assert np.abs(whole.sound.samples).max() < 1


def test_two_sounds_in_one_prompt_sound_together(stocked):
    media.write(stocked.root / "sea waves.wav", media.hiss(8, 3))
    stocked.add()
    made = make("ambiences", "wind and sea waves", 10)
    assert len(made.notes) == 2
    assert make("ambiences", "wind and bagpipes", 10).passed


def test_one_channel_and_other_rates(stocked):
    for name, prompt in (("recordings", "metal door slam"), ("ambiences", "wind in trees")):
        made = make(name, prompt, rate=44_100, channels=1)
        assert made.sound.samples.shape == (1, 88_200)


def test_the_version_follows_the_library(stocked):
    before = generators()["recordings"].card.version
    media.write(stocked.root / "new bell.wav", media.strike())
    stocked.add()
    assert generators()["recordings"].card.version != before


def test_the_same_request_gives_the_same_bytes(stocked):
    one, two = (
        make("recordings", "explosion", params={"layers": 2, "morph": 0.3}).sound.samples for _ in range(2)
    )
    assert one.tobytes() == two.tobytes()


def test_the_library_hook_finds_with_licence_and_credit(stocked):
    (library,) = v2a_retrieval.v2a_libraries()
    found = library.search("metal door", limit=2)
    assert len(found) == 2
    assert found[0].licence.code == "own"
    assert found[0].credit is None
    assert [f.title for f in library.search("wind", kind="bg")] == ["wind trees"]


def test_the_library_hook_knows_its_recordings_by_path(stocked, tmp_path):
    (library,) = v2a_retrieval.v2a_libraries()
    check_library(library, ("metal door", "wind"))
    found = library.search("metal door", limit=1)[0]
    assert library.known(found.path).title == found.title
    (tmp_path / "link").symlink_to(stocked.root)
    assert library.known(str(tmp_path / "link" / "air" / "wind trees.wav")).title == "wind trees"
    assert library.known(str(stocked.root / "no.wav")) is None
    assert library.known("/somewhere/else.wav") is None


def test_the_library_hook_offers_no_instrument_for_an_effect(desk):
    media.write(desk.root / "bass drop.wav", media.strike(0.5, 0.1))
    desk.add(licence="own")
    (library,) = v2a_retrieval.v2a_libraries()
    assert library.search("drop", "fx") == []
    assert [f.title for f in library.search("drop")] == ["bass drop"]
    assert [f.title for f in library.search("bass drop", "fx")] == ["bass drop"]


def test_an_instrument_is_no_effect(desk):
    media.write(desk.root / "bass drop.wav", media.strike(0.5, 0.1))
    desk.add(licence="own")
    assert make("recordings", "water drop").passed
    assert make("recordings", "drop").passed
    assert isinstance(make("recordings", "bass drop"), v2a.Made)
