"""How undipped stems step back for speech, as a table that a mixing program's script can read."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from v2a.files import write_text
from v2a.model import Mixdown, Video
from v2a.stages.delivering.places import Slate, spare_source
from v2a.stages.delivering.stems import StemFiles

_HEAD = ("stem", "seconds", "timecode", "gain_db", "gain_1_to_4_khz_db")


def write_rides(video: Video, mixdown: Mixdown, wanted: StemFiles) -> tuple[Path, ...]:
    """Write the rides of all stems, a corner a line, straight lines between them; no file where there are none."""
    if not any(ride.points for ride in mixdown.rides):
        return ()
    path = wanted.folder / Path(Slate.of(video, wanted.version).file("RIDES")).with_suffix(".csv")
    spare_source(video, path)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_HEAD)
    for ride in mixdown.rides:
        for point in ride.points:
            seconds, timecode = f"{float(point.time):.6f}", video.timecode_at(point.time).wrapped
            table.writerow((ride.stem, seconds, timecode, f"{point.gain:.2f}", f"{point.band:.2f}"))
    write_text(path, text.getvalue())
    return (path,)
