"""Shots: twelve kinds of reels whose transitions are known, and all detectors on them in one run.

    python benchmarks/shots.py [--footage FOLDER] [--half tuning] [--peers scenedetect transnet]

Prints F1 for each kind and for all together (at most two frames beside a transition), F1 of hard cuts to the exact
frame and how well v2a tells where slow transitions begin and end, for each shelf of reels (the usual rates, high rates,
and both with transitions of 2 to 4 s); then whether its confidence is what it says, and the costs.
The half that is reported is the one nothing was tuned on.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import detectors
import films
import machine
import numpy as np
from detectors import ALONE, CLASSIC, FUSED, Told
from reels.kinds import KINDS
from reels.render import SHELVES, Half, Reel, reels
from scoring import Score, score

from v2a.host import Host
from v2a.media import programs
from v2a.media.probe import probe

Results = dict[str, dict[str, Told]]
_BINS = (0.5, 0.7, 0.9, 1.0)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--footage", type=Path, help="a folder of films to cut some of the shots from")
    ask.add_argument("--half", choices=("tuning", "held-out"), default="held-out")
    ask.add_argument("--count", type=int, default=24, help="transitions in each reel")
    ask.add_argument("--seed", type=int, default=0)
    ask.add_argument("--kinds", nargs="*", choices=KINDS, default=KINDS)
    ask.add_argument(
        "--shelves", nargs="*", choices=[s.name for s in SHELVES], default=[s.name for s in SHELVES]
    )
    ask.add_argument(
        "--peers", nargs="*", choices=("scenedetect", "transnet"), default=["scenedetect", "transnet"]
    )
    ask.add_argument("--large", type=float, default=20, help="seconds of 1080p on which looking is measured")
    asked = ask.parse_args()
    half = Half(asked.half == "held-out", asked.count, asked.footage, asked.seed)
    made: list[Reel] = []
    results: Results = {}
    for shelf in (s for s in SHELVES if s.name in asked.shelves):
        these = reels(half, films.FOLDER / "reels", asked.kinds, shelf)
        if not these:
            continue
        told = _all(these, asked.peers)
        count = sum(len(r.transitions) for r in these)
        print(
            f"\n{shelf.name}: the {asked.half} half, {count} transitions, on {machine.name()}.\n", flush=True
        )
        _accuracy(these, told)
        _ends(these, told)
        made += these
        for name, by_path in told.items():
            results.setdefault(name, {}).update(by_path)
    _calibration(made, results)
    _costs(made, results, asked.large)


def _all(made: Sequence[Reel], peers: Sequence[str]) -> Results:
    """What every detector tells of every reel, by its name and the reel's file."""
    results: Results = {}
    for reel in made:
        for name, told in detectors.ours(reel.path):
            results.setdefault(name, {})[str(reel.path)] = told
        for name, look in detectors.peers(peers).items():
            results.setdefault(name, {})[str(reel.path)] = look(reel.path)
    return results


def _accuracy(made: Sequence[Reel], results: Results) -> None:
    rows = []
    for name, told in results.items():
        scores = [score(reel.transitions, told[str(reel.path)].frames) for reel in made]
        exact = [score(r.transitions, told[str(r.path)].frames, slack=0) for r in made if r.kind == "hard"]
        pooled = sum(scores, Score())
        hard = f"{exact[0].f1:.3f}" if exact else "–"
        rows.append((name, *(f"{s.f1:.2f}" for s in scores), f"{pooled.f1:.3f}", hard))
    machine.table(("F1", *(r.kind for r in made), "pooled", "hard, exact"), rows)


def _ends(made: Sequence[Reel], results: Results) -> None:
    """Of the slow transitions that v2a found as such: the share with both ends within two frames."""
    print()
    rows = []
    for name in (n for n in (CLASSIC, FUSED) if n in results):
        off = {kind: np.array(list(_offs(made, results[name], kind))).reshape(-1, 2) for kind in
               ("dissolve", "fade", "wipe")}  # fmt: skip
        cells = (
            f"{(np.abs(o) <= 2).all(1).mean():.2f} of {len(o)}; {np.abs(o).mean():.1f}" if len(o) else "–"
            for o in off.values()
        )
        rows.append((name, *cells))
    machine.table(("both ends within 2 frames; mean error in frames", "dissolve", "fade", "wipe"), rows)


