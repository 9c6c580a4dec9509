"""Reads single frames with decord, run as a program of its own so that it can be stopped: it may hang or abort.

It imports nothing of v2a. Its one argument is a folder with `request.json`; it writes `frames.npy` there, or ends
with an error when the file is one that decord counts wrongly.
"""

import json
import sys
from pathlib import Path


def main(folder: Path) -> None:
    """Answer the request in a folder."""
    import decord
    import numpy as np

    asked = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    reader = decord.VideoReader(
        asked["path"], ctx=decord.cpu(0), width=asked["width"], height=asked["height"]
    )
    stamps = np.asarray(reader.get_frame_timestamp(range(len(reader))), np.float64)[:, 0]
    if abs(stamps[0]) > 1e-3 or np.any(np.diff(stamps) <= 0):
        sys.exit("the times of the frames make no sense")
    if asked["frames"] is not None and asked["frames"] != len(reader):
        sys.exit("the number of frames differs")
    last = asked["duration"] - stamps[-1]
    if not last > 0:
        sys.exit("the length differs")
    rows = np.searchsorted(stamps, np.asarray(asked["times"]) + asked["early"], side="right") - 1
    rows = np.clip(rows, 0, len(stamps) - 1)
    unique, inverse = np.unique(rows, return_inverse=True)
    pictures = reader.get_batch(unique.tolist()).asnumpy()
    np.save(folder / "frames.npy", pictures[inverse], allow_pickle=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
