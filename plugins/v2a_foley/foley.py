"""The generator of one-shots and gestures: each sound's sync point falls exactly where it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

import v2a
from v2a_foley.sounds import FOLEY
from v2a_foley.wants import FoleyParams, Quality, Want, described, settled
from v2a_foley.words import Known, matches, suggestions, vocabulary, words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from v2a_foley.likeness import Likeness

    Wave = NDArray[np.float64]

_TOUCHING = ("impact", "contact", "mark")
_UNSEEN = ("heartbeat",)
_SURE = 0.5
_SPARSE = 0.3
_SHORT = 2.0
_ONE_BY_ONE = {"bounce": 0.3}
LICENCE = v2a.Licence("GPL-3.0-or-later", commercial="yes")


@dataclass(frozen=True, eq=False)
class Hit:
    """One sound, mono or two channels, and the sample of its sync point."""

    wave: Wave
    sync: int = 0


Voice = Callable[[Want], Hit]


@dataclass(frozen=True)
class Stroke:
    """One time in samples at which a sound's sync point falls, and the force there from 0 to 1."""

    at: int
    force: float


class Foley(v2a.Generator):
    """Foley and effects made from their physics, each on its moment."""

    card: ClassVar[v2a.GeneratorCard] = v2a.GeneratorCard(
        name="foley",
        version="6",
        kinds=("fo", "fx"),
        licence=LICENCE,
        about="foley and effects synthesised from their physics, without weights",
        words=vocabulary(FOLEY),
        accepts=("moments", "reference"),
        params=FoleyParams,
    )

    def open(self, bench: v2a.Bench) -> v2a.Maker:
        """A maker; there is nothing to load."""
        return _Maker()


class _Maker(v2a.Maker):
    def __call__(self, requests: Sequence[v2a.Request]) -> Iterator[v2a.Made | v2a.Failure]:
        for request in requests:
            yield make(request)


def unknown(prompt: str, sounds: tuple[Known, ...]) -> v2a.Failure:
    """The failure for a prompt that names no known sound."""
    return v2a.Failure(
        f"no sound is known for {prompt!r}",
        remedy=f"Name one of these, for example: {', '.join(suggestions(prompt, sounds))}.",
        exit_code=35,
    )


def make(request: v2a.Request) -> v2a.Made | v2a.Failure:
    """The sound of one request, or why there is none."""
    import numpy as np

    from v2a_foley.noise import draws
    from v2a_foley.space import SPACES, placed

    found = matches(request.prompt, FOLEY)
    if not found:
        return unknown(request.prompt, FOLEY)
    match = found[0]
    known = match.known
    params = FoleyParams(**request.params)
    quality = settled(described(words(request.prompt), known.start), params)
    strokes = _strokes(request, known, quality, params.force is not None)
    voice: Voice = getattr(importlib.import_module(f"v2a_foley.{known.module}"), known.name)
    canvas = np.zeros((2, request.length))
    near = _likeness(request)
    for number, stroke in enumerate(strokes):
        rng = draws(request.seed, known.name, number)
        before = stroke.at / request.rate
        after = max(0.02, (request.length - stroke.at) / request.rate)
        falling = known.name in _ONE_BY_ONE and len(strokes) > 1
        if falling:
            after = min(after, _ONE_BY_ONE[known.name])
        curve = _curve(request, stroke) if known.gesture == "span" else ()
        hit = voice(Want(replace(quality, force=stroke.force), rng, request.rate, before, after, curve))
        if near is not None:
            turn = number + 1 if len(strokes) > 1 else 0
            hit = _shaped(hit, near, turn, None if known.gesture == "span" else round(after * request.rate))
        jitter = 0.0 if len(strokes) == 1 or falling else float(rng.normal(0, 1.0))
        gain = _gain(-12 + known.level + (40 if falling else 18) * (stroke.force - 0.5) + jitter, hit.wave)
        _put(canvas, stroke.at - hit.sync, hit.wave * gain)
    canvas = placed(canvas, SPACES[known.around], quality.room, draws(request.seed, "space"), request.rate)
    far = 1.0 if known.airy else quality.distance
    sound = _finished(canvas, far, request.rate, request.channels)
    sync = request.sync - request.window.start if request.sync is not None else None
    if sync is None and strokes:
        sync = Fraction(strokes[0].at, request.rate)
    notes = (f"{match.nearly}: the nearest sound that is known",) if match.nearly else ()
    return v2a.Made(v2a.Audio(sound, request.rate), sync=sync, notes=notes)


def _likeness(request: v2a.Request) -> Likeness | None:
    """What the sound is to come near, where a reference was given."""
    import numpy as np

    from v2a_foley.likeness import Likeness

    if request.reference is None:
        return None
    sound = request.reference.open().samples.astype(np.float64)
    return Likeness(sound, request.rate, request.strength)


def _shaped(hit: Hit, near: Likeness, turn: int, after: int | None) -> Hit:
    """The sound with the reference's colour and shape; one that lasts to the end of the cue has no `after`."""
    if after is None:
        return Hit(near.lasting(hit.wave, hit.sync), hit.sync)
    return Hit(near.struck(hit.wave, hit.sync, turn, hit.sync + after), hit.sync)