def _offs(made: Sequence[Reel], told: dict[str, Told], kind: str) -> Iterator[tuple[float, float]]:
    for reel in made:
        rate = float(probe(reel.path).frame_rate)
        for truth in (t for t in reel.transitions if t.kind == kind):
            for shot in told[str(reel.path)].shots[1:]:
                at, half = float(shot.span.start) * rate, float(shot.transition) * rate / 2
                if truth.start - 2 <= at <= truth.end + 2 and shot.transition_in == kind:
                    yield at - half - truth.start, at + half - truth.end


def _calibration(made: Sequence[Reel], results: Results) -> None:
    """How often v2a is right where it says that it is so sure."""
    print()
    rows = []
    for name in (n for n in (CLASSIC, FUSED) if n in results):
        sure, right = [], []
        for reel in made:
            told = results[name][str(reel.path)]
            for shot, frame in zip(told.shots[1:], told.frames, strict=True):
                sure.append(shot.confidence)
                right.append(any(t.start - 2 <= frame <= t.end + 2 for t in reel.transitions))
        for low, high in pairwise(_BINS):
            within = [n for n, c in enumerate(sure) if low <= c < high or (high == 1.0 and c == 1.0)]
            share = f"{np.mean([right[n] for n in within]):.2f}" if within else "–"
            rows.append((name, f"{low} to {high}", len(within), share))
    machine.table(("", "confidence", "transitions", "right"), rows)


def _costs(made: Sequence[Reel], results: Results, seconds: float) -> None:
    print()
    rows = []
    if seconds:
        plain, looking = _looking(_large(made[0].path, seconds))
        rows.append((f"picture observer over decoding and scaling {seconds:g} s of 1080p", "at most 0.15",
                     f"{looking / plain:.2f}"))  # fmt: skip
    if FUSED in results and ALONE in results:
        asked, every = (sum(t.cpu for t in results[n].values()) for n in (FUSED, ALONE))
        rows.append(("TransNetV2 where asked over TransNetV2 on every frame, on the reels", "at most 0.33",
                     f"{asked / every:.2f}"))  # fmt: skip
    for name, told in results.items():
        cpu, frames = sum(t.cpu for t in told.values()), sum(r.frames for r in made)
        rows.append((f"{name}: CPU ms a frame of the reels", "", f"{1000 * cpu / frames:.2f}"))
    machine.table(("cost", "limit", "ratio"), rows)


def _large(reel: Path, seconds: float) -> Path:
    """The beginning of a reel as a camera would have written it: 1080 lines, with grain, in 15 Mbit/s."""
    path = reel.with_name(f"{reel.stem}-large-{seconds:g}.mp4")
    if not path.exists():
        partial = path.with_name(f"partial-{path.name}")
        scaled = "scale=1920:1080:flags=bicubic,noise=alls=8:allf=t"
        machine.run([programs.ffmpeg(), "-v", "error", "-y", "-t", str(seconds), "-i", str(reel), "-vf", scaled,
                     "-c:v", "libx264", "-preset", "veryfast", "-b:v", "15M", str(partial)])  # fmt: skip
        partial.replace(path)
    return path


def _looking(path: Path) -> tuple[float, float]:
    """CPU-seconds of decoding and scaling a film, and what the picture observer adds, which sees and concludes.

    The decoder has a thread of its own, so what is added is counted in this one.
    """
    video, picture = probe(path), Host.discover().observers["picture"].thing
    assert picture.card.picture is not None
    whole, here = time.process_time(), time.thread_time()
    for _ in detectors.shown(video, picture.card.picture):
        pass
    plain, waiting = time.process_time() - whole, time.thread_time() - here
    here = time.thread_time()
    with tempfile.TemporaryDirectory() as folder:
        detectors.concluded(picture, detectors.watched(picture, video, Path(folder)))
    return plain, time.thread_time() - here - waiting


if __name__ == "__main__":
    main()
