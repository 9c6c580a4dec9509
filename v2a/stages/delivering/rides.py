"""How undipped stems step back for speech, as a table that a mixing program's script can read."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from v2a.files import write_text
from v2a.model import Breakpoint, Mixdown, Span, Video
from v2a.stages.delivering.places import Slate, spare_source
from v2a.stages.delivering.stems import StemFiles, reach

_HEAD = ("stem", "seconds", "timecode", "gain_db", "gain_1_to_4_khz_db")


def write_rides(video: Video, mixdown: Mixdown, wanted: StemFiles) -> tuple[Path, ...]:
    """Write the rides of all stems, a corner a line, straight lines between them; no file where there are none.

    Seconds count from the first sample of the stems' files, timecodes are the film's.
    """
    span, _ = reach(video, wanted.pop, wanted.span, mixdown.action, mixdown.rate)
    rows = [
        (
            ride.stem,
            f"{float(point.time - span.start):.6f}",
            video.timecode_at(point.time).wrapped,
            _decibels(point.gain),
            _decibels(point.band),
        )
        for ride in mixdown.rides
        for point in clipped(ride.points, span)
    ]
    if not rows:
        return ()
    path = wanted.folder / ride_file(Slate.of(video, wanted.version))
    spare_source(video, path)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_HEAD)
    table.writerows(rows)
    write_text(path, text.getvalue())
    return (path,)


def ride_file(slate: Slate) -> str:
    """The name of the table, as in `harbour_R2_RIDES_v01.csv`."""
    return str(Path(slate.file("RIDES")).with_suffix(".csv"))


def clipped(points: Sequence[Breakpoint], span: Span) -> tuple[Breakpoint, ...]:
    """The corners within a span; where a line goes over its border, there is a corner with the value there."""
    inside = {p.time: p for p in points if span.start <= p.time <= span.end}
    times = [float(p.time) for p in points]
    for border in (span.start, span.end):
        if points and points[0].time < border < points[-1].time and border not in inside:
            gain, band = (
                float(np.interp(float(border), times, values))
                for values in ([p.gain for p in points], [p.band for p in points])
            )
            inside[border] = Breakpoint(border, gain, band)
    return tuple(inside[time] for time in sorted(inside))


def _decibels(gain: float) -> str:
    """Hundredths; what rounds to nothing has no sign."""
    return f"{round(gain, 2) + 0.0:.2f}"
