"""What is lost of a damaged film, told in stretches."""

import contextlib
import itertools
from fractions import Fraction

import av
import pytest

from tests.media import films
from tests.media.films import Tone, damaged, film
from v2a.interfaces import PictureNeed, SoundNeed
from v2a.media.container import packets
from v2a.media.decode import decode
from v2a.media.losses import Losses, joined
from v2a.media.probe import probe
from v2a.model import Lost, Span

EVERY, SOUND = PictureNeed(80, 48), SoundNeed(16000, 1600)
INTRA = ("-c:v", "mjpeg", "-q:v", "3", "-c:a", "aac")


def lost_in(path, span=None, pictures=(EVERY,), sounds=(SOUND,)):
    with decode(probe(path), pictures, sounds, span) as decoding:
        for _ in decoding:
            pass
        return decoding.lost


def within(lost, what):
    return [(float(each.span.start), float(each.span.end)) for each in lost if each.what == what]


@pytest.fixture(scope="module")
def intact(tmp_path_factory):
    path = tmp_path_factory.mktemp("films") / "film.mov"
    return film(path, frames=200, codecs=INTRA, sound=[Tone((), 8)])


def test_missing_frames_are_one_stretch(intact, tmp_path):
    path = damaged(intact, tmp_path / "film.mov", "video", 2.0, 3.19)
    assert within(lost_in(path), "no picture") == [(2.0, pytest.approx(3.2))]
    assert within(lost_in(path), "no sound") == []


def test_the_same_from_the_middle_and_only_inside_a_span(intact, tmp_path):
    path = damaged(intact, tmp_path / "film.mov", "video", 2.0, 3.19)
    for start, end in ((1, 3), (2.5, 5)):
        [told] = within(lost_in(path, Span(Fraction(start), Fraction(end))), "no picture")
        assert told == (max(2.0, start), pytest.approx(3.2))
    assert lost_in(path, Span(Fraction(4), Fraction(6))) == ()


def test_missing_frames_at_the_beginning_and_at_the_end(intact, tmp_path):
    path = damaged(intact, tmp_path / "a.mov", "video", 0.19, 1.0)
    assert within(lost_in(path), "no picture") == [(pytest.approx(0.2), 1.0)]
    path = damaged(intact, tmp_path / "b.mov", "video", 7.0, 9.0)
    assert within(lost_in(path), "no picture") == [(7.0, 8.0)]


def test_missing_sound(intact, tmp_path):
    path = damaged(intact, tmp_path / "film.mov", "audio", 3.0, 5.0)
    [(start, end)] = within(lost_in(path), "no sound")
    assert start == pytest.approx(3.0, abs=0.03) and end == pytest.approx(5.0, abs=0.06)
    assert within(lost_in(path), "no picture") == []
    path = damaged(intact, tmp_path / "late.mov", "audio", 7.0, 9.0)
    assert within(lost_in(path), "no sound") == [(pytest.approx(7.0, abs=0.03), 8.0)]


def test_predicted_frames_are_damaged_until_the_next_whole_one(tmp_path):
    whole = film(tmp_path / "a.mp4", frames=200, codecs=(*films.H264, "-g", "25"), size=(320, 192))
    lost = lost_in(damaged(whole, tmp_path / "b.mp4", "video", 2.4, 2.6), sounds=())
    assert lost and len(lost) <= 3
    assert all(each.span.start >= 2 and each.span.end <= 3.2 for each in lost)


def test_a_film_whose_frames_pause_has_lost_nothing(intact, tmp_path):
    path = films.remux(intact, tmp_path / "a.mkv")
    assert lost_in(path) == ()


@pytest.fixture(scope="module", params=["mkv", "ts"])
def streamed(request, tmp_path_factory):
    """Six seconds, with a whole frame every second, in a container whose demuxer passes over what it cannot read."""
    path = tmp_path_factory.mktemp("streamed") / f"film.{request.param}"
    codecs = (*films.H264, "-g", "25", *films.AAC)
    sound = [Tone((), 6, steady=0.2)]
    return film(
        path,
        frames=150,
        codecs=codecs,
        size=(320, 192),
        filters="noise=alls=20:allf=t:all_seed=1",
        sound=sound,
    )