def _strokes(request: v2a.Request, known: Known, quality: Quality, fixed: bool) -> tuple[Stroke, ...]:
    start, rate, length = request.start, request.rate, request.length
    moments = [(v2a.nearest(m.time * rate) - start, m.strength) for m in _fitting(request, known)]
    inside = [(at, strength) for at, strength in moments if 0 <= at < length]
    sync = None if request.sync is None else v2a.nearest(request.sync * rate) - start

    def force(strength: float | None) -> float:
        if fixed or strength is None:
            return quality.force
        return min(
            1.0,
            max(
                0.02, 0.5 * quality.force + 0.5 * strength + (0.25 if quality.force > 0.5 else 0.0) * strength
            ),
        )

    several = known.name in _ONE_BY_ONE and len(inside) > 1
    if inside and (known.gesture == "train" or several or (known.gesture == "single" and sync is None)):
        return tuple(Stroke(at, force(strength)) for at, strength in inside)
    if known.gesture == "train":
        return _paced(request, known, quality, sync)
    if sync is None:
        lead = min(known.lead, float(request.window.duration) * 0.4)
        sync = min(int((lead + (0.01 if known.gesture == "single" else 0.0)) * rate), max(0, length - 1))
    near = [s for at, s in inside if abs(at - sync) < 0.04 * rate]
    return (Stroke(min(max(0, sync), max(0, length - 1)), force(near[0] if near else None)),)


def _curve(request: v2a.Request, stroke: Stroke) -> tuple[tuple[float, float], ...]:
    """The moments that a lasting sound follows, where there are two or more."""
    at = [
        (v2a.nearest(m.time * request.rate) - request.start - stroke.at, m.strength) for m in request.moments
    ]
    return tuple((place / request.rate, strength) for place, strength in sorted(at)) if len(at) > 1 else ()


def _fitting(request: v2a.Request, known: Known) -> list[v2a.Moment]:
    """The moments that a sound may fall on; a train leaves them all where they are much sparser than its steps.

    Things touch at impacts and contacts; what starts, turns or flashes makes no step.
    """
    if known.gesture != "train" and known.name not in _ONE_BY_ONE:
        return list(request.moments)
    touching = [m for m in request.moments if m.kind in _TOUCHING and m.confidence >= _SURE]
    length = float(request.window.duration)
    sparse = length > _SHORT and not known.group and len(touching) < _SPARSE * known.pace * length
    if known.name in _UNSEEN or (known.gesture == "train" and sparse):
        return []
    return touching


def _paced(request: v2a.Request, known: Known, quality: Quality, sync: int | None) -> tuple[Stroke, ...]:
    """A human cadence through the sync point: intervals jitter and the two sides differ a little."""
    from v2a_foley.noise import draws

    rate = request.rate
    rng = draws(request.seed, known.name + " pace")
    pace = known.pace * (0.62 + 0.76 * quality.speed if quality.speed <= 0.5 else 0.25 + 1.5 * quality.speed)
    anchor = sync if sync is not None else min(int(0.1 * rate), request.length // 3)
    strokes = {anchor}
    lame = float(rng.normal(0, 0.02))
    for way in (-1, 1):
        at, side, made = float(anchor), 1, 0
        while True:
            gap = max(0.3, 1 + float(rng.normal(0, known.jitter)) + side * lame)
            made += 1
            pause = 1.4 if known.group and made % known.group == 0 else 0.0
            at += way * rate * (gap / pace + pause)
            side = -side
            if not 0 <= at < request.length - 0.08 * rate:
                break
            strokes.add(round(at))
    return tuple(
        Stroke(at, min(1.0, max(0.03, quality.force + float(rng.normal(0, 0.05))))) for at in sorted(strokes)
    )


def _gain(level: float, wave: Wave) -> float:
    import numpy as np

    peak = float(np.max(np.abs(wave))) if wave.size else 0.0
    return 0.0 if peak <= 0 else float(10 ** (min(level, -3.5) / 20)) / peak


def _put(canvas: Wave, offset: int, wave: Wave) -> None:
    import numpy as np

    from v2a_foley.shape import put

    cut = max(0, -offset)
    if cut and wave.shape[-1] > cut:
        wave = wave.copy()
        ramp = min(wave.shape[-1] - cut, 256)
        wave[..., cut : cut + ramp] *= np.sin(np.linspace(0, np.pi / 2, ramp)) ** 2
    put(canvas, offset, wave)


def _finished(canvas: Wave, distance: float, rate: int, channels: int) -> NDArray[np.float32]:
    """Heard from its distance, without offset, bent under the ceiling, and faded out."""
    import numpy as np

    from v2a_foley.layers import rounded
    from v2a_foley.shape import high, low

    sound = canvas
    if distance > 2.0:
        sound = low(sound, 20_000 / (1 + distance / 15), rate, 1) * 10 ** (-0.3 * np.log10(distance))
    sound = high(sound, 18.0, rate, 1)
    fade = min(round(0.06 * rate), max(1, sound.shape[1] // 5))
    sound[:, sound.shape[1] - fade :] *= np.cos(np.linspace(0, np.pi / 2, fade)) ** 2
    ramp = min(12, sound.shape[1])
    sound[:, :ramp] *= np.linspace(0, 1, ramp)
    bent = rounded(sound.astype(np.float32))
    return bent if channels == 2 else np.repeat(bent.mean(axis=0, keepdims=True), channels, axis=0)
