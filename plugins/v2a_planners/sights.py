"""Which frames a model is shown: the first, middle and last of shots and the moments, as small JPEGs."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import v2a
from v2a.media.frames import frames_at
from v2a_planners.asks import Ask
from v2a_planners.conversation import Sight
from v2a_planners.film import Film
from v2a_planners.params import Looking

_APART = Fraction(1, 5)
_QUALITY = 80
_PLAIN = 0.15
_TOGETHER = 96


@dataclass(frozen=True, slots=True)
class View:
    """A frame worth seeing: its time, what it is, and how soon it is chosen."""

    time: Fraction
    about: str
    rank: tuple[int, float]


def views(ask: Ask, film: Film, most: int) -> tuple[View, ...]:
    """At most so many frames of a stretch, in order of time.

    Middles of shots come first, long shots before short ones, then plain moments, the strongest first, then how shots end
    and begin; where that leaves room, the widest gaps are filled, with a faint moment where there is one.
    """
    moments = list(_of_moments(ask, film))
    plain = [view for view in moments if view.rank[1] <= -_PLAIN]
    faint = [view for view in moments if view.rank[1] > -_PLAIN]
    chosen: list[View] = []
    for view in sorted([*_of_shots(ask, film), *plain], key=lambda v: (v.rank, v.time)):
        if len(chosen) < most and all(abs(view.time - other.time) >= _APART for other in chosen):
            chosen.append(view)
    while chosen and len(chosen) < most:
        start, end = _widest(ask, chosen)
        if end - start < 4 * _APART:
            break
        chosen.append(_between(start, end, faint))
    return tuple(sorted(chosen, key=lambda v: v.time))


def _between(start: Fraction, end: Fraction, faint: Sequence[View]) -> View:
    """A frame in the middle half of a gap."""
    middle = v2a.Span(start, end).widened((start - end) / 4)
    inside = [view for view in faint if middle.contains(view.time)]
    centre = View(middle.centre, "between", (9, 0.0))
    return min(inside, key=lambda view: (view.rank, view.time), default=centre)


def _of_shots(ask: Ask, film: Film) -> Iterator[View]:
    frame = 1 / film.video.frame_rate
    shots = film.shots_in(ask.span) or [v2a.Shot(ask.span, "start")]
    for number, shot in enumerate(shots, 1):
        inside = shot.span.intersection(ask.span) or ask.span
        long = -float(inside.duration)
        name = f"shot {number}"
        yield View(inside.centre, f"middle of {name}", (0, long))
        yield View(max(inside.start, inside.end - 2 * frame), f"end of {name}", (2, long))
        whole = min(inside.start + shot.transition + frame, inside.centre)
        yield View(whole, f"start of {name}", (3, long))


def _of_moments(ask: Ask, film: Film) -> Iterator[View]:
    for moment in film.moments_in(ask.span):
        weight = moment.strength * moment.confidence
        yield View(moment.time, f"moment: {moment.kind}", (1, -weight))


def _widest(ask: Ask, chosen: Sequence[View]) -> tuple[Fraction, Fraction]:
    times = [ask.span.start, *sorted(v.time for v in chosen), ask.span.end]
    return max(itertools.pairwise(times), key=lambda gap: (gap[1] - gap[0], -gap[0]))


@dataclass(frozen=True, slots=True)
class Shown:
    """A stretch with the frames that are shown of it."""

    ask: Ask
    sights: tuple[Sight, ...]


def shown(asks: Iterable[Ask], film: Film, looking: Looking) -> Iterator[Shown]:
    """Each stretch with its frames; some stretches are decoded together, because a seek into a long film is slow."""
    waiting: list[tuple[Ask, tuple[View, ...]]] = []
    held = 0
    for ask in asks:
        chosen = views(ask, film, looking.images)
        if waiting and held + len(chosen) > _TOGETHER:
            yield from _decoded(waiting, film, looking.image_size)
            waiting, held = [], 0
        waiting.append((ask, chosen))
        held += len(chosen)
    yield from _decoded(waiting, film, looking.image_size)


def _decoded(waiting: Sequence[tuple[Ask, tuple[View, ...]]], film: Film, size: int) -> Iterator[Shown]:
    times = [view.time for _, chosen in waiting for view in chosen]
    jpegs = list(_jpegs(times, film, v2a.PictureNeed(size, size, fit="inside")))
    at = 0
    for ask, chosen in waiting:
        pictures = jpegs[at : at + len(chosen)]
        at += len(chosen)
        yield Shown(
            ask,
            tuple(
                Sight(view.time, f"Frame at {ask.local(view.time):.2f} s ({view.about}):", picture)
                for view, picture in zip(chosen, pictures, strict=True)
            ),
        )


def _jpegs(times: Sequence[Fraction], film: Film, need: v2a.PictureNeed) -> Iterator[bytes]:
    """The frames at times that rise, each out of the film in which it lies."""
    if not film.reels:
        yield from (_jpeg(pixels) for pixels in frames_at(film.video, times, need).pixels)
        return
    reels = [next((r for r in film.reels if t < r.span.end), film.reels[-1]) for t in times]
    for reel, own in itertools.groupby(zip(reels, times), key=lambda pair: pair[0]):
        asked = [reel.time(time) for _, time in own]
        yield from (_jpeg(pixels) for pixels in frames_at(reel.video, asked, need).pixels)


def _jpeg(pixels: Any) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
