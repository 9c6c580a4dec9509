"""What WAV files say beside their samples."""

import struct

import numpy as np
import pytest

from v2a.media.broadcast import Broadcast, broadcast
from v2a.media.bwf import Bext
from v2a.media.wave import WaveFormat, header
from v2a.media.writer import SoundWriter

SIDE = ("FL", "FR", "FC", "LFE", "SL", "SR")


@pytest.mark.parametrize("speakers", [SIDE, ("FL", "FR", "LFE"), ("FL", "FR", "FC", "BC")])
def test_chunks_and_loudspeakers_come_back(tmp_path, speakers):
    path = tmp_path / "take.wav"
    with SoundWriter(
        path, 44_100, len(speakers), bext=Bext(99, "take"), ixml="<x/>", speakers=speakers
    ) as out:
        out.write(np.zeros((len(speakers), 333), np.float32))
    found = broadcast(path)
    assert found.bext is not None and found.bext.time_reference == 99
    assert (found.ixml, found.speakers) == ("<x/>", speakers)


def test_names_that_a_file_cannot_hold_are_left_out():
    usual = header(WaveFormat(48_000, 3, 3), 9)
    for names in (("FR", "FL", "FC"), ("1", "2", "3"), ("FL", "FR")):
        assert header(WaveFormat(48_000, 3, 3, speakers=names), 9) == usual


def test_chunks_behind_more_than_four_gigabytes_are_found(tmp_path):
    size = 5 << 30
    path = tmp_path / "long.wav"
    with path.open("wb") as file:
        file.write(header(WaveFormat(48_000, 2, 3), size))
        file.seek(size, 1)
        file.write(b"iXML" + struct.pack("<I", 4) + b"<y/>")
    assert broadcast(path).ixml == "<y/>"


def test_other_files_say_nothing(tmp_path):
    for data in (b"", b"fLaC" + bytes(40), b"RIFF\0\0\0\0WAVE" + b"data\xff\xff"):
        (tmp_path / "file").write_bytes(data)
        assert broadcast(tmp_path / "file") == Broadcast()
