"""What the traits of a way to count weigh, learnt from music whose beats are known, and how often the likeliest is right.

    python benchmarks/counting.py [--each 200]

Music is that of the tuning half of `songs.py` and of `onsets.py`: the composer's pieces, its slow pianos and its pieces in
3/4, 6/8, 9/8 and 12/8, songs by a band and its grooves. Its pulse is followed, and each way to count it is told by its
traits; their weights make the right ways likeliest (a conditional logit, with a little shrinkage). `unseen` is how often
the likeliest was right in the fifth of the music that was left out when the weights were learnt. The weights that are printed are
those in `v2a/dsp/counting.py`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import machine
import numpy as np
from heard import composed, rhythms, songs
from numpy.typing import NDArray

from v2a.dsp.beats import Leaning, pulse
from v2a.dsp.counting import WEIGHTS, Way, ways
from v2a.dsp.hearing import curves
from v2a.model import Meter

STRICT = 200.0
FOLDS, EQUAL, MOST = 5, 50.0, 2.0
SHRINKAGE = 0.002
NEAR, ALIKE = 0.07, 0.05
Curve = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Heard:
    """The traits of all ways to count a piece of some kind, and which of them are right."""

    kind: str
    traits: Curve
    right: NDArray[np.bool_]


def groove(seed: int) -> songs.Song:
    """A groove of the band of `rhythms.py` as a song."""
    made = rhythms.piece(seed)
    beats = np.array(made.beats)
    return songs.Song(
        made.sound, made.tempo, beats, beats[:: made.meter], made.meter, (), made.name, rings=False
    )


MUSIC: Mapping[str, tuple[Callable[[int], songs.Song], Sequence[int]]] = {
    "composer": (composed.piece, range(125)),
    "slow piano": (composed.slow_piano, range(140)),
    "3/4": (partial(composed.in_meter, meter=Meter(3, 4)), range(62)),
    "6/8": (partial(composed.in_meter, meter=Meter(6, 8)), range(60)),
    "9/8": (partial(composed.in_meter, meter=Meter(9, 8)), range(24)),
    "12/8": (partial(composed.in_meter, meter=Meter(12, 8)), range(24)),
    "groove": (groove, [seed for seed in range(80) if seed % 4 != 3]),
    "steady": (partial(songs.song, drift="steady", longest=80.0), range(16)),
    "sway": (partial(songs.song, drift="sway", longest=80.0), range(16, 28)),
    "glide": (partial(songs.song, drift="glide", longest=80.0), range(32, 44)),
}


def heard(kind: str, made: songs.Song) -> Heard | None:
    """What the ways to count a piece are like; nothing where it has no pulse or none of them is right."""
    known = curves([made.sound[np.newaxis]])
    found = pulse(known.rise, known.attack, Leaning(strict=STRICT))
    if found is None:
        return None
    all_ways = list(ways(np.array(found.beats), known))
    right = np.array([is_right(way, made) for way in all_ways])
    traits = np.array([[way.traits.get(name, 0.0) for name in WEIGHTS] for way in all_ways])
    return Heard(kind, traits, right) if right.any() else None


def is_right(way: Way, made: songs.Song) -> bool:
    """Whether beats and first beats are those that were played; two bars of two may be counted as one of four."""
    length = np.median(np.diff(way.beats)) / np.median(np.diff(made.beats))
    if abs(length - 1) > ALIKE or way.meter not in (made.meter, 4 if made.meter == 2 else made.meter):
        return False
    firsts = made.downbeats[(made.downbeats > way.beats[0] - NEAR) & (made.downbeats < way.beats[-1] + NEAR)]
    told = way.beats[way.first :: way.meter]
    told = told[(told > firsts[0] - NEAR) & (told < firsts[-1] + NEAR)]
    return len(told) > 0 and float(np.mean([np.abs(firsts - t).min() < NEAR for t in told])) > 0.85


def learnt(music: Sequence[Heard], balance: Curve) -> Curve:
    """The weights that make the right ways likeliest, with so much regard for each piece."""
    from scipy.optimize import minimize

    scale = np.concatenate([each.traits for each in music]).std(axis=0) + 1e-9

    def unlikely(weights: Curve) -> tuple[float, Curve]:
        loss, slope = (SHRINKAGE * len(music) * part for part in (weights @ weights / 2, weights))
        for each, regard in zip(music, balance, strict=True):
            traits = each.traits / scale
            likely = np.exp(traits @ weights - (traits @ weights).max())
            right = np.where(each.right, likely, 0.0)
            loss -= regard * np.log(max(float(right.sum() / likely.sum()), 1e-300))
            slope = slope + regard * traits.T @ (likely / likely.sum() - right / max(right.sum(), 1e-300))
        return float(loss), slope

    return np.asarray(minimize(unlikely, np.zeros(len(WEIGHTS)), jac=True, method="L-BFGS-B").x / scale)


def rights(music: Sequence[Heard], weights: Curve) -> NDArray[np.bool_]:
    """Of which pieces the likeliest way is right."""
    return np.array([each.right[(each.traits @ weights).argmax()] for each in music])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--each", type=int, default=200, help="how many pieces of a kind at most")
    most = parser.parse_args().each
    music = [
        each
        for kind, (make, seeds) in MUSIC.items()
        for seed in seeds[:most]
        if (each := heard(kind, make(seed))) is not None
    ]
    kinds = np.array([each.kind for each in music])
    balance = np.array([min(MOST, EQUAL / int((kinds == each.kind).sum())) for each in music])
    fold = np.random.default_rng(0).integers(0, FOLDS, len(music))
    unseen = np.zeros(len(music), np.bool_)
    for n in range(FOLDS):
        rest = [each for each, part in zip(music, fold, strict=True) if part != n]
        left = [each for each, part in zip(music, fold, strict=True) if part == n]
        unseen[fold == n] = rights(left, learnt(rest, balance[fold != n]))
    weights = learnt(music, balance)
    seen, shipped = (rights(music, each) for each in (weights, np.array(list(WEIGHTS.values()))))
    print(machine.name())
    rows = [
        (
            kind,
            int((kinds == kind).sum()),
            *(f"{each[kinds == kind].mean():.3f}" for each in (unseen, seen, shipped)),
        )
        for kind in MUSIC
        if kind in kinds
    ]
    machine.table(("music", "pieces", "unseen", "seen", "as shipped"), rows)
    for name, weight in zip(WEIGHTS, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')


if __name__ == "__main__":
    main()
