"""The form of a song: which of its bars are alike, where phrases begin, and what is new where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PHRASE = 4
_PITCHES, _ROW = 12, 20
_DECIBELS = 6.0

Curve = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Form:
    """How alike any two bars are, from 0 to 1; how much begins anew with each, from 0 to 1; which bar begins a phrase."""

    alike: NDArray[np.float32]
    news: Curve
    phrase: int

    def begins(self, bar: int) -> bool:
        """Whether a phrase of four bars begins with a bar."""
        return (bar - self.phrase) % PHRASE == 0

    def goes_on(self) -> NDArray[np.float32]:
        """How well each bar (second axis) goes on from each other (first): as what follows that one, as what it follows."""
        count = len(self.alike)
        after = np.zeros((count, count), np.float32)
        before = np.zeros((count, count), np.float32)
        after[:-1] = self.alike[1:]
        before[:, 1:] = self.alike[:, :-1]
        after[-1], before[:, 0] = before[-1], after[:, 0]
        return np.asarray(0.6 * np.maximum(after, before) + 0.4 * np.minimum(after, before), np.float32)


def form(sounds: tuple[tuple[float, ...], ...]) -> Form:
    """The form of a song by what its bars sound like."""
    alike = similarity(np.array(sounds, np.float64))
    news = _news(alike)
    phrase = max(
        range(PHRASE), key=lambda n: (float(news[n::PHRASE].mean()) if len(news[n::PHRASE]) else 0.0, -n)
    )
    return Form(alike, news, phrase)


def similarity(sounds: Curve) -> NDArray[np.float32]:
    """How alike rows are, part by part: their pitches by angle, their registers by the distance in dB."""
    count, width = sounds.shape
    parts = sounds.reshape(count, width // _ROW, _ROW)
    pitches, levels = parts[:, :, :_PITCHES], parts[:, :, _PITCHES:]
    total = np.zeros((count, count))
    for n in range(parts.shape[1]):
        pitch, level = pitches[:, n], levels[:, n]
        norm = np.linalg.norm(pitch, axis=1)
        tonal = norm > 0
        unit = pitch / np.maximum(norm, 1e-9)[:, None]
        angle = np.where(tonal[:, None] & tonal[None, :], unit @ unit.T, tonal[:, None] == tonal[None, :])
        squares = (level**2).sum(axis=1)
        apart = np.sqrt(
            np.maximum(squares[:, None] + squares[None, :] - 2 * level @ level.T, 0) / level.shape[1]
        )
        total += 0.5 * np.clip(angle, 0, 1) ** 2 + 0.5 * np.exp(-apart / _DECIBELS)
    return np.asarray(total / parts.shape[1], np.float32)


def _news(alike: NDArray[np.float32]) -> Curve:
    """How unlike the four bars from each one on are to the four before them, bar by bar, over how unlike they are one bar
    to either side; a song begins as new as anything in it.
    """
    count = len(alike)
    pairs = 1 - np.diagonal(alike, PHRASE).astype(np.float64)
    apart = np.convolve(pairs, np.full(PHRASE, 1 / PHRASE), "full")[: len(pairs)] if len(pairs) else pairs
    news = np.zeros(count)
    if len(apart) > 2:
        peaks = apart[1:-1] - (apart[:-2] + apart[2:]) / 2
        news[2 : len(apart)] = np.maximum(peaks, 0)
    most = news.max(initial=0.0)
    news = news / most if most > 0 else news
    news[:1] = 1.0
    return news
