"""Bars of music: the beats that a listener taps through all of a song, and which of them begin bars.

A bar begins where the low registers set in and the harmony turns. What speaks for it is asked at every half beat, so that
beats which were taken from between the beats are set right; the meter and the count follow from which beats it speaks for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.beats import Leaning, pulse
from v2a.dsp.climbs import climb_near
from v2a.dsp.hearing import RISES, ROWS, Curves

_STRICT, _TOLD = 200.0, 0.22
_METERS = (4, 3)
_SLIP = 8.0
_AROUND = (-3, 6)
_SHARE, _RISE = (0.66, 0.80), (0.008, 0.016)
_REPEATS = (0.4, 0.25)
_NEAR = 0.03
_LAG = 0.08
_LOW = 8
_BESIDE = 0.5
_NEXT = 8
_SURE = (2.0, 6.0)
_FAST, _FAINTER, _BETWEEN, _TURNS, _PAIRS = 96.0, 1.1, 0.6, 0.55, 3

Curve = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Bars:
    """The beats of a song in seconds and the numbers of those that begin bars; the beats reach over all of the song.

    `sure` says from 0 to 1 how plain the beat is, `counted` how plain the bars are. `opens` and `closes` are the numbers of
    the first and the last beat that is played.
    """

    tempo: float
    meter: int
    beats: Curve
    firsts: NDArray[np.int64]
    sure: float
    counted: float
    opens: int
    closes: int

    def faster(self) -> Bars:
        """The same song counted in beats of half the length: each of its bars is two."""
        between = (self.beats[:-1] + self.beats[1:]) / 2
        beats = np.empty(2 * len(self.beats) - 1)
        beats[::2], beats[1::2] = self.beats, between
        halves = np.concatenate([2 * self.firsts, 2 * self.firsts + self.meter])
        firsts = np.sort(halves[halves < len(beats)])
        return replace(
            self,
            tempo=2 * self.tempo,
            beats=beats,
            firsts=firsts,
            opens=2 * self.opens,
            closes=2 * self.closes,
        )

    def slower(self, second: bool = False) -> Bars | None:
        """The same song counted in beats of twice the length, two of its bars as one, from the first or the second of them
        on; nothing where that does not go.
        """
        if self.meter % 2 or len(self.firsts) < 3:
            return None
        begun = self.firsts[int(second) :]
        start = int(begun[0]) % 2
        kept = begun[(begun - start) % 2 == 0][::2]
        beats = self.beats[start::2]
        if len(beats) < 2 or not len(kept):
            return None
        opens, closes = ((n - start) // 2 for n in (self.opens + 1, self.closes))
        return replace(
            self,
            tempo=self.tempo / 2,
            beats=beats,
            firsts=(kept - start) // 2,
            opens=max(0, opens),
            closes=closes,
        )


def bars(curves: Curves, tempo: float | None = None) -> Bars | None:
    """The bars of music, whose tempo may be known in beats a minute; nothing where no beat is plain."""
    leaning = Leaning(strict=_STRICT) if tempo is None else Leaning(60 / tempo, _TOLD, _STRICT)
    found = pulse(curves.rise, curves.attack, leaning)
    if found is None:
        return None
    beats = _on_beats(np.array(found.beats), curves)
    sure = _plain(beats, found.repeats, curves)
    if sure <= 0:
        return None
    count = max(0, int(np.floor(beats[0] / _pace(beats[:_NEXT]))))
    whole = _through(beats, count, curves.seconds)
    firsts, meter, contrast = _counted(whole, curves)
    low, high = _SURE
    counted = Bars(
        60 / float(np.median(np.diff(beats))),
        meter,
        whole,
        firsts,
        sure,
        float(np.clip((contrast - low) / (high - low), 0, 1)),
        count,
        count + len(beats) - 1,
    )
    return counted if tempo is not None else _unhurried(counted, curves)


def _unhurried(found: Bars, curves: Curves) -> Bars:
    """The same bars, two as one where they were counted twice as fast as one taps: beats are fast, little sets in between
    them, every other one is fainter, and more speaks for every other bar to begin than for every other beat to count.
    """
    firsts = found.firsts[(found.firsts >= found.opens) & (found.firsts <= found.closes)]
    if found.tempo < _FAST or found.meter % 2 or len(firsts) < 2 * _PAIRS:
        return found
    played = found.beats[found.opens : found.closes + 1]
    rise, even = curves.rise.mean(axis=1), int(firsts[0] - found.opens) % 2
    on, off, between = (
        float(np.median(_strongest(rise, times)))
        for times in (played[even::2], played[1 - even :: 2], (played[:-1] + played[1:]) / 2)
    )
    evidence = _evidence(played, _pace(played), curves)
    bars = evidence[firsts - found.opens]
    contrast = float(bars[::2].mean() - bars[1::2].mean())
    beats = float(evidence[even::2].mean() - evidence[1 - even :: 2].mean())
    alone = 1 - between / (_BETWEEN * (on + off) / 2 + 1e-9)
    if on < _FAINTER * off or (abs(contrast) - beats / 2) * alone < _TURNS:
        return found
    odd = int(np.searchsorted(found.firsts, firsts[0])) % 2
    return found.slower(second=odd != (contrast < 0)) or found


def _plain(beats: Curve, repeats: float, curves: Curves) -> float:
    """How plain a beat is: from how many beats something sets in and how well that repeats, and by how much the spectrum
    rises there.
    """
    climbs = [climb_near(curves.attack, t) for t in beats]
    share = np.mean([c is not None and abs(c.time - t) < _NEAR for c, t in zip(climbs, beats)])
    share += _REPEATS[0] * max(0.0, repeats - _REPEATS[1])
    rise = float(np.median(_strongest(curves.rise.mean(axis=1), beats)))
    parts = [np.clip((v - low) / (high - low), 0, 1) for v, (low, high) in ((share, _SHARE), (rise, _RISE))]
    return float(np.prod(parts))


def _on_beats(beats: Curve, curves: Curves) -> Curve:
    """The beats, or what lies halfway between them where more speaks for bars to begin there."""
    between = np.concatenate([(beats[:-1] + beats[1:]) / 2, [beats[-1] + _pace(beats[-_NEXT:]) / 2]])
    if len(beats) < 2 * max(_METERS):
        return beats
    both = np.stack([beats, between], axis=1).ravel()
    evidence = _evidence(both, 2 * _pace(beats), curves)
    best = [max(evidence[way + 2 * n :: 2 * m].mean() for m in _METERS for n in range(m)) for way in (0, 1)]
    return between[:-1] if best[1] > best[0] + _BESIDE else beats


def _phases(evidence: Curve, meter: int) -> Curve:
    """By how much, in standard errors, each count of a meter is spoken for more than the other beats."""
    found = []
    for phase in range(meter):
        on = np.arange(len(evidence)) % meter == phase
        rest = evidence[~on]
        if not on.any() or not len(rest):
            found.append(0.0)
            continue
        spread = float(evidence.std()) + 1e-9
        found.append((evidence[on].mean() - rest.mean()) / spread * np.sqrt(on.sum()))
    return np.array(found)


def _evidence(times: Curve, beat: float, curves: Curves) -> Curve:
    """How much speaks for a bar to begin at each of some times: the lows set in, and the harmony turns."""
    low, middle = (_even(_strongest(curves.rise[:, n], times)) for n in (0, 1))
    turned = _even(_turns(curves.tones[:, 1:], times, 2 * beat))
    deep = _even(_turns(10 ** (curves.bands[:, :_LOW].astype(np.float64) / 20), times, beat))
    return low + 0.5 * middle + turned + 0.5 * deep


def _even(values: Curve) -> Curve:
    return np.asarray((values - values.mean()) / (values.std() + 1e-9))


def _strongest(rise: NDArray[np.float32], times: Curve) -> Curve:
    """The highest rise near each of some times."""
    around = np.round(times * RISES).astype(np.int64)[:, None] + np.arange(*_AROUND)
    return np.asarray(rise[np.clip(around, 0, len(rise) - 1)].max(axis=1), np.float64)


def _turns(rows: NDArray[np.floating], times: Curve, reach: float) -> Curve:
    """How unlike the stretches of so many seconds before and after each of some times are."""
    before, after = (
        _mean(rows, times + a, times + b) for a, b in ((_LAG - reach, _LAG), (_LAG, _LAG + reach))
    )
    norm = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    return np.asarray(1 - (before * after).sum(axis=1) / np.maximum(norm, 1e-12))


def _mean(rows: NDArray[np.floating], start: Curve, end: Curve) -> Curve:
    """The means of rows, ten a second, between pairs of times."""
    total = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0, dtype=np.float64)])
    low = np.clip(np.round(start * ROWS).astype(np.int64), 0, len(rows) - 1)
    high = np.clip(np.round(end * ROWS).astype(np.int64), low + 1, len(rows))
    return np.asarray((total[high] - total[low]) / (high - low)[:, None])


def _pace(beats: Curve) -> float:
    """The usual length of a beat."""
    return float(np.median(np.diff(beats)))


def _through(beats: Curve, count: int, seconds: float) -> Curve:
    """The beats, with `count` more before them and as many behind as there is time for, at the pace of their neighbours."""
    before = beats[0] - _pace(beats[:_NEXT]) * np.arange(count, 0, -1)
    pace = _pace(beats[-_NEXT:])
    behind = beats[-1] + pace * np.arange(1, max(0, int((seconds - beats[-1]) / pace)) + 1)
    return np.concatenate([before, beats, behind])


def _counted(beats: Curve, curves: Curves) -> tuple[NDArray[np.int64], int, float]:
    """The numbers of the first beats of bars, the meter, and how much more speaks for them than for the others."""
    evidence = _evidence(beats, _pace(beats), curves)
    contrasts = {meter: float(_phases(evidence, meter).max()) for meter in _METERS}
    meter = max(_METERS, key=lambda m: contrasts[m])
    return _followed(evidence, meter), meter, contrasts[meter]


def _followed(evidence: Curve, meter: int) -> NDArray[np.int64]:
    """The likeliest count through a song: it goes round, and slips only where much speaks for it (Viterbi)."""
    gain = np.zeros((len(evidence), meter))
    gain[:, 0] = evidence
    best, back = gain[0], np.zeros((len(evidence), meter), np.int16)
    for n in range(1, len(evidence)):
        on, slip = np.roll(best, 1), int(best.argmax())
        stays = on >= best[slip] - _SLIP
        back[n] = np.where(stays, np.roll(np.arange(meter), 1), slip)
        best = np.where(stays, on, best[slip] - _SLIP) + gain[n]
    path = [int(best.argmax())]
    for n in range(len(evidence) - 1, 0, -1):
        path.append(int(back[n, path[-1]]))
    return np.flatnonzero(np.array(path[::-1]) == 0)
