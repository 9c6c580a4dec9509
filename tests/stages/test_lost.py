"""What a damaged film loses: said in stretches, never taken for silence, and doubted beside it."""

import json
from fractions import Fraction

import pytest

from tests.media.films import AAC, H264, Tone, damaged, film, pierced
from tests.stages.observing import Room, made
from v2a.builtin.observers.sound import Sound
from v2a.media.probe import probe
from v2a.model import Findings, Lost, Moment, Observations, Shot, Span
from v2a.stages import observe
from v2a.stages.lost import said, weighed
from v2a.stages.observe import ObserveOptions

HALVES = ObserveOptions(part=Fraction(4))
INTRA = ("-c:v", "mjpeg", "-q:v", "3", "-c:a", "aac")


def span(start, end):
    return Span(Fraction(start), Fraction(end))


def lost(start, end, what="no picture"):
    return Lost(span(start, end), what)


def test_one_note_for_each_sort_of_loss():
    told = said([lost("6.52", "7.84"), lost(1, 2, "no sound"), lost(9, 10)])
    assert told == ("no picture from 6.52 to 7.84 s and 9.00 to 10.00 s", "no sound from 1.00 to 2.00 s")


def test_many_stretches_are_a_number():
    [told] = said([lost(n, n + Fraction(1, 2)) for n in range(500)])
    assert told.startswith("no picture from 0.00 to 0.50 s, 1.00 to 1.50 s, ")
    assert told.endswith(" and in 496 more stretches, 250.00 s in all")


@pytest.fixture(scope="module")
def movie(tmp_path_factory):
    path = tmp_path_factory.mktemp("films") / "film.mov"
    return film(path, frames=200, codecs=INTRA, sound=[Tone((), 8, steady=0.2)])


def test_a_stretch_over_two_parts_is_one_and_is_told_each_time(movie, tmp_path):
    path = damaged(movie, tmp_path / "film.mov", "video", 3.0, 4.99)
    video, room = probe(path), Room(tmp_path / "store")
    first = room.run(video, made("any"), options=HALVES)
    assert first.notes == ("no picture from 3.00 to 5.00 s",)
    assert first.lost == (lost(3, 5),)
    assert observe.failures(first) == ()
    assert room.run(video, made("any"), options=HALVES).notes == first.notes
    assert room.run(video, made("any"), Sound(), options=HALVES).lost == first.lost


def test_lost_sound_is_no_silence(movie, tmp_path):
    video = probe(damaged(movie, tmp_path / "film.mov", "audio", 3.0, 4.99))
    seen = Room(tmp_path / "store").run(video, Sound())
    [gap] = seen.lost
    assert gap.what == "no sound"
    assert float(gap.span.start) == pytest.approx(3, abs=0.05)
    assert float(gap.span.end) == pytest.approx(5, abs=0.05)
    assert seen.silence == ()


def test_silence_around_a_gap_stays_where_it_was_heard(movie):
    so_far = Observations(probe(movie), lost=(lost(3, 5, "no sound"),))
    found = weighed(Findings(silence=(span(1, 9), span("4.5", "5.3"), span(10, "10.5"))), so_far)
    assert found.silence == (span(1, "2.9"), span("5.1", 9), span(10, "10.5"))


def test_cuts_and_moments_at_a_gap_are_doubted(movie):
    so_far = Observations(probe(movie), lost=(lost(3, 4), lost(6, 7, "no sound")))
    shots = (
        Shot(span(0, 1), "start"),
        Shot(span(1, "4.17")),
        Shot(span("4.17", 6), confidence=0.97),
        Shot(span(6, 8), confidence=0.9),
    )
    moments = tuple(
        Moment(Fraction(t), "impact", 1, 0.9) for t in ("2.4", "2.9", "3.97", "4.4", "4.6", "6.5")
    )
    found = weighed(Findings(shots=shots, moments=moments), so_far)
    assert [shot.confidence for shot in found.shots] == [1, 1, 0.5, 0.9]
    assert [moment.confidence for moment in found.moments] == [0.9, 0.2, 0.2, 0.2, 0.9, 0.9]


def test_a_film_that_lost_nothing_is_not_weighed():
    found = Findings(silence=(span(1, 2),))
    assert weighed(found, Observations(None)) is found


@pytest.mark.parametrize("cut", [False, True])
def test_bytes_that_a_demuxer_skips_are_told_and_are_no_silence(tmp_path, cut):
    whole = film(
        tmp_path / "a.mkv",
        frames=150,
        codecs=(*H264, "-g", "50", *AAC),
        size=(320, 192),
        filters="noise=alls=20:allf=t:all_seed=1",
        sound=[Tone((), 6, steady=0.2)],
    )
    seen = Room(tmp_path / "store").run(
        probe(pierced(whole, tmp_path / "b.mkv", cut=cut)), made("any"), Sound()
    )
    told = {each.what: each.span for each in seen.lost if each.span.duration > Fraction(1, 4)}
    assert set(told) >= {"no picture", "no sound"}
    assert not any(each.overlaps(told["no sound"]) for each in seen.silence)
    assert any(note.startswith("no picture from ") for note in seen.notes)


def test_what_is_stored_of_losses_does_not_change_with_who_else_watches(movie, tmp_path):
    path = damaged(
        damaged(movie, tmp_path / "a.mov", "video", 3.0, 4.99), tmp_path / "b.mov", "audio", 1.0, 1.9
    )
    video = probe(path)
    alone, both = Room(tmp_path / "alone"), Room(tmp_path / "both")
    heard = alone.run(video, Sound(), options=HALVES)
    assert {each.what for each in heard.lost} == {"no sound"}
    before = lost_values(tmp_path / "alone")
    together = both.run(video, made("any"), Sound(), options=HALVES)
    later = alone.run(video, made("any"), Sound(), options=HALVES)
    assert later.lost == together.lost
    assert {each.what for each in later.lost} == {"no sound", "no picture"}
    after = lost_values(tmp_path / "alone")
    assert before and before.items() <= after.items()
    assert after == lost_values(tmp_path / "both")
    assert alone.run(video, Sound(), options=HALVES).lost == heard.lost


def lost_values(folder):
    """The stored values that tell of losses, by key."""
    values = [json.loads(path.read_bytes()) for path in folder.rglob("*.json")]
    return {each["key"]: each["value"] for each in values if "what" in json.dumps(each["value"])}
