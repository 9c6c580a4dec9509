"""Bars of music: the beats that a listener taps through all of a song, and which of them begin bars.

What is counted in which meter is told in `counting.py`. A bar begins where the low registers set in and the harmony turns;
from bar to bar the count goes round, and slips only where much speaks for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.accents import strongest, turns
from v2a.dsp.beats import Leaning, pulse
from v2a.dsp.climbs import climb_near
from v2a.dsp.counting import counted
from v2a.dsp.hearing import Curves

_STRICT, _TOLD = 200.0, 0.22
_SLIP = 8.0
_AROUND = (-3, 6)
_SHARE, _RISE = (0.66, 0.80), (0.008, 0.016)
_REPEATS = (0.4, 0.25)
_NEAR = 0.03
_LOW = 8
_NEXT = 8
_SURE = (2.0, 6.0)

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
    way = counted(np.array(found.beats), curves, tempo)
    sure = _plain(way.beats, found.repeats, curves) if way else 0.0
    if way is None or sure <= 0:
        return None
    beats = way.beats
    count = max(0, int(np.floor(beats[0] / _pace(beats[:_NEXT]))))
    whole = _through(beats, count, curves.seconds)
    evidence = _evidence(whole, _pace(whole), curves)
    low, high = _SURE
    plain = (float(_phases(evidence, way.meter).max()) - low) / (high - low)
    return Bars(
        60 / float(np.median(np.diff(beats))),
        way.meter,
        whole,
        _followed(evidence, way.meter),
        sure,
        float(np.clip(plain, 0, 1)),
        count,
        count + len(beats) - 1,
    )


def _plain(beats: Curve, repeats: float, curves: Curves) -> float:
    """How plain a beat is: from how many beats something sets in and how well that repeats, and by how much the spectrum
    rises there.
    """
    climbs = [climb_near(curves.attack, t) for t in beats]
    share = np.mean([c is not None and abs(c.time - t) < _NEAR for c, t in zip(climbs, beats)])
    share += _REPEATS[0] * max(0.0, repeats - _REPEATS[1])
    rise = float(np.median(strongest(curves.rise.mean(axis=1), beats, _AROUND)))
    parts = [np.clip((v - low) / (high - low), 0, 1) for v, (low, high) in ((share, _SHARE), (rise, _RISE))]
    return float(np.prod(parts))


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
    low, middle = (_even(strongest(curves.rise[:, n], times, _AROUND)) for n in (0, 1))
    turned = _even(turns(curves.tones[:, 1:], times, 2 * beat))
    deep = _even(turns(10 ** (curves.bands[:, :_LOW].astype(np.float64) / 20), times, beat))
    return low + 0.5 * middle + turned + 0.5 * deep


def _even(values: Curve) -> Curve:
    return np.asarray((values - values.mean()) / (values.std() + 1e-9))


def _pace(beats: Curve) -> float:
    """The usual length of a beat."""
    return float(np.median(np.diff(beats)))


def _through(beats: Curve, count: int, seconds: float) -> Curve:
    """The beats, with `count` more before them and as many behind as there is time for, at the pace of their neighbours."""
    before = beats[0] - _pace(beats[:_NEXT]) * np.arange(count, 0, -1)
    pace = _pace(beats[-_NEXT:])
    behind = beats[-1] + pace * np.arange(1, max(0, int((seconds - beats[-1]) / pace)) + 1)
    return np.concatenate([before, beats, behind])


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
