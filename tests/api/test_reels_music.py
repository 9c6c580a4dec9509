"""Music that goes over from one reel into the next: both are told the same, whatever reel a hit was written in."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

from tests.reels import COUNT, FIELD, ROOM, Stretch, action, pop, reel
from v2a.api import Order
from v2a.api.reels import Reels, orders
from v2a.stages.generating import shelf

HEAD = Stretch(8, COUNT, pop(6))
SETTINGS = {
    "observe": {"without": ["faces", "places", "transnet"]},
    "generate": {"executor": "local"},
}


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """Two reels with leader: pictures that move, and a cut in each."""
    folder = tmp_path_factory.mktemp("music")
    first = [HEAD, action(4, FIELD), action(3, ROOM)]
    reel(folder / "harbour_R1.mov", first, timecode="00:59:52:00")
    reel(folder / "harbour_R2.mov", [HEAD, action(3, ROOM), action(4, FIELD)], timecode="01:59:52:00")
    return [folder / "harbour_R1.mov", folder / "harbour_R2.mov"]


@pytest.fixture
def told(films, monkeypatch):
    """Renders the reels, and gives what their music was told."""
    requests = []
    real = shelf.key

    def key(store, card, request, *rest):
        requests.append(request)
        return real(store, card, request, *rest)

    monkeypatch.setattr(shelf, "key", key)

    def rendered(reels):
        requests.clear()
        deliveries = reels.render()
        music = [request for request in requests if request.kind == "mx"]
        sounds = [r.take.sound.open().samples for d in deliveries for r in d.regions if r.stem == "mx"]
        return music, sounds

    return rendered


def wanted(films):
    order = Order(films[0], output=films[0].parent / "out", brief="sad piano", settings=SETTINGS)
    return orders(replace(order, without=("fo", "fx", "bg")), films)


def test_both_reels_are_told_the_same_of_music_that_runs_on(films, told):
    with Reels(wanted(films)) as reels:
        reels.spot()
        before, _ = told(reels)
        second = reels.sessions[1].project
        second.path.write_text(second.path.read_text() + "\n[[hit]]\ntime = 10.2\nname = 'door'\n")
        (one, other), sounds = told(reels)
    assert one.timing == replace(other.timing, number=one.timing.number)
    assert replace(one, cue="", timing=None) == replace(other, cue="", timing=None)
    assert one.timing.motion and max(one.timing.motion) == 1.0
    assert np.array_equal(*sounds)
    mark = next(hit for hit in one.timing.hits if hit.kind == "mark")
    assert (mark.time, mark.name) == (F("9.2"), "door")
    assert before[0].timing != one.timing
    tempo = one.timing.tempo
    late = min(abs(tempo.time(n) - mark.time) for n in tempo.numbers(one.window))
    assert late <= F(2, 25)
