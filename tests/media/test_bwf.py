import struct
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from v2a.media import bwf
from v2a.model import Colour, Identity, Loudness, Picture, Timecode, Video


def video(timecode: Timecode | None) -> Video:
    picture = Picture(0, "h264", 160, 96, 0, "yuv420p", 8, Fraction(1), Colour())
    return Video(
        "film.mov",
        Identity(1, "x"),
        "mov",
        Fraction(1),
        Fraction(24),
        False,
        24,
        Fraction(0),
        timecode,
        "none",
        picture,
    )


@pytest.mark.parametrize(
    ("text", "rate", "samples"),
    [
        ("01:00:00:00", Fraction(24000, 1001), 172_972_800),
        ("01:00:00:00", Fraction(25), 172_800_000),
        ("01:00:00;00", Fraction(30000, 1001), 172_799_827),
        ("00:00:00:01", Fraction(25), 1920),
    ],
)
def test_time_reference_counts_real_samples_since_midnight(text, rate, samples):
    assert bwf.time_reference(video(Timecode.parse(text, rate)), 48000) == samples


def test_without_a_timecode_the_reference_is_zero():
    assert bwf.time_reference(video(None), 48000) == 0


def test_bext_lies_as_the_standard_says():
    data = bwf.Bext(
        172_972_800, "fx stem", reference="film", loudness=Loudness(-23.04, 5.5, None, None, -1.0)
    ).data()
    assert len(data) == 602
    assert data[:7] == b"fx stem"
    assert data[256:259] == b"v2a"
    assert data[320:338] == bytes(18)
    assert struct.unpack_from("<Q", data, 338)[0] == 172_972_800
    assert struct.unpack_from("<H", data, 346)[0] == 2
    assert struct.unpack_from("<5h", data, 412) == (-2304, 550, -100, 0x7FFF, 0x7FFF)


def test_bext_cuts_what_is_too_long_and_has_a_history():
    data = bwf.Bext(0, "é" * 300, history="A=PCM\r\n").data()
    assert data[:256] == b"?" * 256
    assert data[602:] == b"A=PCM\r\n"


def test_a_bext_is_a_value():
    assert replace(bwf.Bext(1), time_reference=2) == bwf.Bext(2)


def test_ixml_names_tracks_and_timecode():
    start = Timecode.parse("01:00:00;00", Fraction(30000, 1001))
    root = ElementTree.fromstring(bwf.ixml(["L & R", "C"], rate=48000, depth=24, project="a<b", start=start))
    assert [name.text for name in root.iter("NAME")] == ["L & R", "C"]
    assert root.findtext("PROJECT") == "a<b"
    assert root.findtext("SPEED/TIMECODE_RATE") == "30000/1001"
    assert root.findtext("SPEED/TIMECODE_FLAG") == "DF"
    assert root.findtext("SPEED/TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO") == "172799827"
    assert root.findtext("SPEED/FILE_SAMPLE_RATE") == "48000"


def test_what_was_written_is_read():
    said = bwf.Bext(
        172_800_000,
        "scene 4 take 2",
        "recorder",
        "REF",
        "2026-11-22",
        "10:20:30",
        None,
        "A=PCM\r\n",
        b"u" * 64,
    )
    assert bwf.Bext.read(said.data()) == said


def test_a_chunk_of_the_first_version_is_read():
    old = bwf.Bext(7, "old").data()[:346] + bytes(256) + b"A=PCM"
    assert bwf.Bext.read(old) == bwf.Bext(7, "old", history="A=PCM")
    assert bwf.Bext.read(b"short").description == "short"
