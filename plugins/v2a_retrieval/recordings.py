"""The generator of one-shots and gestures from the user's own libraries: the recording's main onset is in sync."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

import v2a
from v2a_retrieval import choose, slices
from v2a_retrieval.blend import Stroke, faded, layers, levelled, morphed
from v2a_retrieval.choose import Terms
from v2a_retrieval.counter import LICENCE, RANK, Counter
from v2a_retrieval.material import Material, Reading, credits_owed, sources, terms
from v2a_retrieval.search import Hit
from v2a_retrieval.words import repeats, tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Wave = NDArray[np.float32]

_LONGEST = 60
_TOUCHING = ("impact", "contact", "mark")
_SURE = 0.5
_SPARSE = 0.5
_FADE_IN = 0.003
_FADE_OUT = 0.06
_LEVEL = -12.0
_FORCE = 18.0
_PACE = {"run": 2.7, "jog": 2.5, "sprint": 3.2, "typing": 6.0, "knock": 4.0, "drip": 1.2, "gallop": 3.5}
_WALK = 1.8


@dataclass(frozen=True)
class RecordingsParams:
    """How recordings are chosen and blended."""

    licence: str = v2a.option("", "licences of recordings that may be used, such as cc0,own; empty: any")
    match: float = v2a.option(0.7, "how well a recording must fit, from 0 to 1", low=0.0, high=1.0)
    layers: int = v2a.option(1, "how many recordings are laid over each other", low=1, high=3)
    morph: float = v2a.option(0.0, "how far a sound is morphed towards a second one", low=0.0, high=1.0)
    vary: float = v2a.option(
        0.015, "how far each stroke's speed may be off, as a part of it", low=0.0, high=0.5
    )


def recordings(state: str) -> v2a.Generator:
    """The generator over the index in this state."""

    class Recordings(v2a.Generator):
        """Foley and effects from the user's own libraries."""

        card = v2a.GeneratorCard(
            name="recordings",
            version=f"2+{state}",
            kinds=("fo", "fx"),
            licence=LICENCE,
            about="recordings from your own libraries, in sync",
            rank=RANK,
            accepts=("moments",),
            params=RecordingsParams,
        )

        def open(self, bench: v2a.Bench) -> v2a.Maker:
            """Open the index."""
            return _Maker()

    return Recordings()


class _Maker(Counter):
    def made(self, request: v2a.Request) -> v2a.Made | None:
        params = RecordingsParams(**request.params)
        found = choose.hits(self.search, request.prompt, Terms(params.licence, params.match))
        pool = choose.for_spot(found, request) if found else []
        return _Spot(request, params, pool, found, self.material).made() if pool else None


