"""What is known of a take of music: heard once, and remembered in the store."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.hearing import RATE, curves
from v2a.dsp.songs import Song, song
from v2a.interfaces import Store
from v2a.media.identity import identify
from v2a.media.resample import converted
from v2a.model import Take, codec

VERSION = "7"
_BLOCK = 1 << 18


def song_of(take: Take, store: Store | None = None) -> Song:
    """The beats, bars, form and ending of a take."""
    key = "" if store is None else store.key("song", VERSION, identify(take.sound.path))
    kept = None if store is None else store.value(key)
    if kept is not None:
        with contextlib.suppress(ValueError):
            return codec.decode(Song, kept)
    found = song(curves(_blocks(take)))
    if store is not None:
        store.keep_value(key, found)
    return found


def _blocks(take: Take) -> Iterator[NDArray[np.float32]]:
    """The sound of a take at 48 kHz, a few seconds at a time."""
    heard = take.sound.open()
    pieces = (
        np.asarray(heard.samples[:, at : at + _BLOCK], np.float32) for at in range(0, heard.length, _BLOCK)
    )
    return converted(pieces, np.eye(heard.channels, dtype=np.float32), heard.rate, RATE)
