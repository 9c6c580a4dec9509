"""Fonts as files: what is in them, in every coding, and what is said of those that are broken."""

import numpy as np
import pytest

from tests.plugins.v2a_composer.fontfile import (
    Preset,
    Recorded,
    Zoned,
    font_bytes,
    looped_sine,
    sine,
    small_font,
)
from v2a_composer.soundfont.chunks import FontError
from v2a_composer.soundfont.font import Font


def test_a_font_tells_its_name_its_owner_and_its_presets(tmp_path):
    font = Font(small_font(tmp_path / "a.sf2", name="Grand", copyright_line="somebody"))
    assert (font.name, font.copyright) == ("Grand", "somebody")
    assert font.places == ((0, 0),)
    assert font.preset(0, 0).name == "Tone"
    assert font.preset(0, 1) is None and font.zones(3, 3) == ()


@pytest.mark.parametrize(("how", "near"), [({}, 1 / 32768), ({"fine": True}, 2e-7), ({"coded": True}, 0.05)])
def test_samples_come_out_as_they_went_in(tmp_path, how, near):
    wave = sine(0.2, 300.0)
    font = Font(small_font(tmp_path / "a.sf2", samples=[Recorded(sine(0.01)), Recorded(wave)],
                           presets=[Preset(0, [Zoned(1)])], **how))  # fmt: skip
    read = font.samples.wave(font.zones(0, 0)[0].sample)
    assert len(read) == len(wave)
    assert np.abs(read - wave).max() <= near
    assert not read.flags.writeable


def test_heads_are_counted_from_the_samples_own_start(tmp_path):
    one = looped_sine()
    for coded in (False, True):
        font = Font(small_font(tmp_path / "a.sf2", samples=[Recorded(sine(0.05)), one], coded=coded))
        assert (font.samples.head(1).loop_start, font.samples.head(1).loop_end) == one.loop


def test_a_chunk_of_odd_size_may_be_padded_or_not(tmp_path):
    """Some programs that write SF3 leave the padding out."""
    samples = [Recorded(sine(0.051)), Recorded(sine(0.033))]
    for padded in (True, False):
        path = small_font(tmp_path / f"{padded}.sf3", samples=samples, coded=True, padded=padded)
        assert Font(path).preset(0, 0)


@pytest.mark.parametrize("kept", [4, 40, 300, 0.5, 0.9])
def test_a_font_cut_short_is_refused_in_one_line(tmp_path, kept):
    whole = font_bytes("x", "", [looped_sine()], [Preset(0, [Zoned(0)])])
    path = tmp_path / "short.sf2"
    path.write_bytes(whole[: kept if kept > 1 else int(len(whole) * kept)])
    with pytest.raises(FontError, match="short.sf2") as raised:
        Font(path)
    assert raised.value.remedy and "\n" not in str(raised.value)


@pytest.mark.parametrize("seed", range(40))
def test_a_font_with_wrong_bytes_is_refused_or_played_but_never_crashes(tmp_path, seed):
    rng = np.random.default_rng(seed)
    raw = bytearray(font_bytes("x", "", [looped_sine()], [Preset(0, [Zoned(0, [(54, 1)])])]))
    tables = raw.index(b"pdta")
    for at in rng.integers(tables if seed % 2 else 0, len(raw), 12):
        raw[at] = int(rng.integers(256))
    path = tmp_path / "wrong.sf2"
    path.write_bytes(bytes(raw))
    try:
        font = Font(path)
    except FontError:
        return
    for bank, program in font.places:
        for zone in font.zones(bank, program):
            assert font.samples.head(zone.sample) is not None
            assert np.isfinite(font.samples.wave(zone.sample)).all()


def test_a_sample_that_cannot_be_decoded_is_silence(tmp_path):
    raw = bytearray(font_bytes("x", "", [looped_sine()], [Preset(0, [Zoned(0)])], coded=True))
    start = raw.index(b"smpl") + 8
    raw[start : start + 200] = bytes(200)
    path = tmp_path / "mute.sf3"
    path.write_bytes(bytes(raw))
    assert not Font(path).samples.wave(0).any()
