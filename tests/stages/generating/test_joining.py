"""Windows become one take: in order, without a dip or a bump, in bounded memory."""

import tracemalloc
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from v2a.interfaces import Bounce, GeneratorCard
from v2a.model import Audio, Licence, Part, Request, SoundFile, Span
from v2a.stages.generating.canvas import Canvas
from v2a.stages.generating.joining import Joining
from v2a.stages.generating.windows import plan


@pytest.fixture
def scratch(tmp_path):
    names = iter(range(10_000))
    return lambda suffix: tmp_path / f"{next(names)}{suffix}"


def joining(scratch, whole, rate=48_000, windowing="overlapped", window=Fraction(2), **given):
    card = GeneratorCard("x", "1", ("bg",), Licence("MIT"), windowing=windowing, window=window, **given)
    whole = Fraction(whole)
    request = Request("c", "bg", "x", Span(Fraction(0), whole), whole, 1, rate, 2)
    windows = plan(card, whole)
    return Joining(request, windows, scratch), windows


def bounce(scratch, wave, window, rate=48_000, **given):
    part = window.asked.samples(rate)
    return Bounce(
        SoundFile.write(scratch(".npy"), Audio(wave(np.arange(part.start, part.stop)), rate)), **given
    )


def ramp(n):
    return np.stack([n, -n]).astype(np.float32) / 1e6


def test_windows_in_any_order_make_the_same_bytes(scratch, tmp_path):
    made = []
    for order in ([0, 1, 2, 3], [3, 1, 0, 2]):
        join, windows = joining(scratch, 5, overlap=Fraction(1, 2))
        assert len(windows) == 4 - (len(windows) == 3)
        for number in [n for n in order if n < len(windows)]:
            rng = np.random.default_rng(number)
            join.add(
                number,
                bounce(
                    scratch,
                    lambda n, rng=rng: rng.normal(0, 1, (2, len(n))).astype(np.float32),
                    windows[number],
                ),
            )
        assert join.complete
        made.append(join.finished().sound.open().samples.tobytes())
    assert made[0] == made[1]


def test_what_is_the_same_in_both_windows_passes_unchanged(scratch):
    join, windows = joining(scratch, 7, overlap=Fraction(1, 2))
    for number, window in enumerate(windows):
        join.add(number, bounce(scratch, ramp, window))
    assert np.allclose(join.finished().sound.open().samples, ramp(np.arange(7 * 48_000)), atol=2e-7)


def test_windows_are_joined_where_it_shows_least(scratch):
    """Two windows that have nothing in common but a pause are joined in the pause."""
    join, windows = joining(scratch, 3, overlap=Fraction(1))
    noise = np.random.default_rng(1)

    def wave(n):
        loud = noise.standard_normal((2, len(n)))
        return np.where((n > 60_000) & (n < 88_000), 0.001, 0.3) * loud

    made = [bounce(scratch, lambda n: wave(n).astype(np.float32), window) for window in windows]
    first = made[0].sound.open().samples.copy()
    for number, one in enumerate(made):
        join.add(number, one)
    done = join.finished().sound.open().samples
    assert np.array_equal(done[:, :60_000], first[:, :60_000])


@pytest.mark.parametrize(
    ("said", "terms"),
    [((None, None, None), None), (("yes", "unknown", None), "unknown"), (("no", "yes", "yes"), "no")],
)
def test_a_take_may_be_sold_as_its_strictest_window(scratch, said, terms):
    join, windows = joining(scratch, 3, windowing="exact", window=Fraction(1))
    for number, (window, one) in enumerate(zip(windows, said, strict=True)):
        join.add(number, bounce(scratch, ramp, window, commercial=one))
    assert join.finished().commercial == terms


def test_parts_and_sync_and_what_was_said(scratch, tmp_path):
    join, windows = joining(scratch, 3, windowing="exact", window=Fraction(1))
    for number, window in enumerate(windows):
        extra = bounce(scratch, ramp, window).sound if number == 1 else None
        join.add(
            number,
            bounce(
                scratch,
                ramp,
                window,
                sync=Fraction(1, 4),
                parts=(Part("low", extra),) if extra else (),
                notes=("alike", f"own {number}"),
            ),
        )
    done = join.finished()
    low = done.parts["low"].open().samples
    assert low.shape == (2, 3 * 48_000)
    assert not low[:, :48_000].any()
    assert not low[:, 96_000:].any()
    assert np.array_equal(low[:, 48_000:96_000], ramp(np.arange(48_000, 96_000)))
    assert done.sync == Fraction(1, 4)
    assert done.notes == ("alike", "own 0", "own 1", "own 2")
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 96_000])
def test_other_rates_come_out_at_48_khz_and_at_the_exact_length(scratch, rate):
    whole = Fraction(10_001, 3_000)
    join, windows = joining(scratch, whole, rate=rate, windowing="exact", window=Fraction(1))
    for number, window in enumerate(windows):
        join.add(
            number,
            bounce(scratch, lambda n: np.stack([np.sin(n * 0.05)] * 2).astype(np.float32), window, rate),
        )
    sound = join.finished().sound
    assert (sound.rate, sound.length) == (48_000, 160_016)
    assert sound.open().length == 160_016


def test_memory_does_not_grow_with_the_cue(scratch):
    def peak(seconds):
        join, windows = joining(scratch, seconds, rate=24_000, windowing="exact", window=Fraction(20))
        tracemalloc.start()
        for number, window in enumerate(windows):
            join.add(number, bounce(scratch, ramp, window, 24_000))
        join.finished()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(160) < 1.2 * peak(40)


def test_a_canvas_is_silent_where_nothing_was_written_and_ends_where_it_ends(tmp_path):
    canvas = Canvas.new(tmp_path / "x.npy", 48_000, 2, 10)
    canvas.write(8, np.ones((2, 5), np.float32))
    canvas.write(20, np.ones((2, 5), np.float32))
    expected = np.zeros((2, 10), np.float32)
    expected[:, 8:] = 1
    assert np.array_equal(np.load(tmp_path / "x.npy"), expected)
    assert np.array_equal(canvas.read(7, 12), [[0, 1, 1, 0, 0]] * 2)
    assert np.array_equal(np.concatenate(list(canvas.blocks()), axis=1), expected)


def sheet(scratch, text):
    path = scratch(".json")
    path.write_text(text)
    return str(path)


def test_the_score_is_that_of_the_first_window_and_no_other_stays(scratch, tmp_path):
    join, windows = joining(scratch, 3)
    for number in reversed(range(len(windows))):
        join.add(number, bounce(scratch, ramp, windows[number], score=sheet(scratch, f"of {number}")))
    joined = join.finished()
    assert Path(joined.score).read_text() == "of 0"
    assert [str(path) for path in tmp_path.glob("*.json")] == [joined.score]
    joined.discard()
    assert not list(tmp_path.iterdir())


def test_a_score_goes_with_what_is_given_up(scratch, tmp_path):
    join, windows = joining(scratch, 5)
    for number in (0, 2):
        join.add(number, bounce(scratch, ramp, windows[number], score=sheet(scratch, "x")))
    join.discard()
    assert not list(tmp_path.glob("*.json"))