@dataclass
class _Spot:
    """One request at work: its pool of recordings, best first, and all that fit."""

    request: v2a.Request
    params: RecordingsParams
    pool: list[Hit]
    found: list[Hit]
    material: Material

    def made(self) -> v2a.Made:
        turn = choose.turn(self.pool, self.request)
        again = repeats(self.request.prompt)
        times = self._times(again)
        lead = turn[0]
        if again and len(times) == 1 and lead.sound.onsets > 1 and lead.sound.duration >= 1.0:
            return self._going_on(lead, times[0])
        return self._struck(turn, times, again)

    def _struck(self, turn: list[Hit], times: list[tuple[int, float]], again: bool) -> v2a.Made:
        """A stroke at each time, never the same one twice in a row."""
        supply = [(hit, one) for hit in turn[: 6 if again else 1] for one in self._slices(hit, again)]
        rng = np.random.default_rng(v2a.derived_seed(self.request.seed, "strokes"))
        if len(times) == 1:
            supply = [s for s in supply if s[0] is turn[0]]
        order = _order(len(supply), len(times), rng)
        under = choose.unlike(turn[0], [h for h in self.found if h not in turn[:1]], 2)
        canvases = [self._canvas() for _ in range(self.params.layers)]
        used: dict[str, Hit] = {}
        for (at, force), number in zip(times, order):
            hit, one = supply[number]
            strokes, hits = self._blended(hit, one, under, rng)
            used.update({h.digest: h for h in hits})
            gain = 10 ** ((_LEVEL + _FORCE * (force - 0.5)) / 20) / _peak(strokes)
            for canvas, stroke in zip(canvases, strokes):
                _put(canvas, at - stroke.onset, stroke.wave * np.float32(gain), self.request.rate)
        return self._finished(canvases, list(used.values()), times[0][0])

    def _blended(
        self, hit: Hit, one: slices.Slice, under: list[Hit], rng: np.random.Generator
    ) -> tuple[list[Stroke], list[Hit]]:
        stroke, hits = self._stroke(hit, one, rng), [hit]
        if self.params.morph > 0 and under:
            other = self._slices(under[0], False)
            if other:
                stroke = morphed(stroke, self._stroke(under[0], other[0], rng), self.params.morph)
                hits.append(under[0])
        strokes = [stroke]
        for extra in under[: self.params.layers - 1]:
            choice = self._slices(extra, False)
            if choice:
                strokes.append(self._stroke(extra, choice[int(rng.integers(len(choice)))], rng))
                hits.append(extra)
        return layers(strokes), hits

    def _going_on(self, hit: Hit, time: tuple[int, float]) -> v2a.Made:
        """A recording that has its own rhythm, with one of its strokes in sync: any from which it lasts to the end."""
        wave, canvas = self._wave(hit), self._canvas()
        own = slices.strokes(wave, self.request.rate)
        last = wave.shape[1] - (self.request.length - time[0])
        able = [stroke for stroke in own if stroke.onset <= last] or own[:1]
        first = able[v2a.derived_seed(self.request.seed, "first") % len(able)]
        stroke = levelled(Stroke(wave[:, first.start :], first.onset - first.start), _LEVEL)
        _put(canvas, time[0] - stroke.onset, stroke.wave, self.request.rate)
        return self._finished([canvas], [hit], time[0])

    def _times(self, again: bool) -> list[tuple[int, float]]:
        """Where strokes fall, in samples, and how hard: on moments where things touch, else in sync, else at once."""
        request, rate = self.request, self.request.rate
        touching = [m for m in request.moments if m.kind in _TOUCHING and m.confidence >= _SURE]
        inside = [(v2a.nearest(m.time * rate) - request.start, m.strength) for m in touching]
        inside = [(at, strength) for at, strength in inside if 0 <= at < request.length]
        sync = None if request.sync is None else v2a.nearest(request.sync * rate) - request.start
        pace = next((p for w, p in _PACE.items() if w in tokens(request.prompt)), _WALK)
        sparse = len(inside) < _SPARSE * pace * request.length / rate
        if inside and ((again and not sparse) or (not again and sync is None)):
            return inside
        if sync is None:
            longest = min(int(0.05 * rate), request.length // 4)
            sync = longest if not again else min(int(0.1 * rate), request.length // 3)
        near = [strength for at, strength in inside if abs(at - sync) < 0.04 * rate]
        first = (min(max(0, sync), max(0, request.length - 1)), near[0] if near else 0.5)
        if not again or any(hit.sound.onsets > 1 and hit.sound.duration >= 1.0 for hit in self.pool[:1]):
            return [first]
        return self._paced(first[0], pace)

    def _paced(self, anchor: int, pace: float) -> list[tuple[int, float]]:
        """Strokes at a human pace through one of them."""
        rng = np.random.default_rng(v2a.derived_seed(self.request.seed, "pace"))
        gap = self.request.rate / pace
        count = int(self.request.length / gap) + 2
        sway = rng.normal(0, 0.04 * gap, 2 * count + 1)
        sway[count] = 0
        all_times = [round(anchor + n * gap + sway[n + count]) for n in range(-count, count + 1)]
        last = self.request.length - 0.1 * self.request.rate
        return [
            (at, 0.5 + float(rng.normal(0, 0.05)))
            for at in all_times
            if 0 <= at < max(last, 1) or at == anchor
        ]

    def _slices(self, hit: Hit, again: bool) -> list[slices.Slice]:
        wave = self._wave(hit)
        return slices.strokes(wave, self.request.rate) if again else slices.takes(wave, self.request.rate)

    def _stroke(self, hit: Hit, one: slices.Slice, rng: np.random.Generator) -> Stroke:
        """A slice as it is played now: a little faster or slower than it was recorded, as no two strokes are alike."""
        from v2a.media.resample import resample

        rate = self.request.rate
        played = round(rate * (1 + self.params.vary * rng.uniform(-1, 1)))
        piece = resample(v2a.Audio(self._wave(hit)[:, one.start : one.end], played), rate).samples
        onset = round((one.onset - one.start) * rate / played)
        return Stroke(faded(piece, min(round(_FADE_IN * rate), onset), round(0.02 * rate)), onset)

    def _wave(self, hit: Hit) -> Wave:
        return self.material(hit, Reading(self.request.rate, 2, _LONGEST))

    def _canvas(self) -> Wave:
        return np.zeros((2, self.request.length), np.float32)

    def _finished(self, canvases: list[Wave], hits: list[Hit], at: int) -> v2a.Made:
        request = self.request
        gain = np.float32(min(1.0, 0.98 / max(_highest(sum(canvases, self._canvas())), 1e-9)))
        parts = [self._sound(faded(canvas * gain, 0, round(_FADE_OUT * request.rate))) for canvas in canvases]
        whole = v2a.Audio(np.sum([p.samples for p in parts], axis=0, dtype=np.float32), request.rate)
        heard = [part for part in parts if np.any(part.samples)]
        named = {f"layer {n}": part for n, part in enumerate(heard, 1)} if len(heard) > 1 else {}
        return v2a.Made(
            whole, Fraction(at, request.rate), named, credits_owed(hits), sources(hits), terms(hits)
        )

    def _sound(self, wave: Wave) -> v2a.Audio:
        from v2a.media.resample import to_channels

        return to_channels(v2a.Audio(wave, self.request.rate), self.request.channels)


def _order(supply: int, count: int, rng: np.random.Generator) -> list[int]:
    """So many choices from a supply: all of it comes before any comes again, and none twice in a row."""
    order: list[int] = []
    while len(order) < count:
        more = [int(n) for n in rng.permutation(supply)]
        if order and supply > 1 and more[0] == order[-1]:
            more = [*more[1:], more[0]]
        order += more
    return order[:count]


def _peak(strokes: Sequence[Stroke]) -> float:
    return max(_highest(sum((s.wave for s in strokes[1:]), strokes[0].wave)), 1e-9)


def _highest(wave: Wave) -> float:
    return float(np.abs(wave).max(initial=0.0))


def _put(canvas: Wave, offset: int, wave: Wave, rate: int) -> None:
    """Add a sound at a sample; what lies before the canvas is cut off with a short fade."""
    cut = max(0, -offset)
    length = min(wave.shape[1] - cut, canvas.shape[1] - offset - cut)
    if length > 0:
        piece = wave[:, cut : cut + length]
        canvas[:, offset + cut : offset + cut + length] += (
            faded(piece, round(0.002 * rate), 0) if cut else piece
        )
