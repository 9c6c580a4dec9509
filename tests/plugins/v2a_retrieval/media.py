"""Small recordings for tests, with onsets at known times, and what lies in the files beside the samples."""

import os
import struct
import time

import numpy as np

from v2a.media.bwf import Bext
from v2a.media.wave import WaveFormat, header

RATE = 48_000


def strike(seconds=0.5, at=0.1, pitch=440.0, level=0.5, rate=RATE, seed=0):
    """A struck sound whose onset is at a known time."""
    noise = np.random.default_rng(seed).normal(0, 0.05, int(seconds * rate))
    wave = np.zeros(int(seconds * rate))
    start = round(at * rate)
    time = np.arange(wave.size - start) / rate
    ring = np.sin(2 * np.pi * pitch * time) + noise[: time.size]
    wave[start:] = level * np.exp(-time * 14) * ring
    return wave.astype(np.float32)


def hiss(seconds, seed=0, level=0.1, rate=RATE):
    """A steady background."""
    return np.random.default_rng(seed).normal(0, level, int(seconds * rate)).astype(np.float32)


def write(path, wave, rate=RATE, width=2, bext=None, ixml=None):
    """A WAV file of 8, 16, 24 or 32 bits; channels × samples or samples alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = np.atleast_2d(wave).T
    if width == 1:
        data = np.clip(frames * 127 + 128, 0, 255).astype(np.uint8).tobytes()
    elif width == 3:
        whole = np.clip(frames * (2**23 - 1), -(2**23), 2**23 - 1).astype("<i4")
        data = np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    else:
        data = np.clip(frames * (2 ** (8 * width - 1) - 1), -(2 ** (8 * width - 1)), 2 ** (8 * width - 1) - 1)
        data = data.astype(f"<i{width}").tobytes()
    description = None if bext is None else Bext(0, description=bext).data()
    layout = WaveFormat(rate, frames.shape[1], width)
    path.write_bytes(header(layout, len(data), description, None if ixml is None else ixml.encode()) + data)
    return settled(path)


def settled(path):
    """The file as if it had lain there for a while, so that nobody waits for it to be finished."""
    past = time.time() - 100
    os.utime(path, (past, past))
    return path


def vast(path, hours=2.2):
    """An RF64 file over 4 GB, nearly all of it a hole, with a sound at its start."""
    wave = strike(1.0, rate=192_000)
    layout = WaveFormat(192_000, 4, 4)
    size = int(hours * 3600 * layout.rate) * layout.frame // layout.frame * layout.frame
    frames = np.repeat(wave[:, None], 4, axis=1)
    with path.open("wb") as file:
        file.write(header(layout, size))
        start = file.tell()
        file.write((frames * 2**30).astype("<i4").tobytes())
        file.truncate(start + size)
    return path


def info(path, **entries):
    """Append a LIST INFO to a WAV file."""
    body = b"INFO"
    for name, text in entries.items():
        data = text.encode() + b"\0"
        body += name.encode() + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)
    whole = path.read_bytes() + b"LIST" + struct.pack("<I", len(body)) + body
    path.write_bytes(whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:])
    return path


def stock(root, count=6):
    """A library of so many short sounds."""
    for number in range(count):
        write(root / f"sub/sound {number}.wav", strike(0.2, 0.05, 300 + number, seed=number))
