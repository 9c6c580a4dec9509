"""The observer with a stand-in for the network: what it asks, what becomes of the shots, and what goes wrong."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import v2a
from tests.builtin.observers.driving import concluded, video
from v2a.errors import Cancelled, PluginRaised
from v2a.interfaces import Bench
from v2a.model import FeatureTrack, Observations
from v2a.testing import check_observer
from v2a_transnet import network, observer
from v2a_transnet.network import Answer, Network

RATE = 25


class Told(Network):
    """Says of some frames of the film that a transition has its middle there."""

    marked, asked = (), None

    def __init__(self, device):
        Told.asked = []

    def _window(self, frames, low, high):
        Told.asked.append((low, high))
        rows = np.zeros((2, high - low), np.float32)
        for frame in self.marked:
            if low <= frame < high:
                rows[:, frame - low] = 0.9
        return rows


@pytest.fixture
def told(monkeypatch):
    monkeypatch.setattr(observer, "Network", Told)
    monkeypatch.setattr(Told, "marked", ())
    return Told


def still(shape, *lengths):
    rng = np.random.default_rng(1)
    return np.concatenate(
        [np.repeat(rng.integers(20, 230, (1, *shape)).astype(np.uint8), length, 0) for length in lengths]
    )


def film(folder, *lengths, shots=(), rate=RATE):
    count = sum(lengths)
    np.save(folder / "times.npy", np.arange(count) / rate)
    tracks = {}
    for name, shape in (("thumbnail", (27, 48, 3)), ("signature", (9, 16, 3))):
        np.save(folder / f"{name}.npy", still(shape, *lengths))
        tracks[name] = FeatureTrack(str(folder / f"{name}.npy"), None, str(folder / "times.npy"))
    starts = [0, *(at for at, _ in shots)]
    ends = [*(at for at, _ in shots), count]
    spans = [v2a.Span(Fraction(a, rate), Fraction(b, rate)) for a, b in zip(starts, ends, strict=True)]
    sure = [1.0, *(c for _, c in shots)]
    kinds = ["start", *("cut" for _ in shots)]
    found = tuple(v2a.Shot(s, k, c) for s, k, c in zip(spans, kinds, sure, strict=True))
    return Observations(video(Fraction(count, rate), Fraction(rate)), shots=found, features=tracks)


def starts(found, rate=RATE):
    return [s.span.start * rate for s in found.shots[1:]]


def test_it_keeps_the_contract(told):
    check_observer(observer.TransNet())


def test_nothing_is_asked_where_all_is_certain(tmp_path, told):
    seen = film(tmp_path, 200, 200, shots=[(200, 0.99)])
    assert observer.TransNet().conclude(Bench(), seen) == v2a.Findings()


def test_a_missed_cut_is_found(tmp_path, told, monkeypatch):
    monkeypatch.setattr(told, "marked", (199,))
    found = concluded(observer.TransNet(), film(tmp_path, 200, 200), {})
    assert starts(found) == [200]
    assert found.shots[1].transition_in == "cut" and found.shots[1].confidence == pytest.approx(0.9)
    assert sum(high - low for low, high in told.asked) < 150, "only the stretch around it is asked about"


@pytest.mark.parametrize("at", [300, 301])
def test_at_sixty_frames_a_second_every_second_is_asked_and_cuts_are_exact(tmp_path, told, monkeypatch, at):
    monkeypatch.setattr(told, "marked", ((at - 1) // 2,))
    found = concluded(observer.TransNet(), film(tmp_path, at, 400, rate=60), {})
    assert starts(found, 60) == [at]
    assert max(high for _, high in told.asked) <= 351


def test_shots_keep_their_sizes_and_progress_goes_up_to_the_end(tmp_path, told, monkeypatch):
    monkeypatch.setattr(told, "marked", (199,))
    seen = film(tmp_path, 200, 200, 200, shots=[(400, 0.7)])
    seen = replace(seen, shots=tuple(replace(s, size="close") for s in seen.shots))
    heard = []
    found = observer.TransNet().conclude(Bench(tell=heard.append), seen)
    assert [s.size for s in found.shots] == ["close", None, "close"]
    assert all(0 <= h.done < h.total for h in heard)
    assert [h.done for h in heard] == sorted(h.done for h in heard)


def test_a_light_that_flashes_up_is_no_cut(tmp_path, told, monkeypatch):
    monkeypatch.setattr(told, "marked", (199,))
    seen = film(tmp_path, 200, 200)
    lit = (v2a.Moment(Fraction(200, RATE), "flash", 1.0, 0.9),)
    assert starts(concluded(observer.TransNet(), replace(seen, moments=lit), {})) == []


def test_a_doubtful_cut_keeps_its_exact_time(tmp_path, told, monkeypatch):
    monkeypatch.setattr(told, "marked", (199,))
    seen = film(tmp_path, 200, 200, shots=[(200, 0.7)])
    exact = Fraction(8) + Fraction(1, 1_000_000)
    first, second = seen.shots
    moved = (replace(first, span=v2a.Span(Fraction(0), exact)),
             replace(second, span=v2a.Span(exact, second.span.end)))  # fmt: skip
    found = concluded(observer.TransNet(), replace(seen, shots=moved), {})
    assert [s.span.start for s in found.shots] == [0, exact]
    assert found.shots[1].confidence > 0.8


def test_shots_cover_the_film_without_gaps(tmp_path, told, monkeypatch):
    monkeypatch.setattr(told, "marked", (99, 349))
    seen = film(tmp_path, 100, 100, 150, 50, shots=[(200, 0.99)])
    found = concluded(observer.TransNet(), seen, {})
    assert starts(found) == [100, 200, 350]
    assert all(a.span.end == b.span.start for a, b in zip(found.shots, found.shots[1:], strict=False))
    assert found.shots[-1].span.end == seen.video.duration


def test_cancel_stops_between_windows(tmp_path, told):
    bench = Bench(cancelled=lambda: len(told.asked) >= 2)
    seen = replace(film(tmp_path, 2000), features={})
    tracks = film(tmp_path, 2000).features
    with pytest.raises(Cancelled):
        observer.TransNet().conclude(bench, replace(seen, features={"thumbnail": tracks["thumbnail"]}))
    assert len(told.asked) == 2


def test_a_network_that_gives_no_numbers_is_an_error_that_says_so(tmp_path, monkeypatch):
    class Broken(Told):
        def _window(self, frames, low, high):
            return np.full((2, high - low), np.nan, np.float32)

    monkeypatch.setattr(observer, "Network", Broken)
    seen = film(tmp_path, 200, 200)
    with pytest.raises(PluginRaised, match="not finite"):
        concluded(observer.TransNet(), seen, {})


def test_windows_cover_a_stretch_once(told):
    answer = Told("cpu").ask(np.zeros((1000, 27, 48, 3), np.uint8), 100, 900)
    assert isinstance(answer, Answer) and len(answer.middle) == 800
    assert Told.asked == [(100, 350), (350, 600), (600, 850), (850, 900)]
    assert network.CORE == 250