@pytest.mark.parametrize("cut", [False, True], ids=["hole", "cut"])
@pytest.mark.parametrize("start", [0.2, 0.4, 0.6])
def test_a_hole_in_the_file_is_told_of_picture_and_sound(streamed, tmp_path, cut, start):
    path = films.pierced(streamed, tmp_path / f"b{streamed.suffix}", cut=cut, start=start)
    lost = lost_in(path)
    times, heard = frame_times(path, "video"), frame_times(path, "audio")
    assert lost_in(streamed) == ()
    assert covers(within(lost, "no picture"), longest(times))
    assert covers(within(lost, "no sound"), longest(heard))
    assert within(lost_in(path, sounds=()), "no picture") == within(lost, "no picture")
    assert all(abs(each.span.centre - 6 * Fraction(start + 0.03)) < 2 for each in lost)


def test_predicted_frames_after_a_hole_are_damaged_until_the_next_whole_one(streamed, tmp_path):
    lost = lost_in(
        films.pierced(streamed, tmp_path / f"b{streamed.suffix}", start=0.44, part=0.03), sounds=()
    )
    end = max(each.span.end for each in lost)
    assert float(end) == pytest.approx(round(float(end)), abs=0.05)


def test_a_hole_across_the_beginning_of_a_span_is_told(streamed, tmp_path):
    path = films.pierced(streamed, tmp_path / f"b{streamed.suffix}", start=0.4, part=0.2)
    [(_, middle)] = [gap for gap in within(lost_in(path), "no sound") if gap[1] - gap[0] > 0.5]
    start = Fraction(middle) - Fraction(1, 4)
    [(told, end)] = within(lost_in(path, Span(start, Fraction(5))), "no sound")
    assert told == pytest.approx(float(start)) and end == pytest.approx(middle, abs=0.05)


def frame_times(path, kind):
    with av.open(str(path)) as opened:
        picture = probe(path)
        stream = next(s for s in opened.streams if s.type == kind)
        return [float(f.pts * f.time_base - picture.start_time) for f in decoded(opened, stream)]


def decoded(opened, stream):
    for packet in packets(opened, stream):
        with contextlib.suppress(av.error.FFmpegError):
            yield from packet.decode()


def longest(times):
    return max(itertools.pairwise(times), key=lambda pair: pair[1] - pair[0])


def covers(told, gap):
    start, end = gap
    assert end - start > 0.15
    return any(a <= start + 0.1 and b >= end - 0.1 for a, b in told)


@pytest.mark.parametrize("form", ["mkv", "mp4"])
def test_a_still_that_is_held_beneath_going_sound_is_no_loss(tmp_path, form):
    held = "select='not(between(n,60,110))'"
    path = film(
        tmp_path / f"a.{form}",
        frames=150,
        filters=held,
        sound=[Tone((), 6, steady=0.2)],
        extra=("-fps_mode", "vfr"),
    )
    times = frame_times(path, "video")
    assert longest(times)[1] - longest(times)[0] > 1.9
    assert lost_in(path) == ()


def test_sound_that_begins_late_or_ends_early_is_whole(tmp_path):
    path = film(tmp_path / "a.mkv", frames=150, sound=[Tone((), 2, steady=0.2, start=2)])
    assert lost_in(path) == ()
    assert lost_in(path, Span(Fraction(3, 2), Fraction(6))) == ()


def test_near_stretches_of_one_kind_are_one():
    def lost(start, end, what="no picture"):
        return Lost(Span(Fraction(start), Fraction(end)), what)

    given = [lost(5, 6), lost(1, 2), lost("2.2", 3), lost(1, "1.5", "no sound"), lost("1.9", 2)]
    assert joined(given) == (lost(1, "1.5", "no sound"), lost(1, 3), lost(5, 6))


def test_what_is_damaged_amid_missing_frames_is_not_told_by_itself():
    gap = Lost(Span(Fraction(1), Fraction(3)), "no picture")
    inside, beside = (Lost(Span(Fraction(t), Fraction(t) + 1), "damaged picture") for t in ("1.5", "2.5"))
    assert joined([gap, inside]) == (gap,)
    assert joined([gap, beside]) == (gap, beside)
    silent = Lost(gap.span, "no sound")
    assert joined([silent, inside]) == (silent, inside)


def test_a_thousand_stretches_are_remembered_from_a_time_on():
    losses = Losses(Fraction(10))
    for second in range(3000):
        losses.add(Fraction(second), second + Fraction(1, 2), "no picture")
    told = losses.all()
    assert len(told) == 1000
    assert told[0].span == Span(Fraction(10), Fraction(21, 2))
