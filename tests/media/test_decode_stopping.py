"""A decode pass that is left, cancelled or finds no film leaves no thread behind."""

import threading
import time

import pytest

from tests.media.films import Tone, film, remux
from v2a.errors import Cancelled, FileMissing
from v2a.interfaces import PictureNeed, SoundNeed
from v2a.media.decode import decode
from v2a.media.probe import probe

EVERY = PictureNeed(80, 48)
MONO = SoundNeed(16000, 1600)


def _decoders() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t.name == "v2a decode"]


@pytest.fixture
def endless(tmp_path):
    path = film(tmp_path / "a.mp4", sound=[Tone()])
    return probe(remux(path, tmp_path / "b.mp4", before=("-stream_loop", "60")))


def test_leaving_early_stops_the_producer(endless):
    begun = time.monotonic()
    with decode(endless, [EVERY], [MONO]) as decoding:
        for _ in decoding:
            break
    assert not _decoders()
    with pytest.raises(ZeroDivisionError), decode(endless, [EVERY], [MONO]) as decoding:
        next(decoding)
        raise ZeroDivisionError
    assert not _decoders()
    with decode(endless, [EVERY], [MONO]):
        pass
    assert not _decoders()
    with pytest.raises(StopIteration):
        next(decoding)
    assert time.monotonic() - begun < 5


def test_cancelling(endless):
    seen = []
    with pytest.raises(Cancelled), decode(endless, [EVERY], [], cancelled=lambda: len(seen) > 3) as decoding:
        for item in decoding:
            seen.append(item)
    assert len(seen) == 4
    assert not _decoders()


def test_a_film_that_is_gone(tmp_path):
    path = film(tmp_path / "a.mp4", frames=5)
    video = probe(path)
    path.unlink()
    with pytest.raises(FileMissing), decode(video, [EVERY], []) as decoding:
        list(decoding)
    assert not _decoders()
