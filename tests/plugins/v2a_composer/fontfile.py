"""Tiny soundfonts for tests: presets, zones and samples as they are told, as SF2 or, with Ogg Vorbis, as SF3."""

import io
import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

RATE = 48_000


@dataclass
class Recorded:
    """A sample: floats from -1 to 1, its rate, its root key, its loop."""

    wave: np.ndarray
    rate: int = RATE
    key: int = 69
    loop: tuple[int, int] = (0, 0)
    correction: int = 0


@dataclass
class Zoned:
    """A zone of an instrument: generators by number in order, modulators; without a sample it is the global one."""

    sample: int | None = 0
    generators: list[tuple[int, int]] = field(default_factory=list)
    modulators: list[tuple[int, int, int, int, int]] = field(default_factory=list)


@dataclass
class Preset:
    """A preset: its place, its instrument's zones, and what it adds itself."""

    program: int
    zones: list[Zoned]
    bank: int = 0
    name: str = "Tone"
    outer: list[Zoned] = field(default_factory=lambda: [Zoned()])


def sine(seconds=1.0, hertz=440.0, rate=RATE, level=0.5):
    return level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def looped_sine(rate=RATE, hertz=440.0, key=69):
    """A sine whose loop is a whole number of its periods."""
    period = rate / hertz
    size = round(round(100 * period))
    wave = sine(size * 4 / rate, 100 * rate / size, rate)
    return Recorded(wave, rate, key, (size, 2 * size))


def small_font(path: Path, *, name="Small", copyright_line="", samples=None, presets=None, **how) -> Path:
    """A font with a looped sine as its piano, or with what is given."""
    samples = samples or [looped_sine()]
    presets = presets or [Preset(0, [Zoned(0, [(54, 1)])])]
    path.write_bytes(font_bytes(name, copyright_line, samples, presets, **how))
    return path


def font_bytes(name, copyright_line, samples, presets, *, coded=False, fine=False, padded=True):
    info = _chunk(b"ifil", struct.pack("<HH", 3 if coded else 2, 1)) + _chunk(
        b"INAM", name.encode() + b"\0\0"
    )
    if copyright_line:
        info += _chunk(b"ICOP", copyright_line.encode() + b"\0")
    pool, low, heads = b"", b"", b""
    for number, one in enumerate(samples):
        wave = np.clip(np.rint(one.wave * 8388607), -8388608, 8388607).astype(np.int32)
        if coded:
            body, start = _vorbis(one), len(pool)
            end, loop = start + len(body), one.loop
        else:
            body = (wave >> 8).astype("<i2").tobytes() + bytes(92)
            start, end = len(pool) // 2, len(pool) // 2 + len(wave)
            loop = (start + one.loop[0], start + one.loop[1])
            low += (wave & 0xFF).astype(np.uint8).tobytes() + bytes(46)
        pool += body
        heads += struct.pack("<20sIIIIIBbHH", f"s{number}".encode(), start, end, *loop, one.rate, one.key,
                             one.correction, 0, 0x10 if coded else 1)  # fmt: skip
    heads += struct.pack("<20sIIIIIBbHH", b"EOS", 0, 0, 0, 0, 0, 0, 0, 0, 0)
    data = _chunk(b"smpl", pool, padded) + (_chunk(b"sm24", low) if fine else b"")
    body = (
        _list(b"INFO", info)
        + _list(b"sdta", data)
        + _list(b"pdta", _tables(presets) + _chunk(b"shdr", heads))
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"sfbk" + body


def _tables(presets):
    instruments = b"".join(
        struct.pack("<20sH", p.name.encode(), sum(len(q.zones) for q in presets[:n]))
        for n, p in enumerate(presets)
    ) + struct.pack("<20sH", b"EOI", sum(len(p.zones) for p in presets))
    heads = b"".join(
        struct.pack(
            "<20sHHHIII", p.name.encode(), p.program, p.bank, sum(len(q.outer) for q in presets[:n]), 0, 0, 0
        )
        for n, p in enumerate(presets)
    ) + struct.pack("<20sHHHIII", b"EOP", 255, 255, sum(len(p.outer) for p in presets), 0, 0, 0)
    outer = [(z, 41, n if z.sample is not None else None) for n, p in enumerate(presets) for z in p.outer]
    inner = [(z, 53, z.sample) for p in presets for z in p.zones]
    made = _chunk(b"phdr", heads)
    for letter, zones in ((b"p", outer), (b"i", inner)):
        if letter == b"i":
            made += _chunk(b"inst", instruments)
        bags, turns, rows = b"", b"", b""
        for zone, last, number in zones:
            bags += struct.pack("<HH", len(rows) // 4, len(turns) // 10)
            said = [*zone.generators, *([(last, number)] if number is not None else [])]
            rows += b"".join(struct.pack("<HH", kind, amount & 0xFFFF) for kind, amount in said)
            turns += b"".join(struct.pack("<HHhHH", *turn) for turn in zone.modulators)
        bags += struct.pack("<HH", len(rows) // 4, len(turns) // 10)
        made += _chunk(letter + b"bag", bags) + _chunk(letter + b"mod", turns + bytes(10))
        made += _chunk(letter + b"gen", rows + bytes(4))
    return made


def _vorbis(one):
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, one.wave.astype(np.float32), one.rate, format="OGG", subtype="VORBIS")
    return file.getvalue()


def _chunk(letters, body, padded=True):
    return letters + struct.pack("<I", len(body)) + body + (b"\0" if padded and len(body) % 2 else b"")


def _list(letters, body):
    return _chunk(b"LIST", letters + body)
