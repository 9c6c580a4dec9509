"""How late a sound is against its picture, told from when things happen in both.

Sound and picture that may be strangers, or fit in several ways, are left alone: the wrong answer is worse than none.
What is off by no more than can be told from these marks, half a frame at best, is in sync.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from v2a.dsp.lags import Guess, Reach, likeliest
from v2a.dsp.marks import Marks
from v2a.dsp.pairing import Line, Met, Pairs, line, met

_AT_ONCE = 60.0
_FEWEST = 3
# So much of one side has to be met, and of the other where few are met; many that are met cannot be chance.
_ENOUGH, _OF_BOTH, _MANY = 0.65, 1 / 3, 8.0
_STRANGERS = "what is heard may have nothing to do with what is seen"
_UNMET = "too little of what is seen is heard"


@dataclass(frozen=True)
class Alignment:
    """What happens at `time` in the picture is heard at time + lag + drift · (time - middle).

    So it is within `uncertainty` seconds in 95 of 100 cases; `settled` says that it may as well be in sync.
    `pairs` are the moments and onsets that belong together, in seconds. What is abstained from has no numbers.
    """

    lag: float
    drift: float
    middle: float
    confidence: float
    abstained: bool
    why: str = ""
    uncertainty: float = 0.0
    settled: bool = False
    pairs: tuple[tuple[float, float], ...] = ()

    @property
    def moves(self) -> bool:
        """Whether anything should be moved."""
        return not (self.abstained or self.settled)

    def heard_at(self, time: float) -> float:
        """When what is seen at a time is heard."""
        return time + self.lag + self.drift * (time - self.middle)

    def seen_at(self, time: float) -> float:
        """When what is heard at a time is seen: where it belongs."""
        return (time - self.lag + self.drift * self.middle) / (1.0 + self.drift)


def align(seen: Marks, heard: Marks, reach: Reach | None = None) -> Alignment:
    """Tell lag and drift of what is heard against what is seen, or abstain."""
    reach = reach or Reach()
    if not len(seen.times):
        return _abstained("nothing happens in the picture")
    if not len(heard.times):
        return _abstained("nothing begins in the sound")
    short = np.ptp(seen.times) <= _AT_ONCE
    guess = likeliest(seen, heard, reach) if short else _followed(seen, heard, reach)
    if guess.doubt:
        return _abstained(guess.doubt)
    pairs = Pairs.of(guess, seen, heard)
    if not len(pairs.seen):
        return _abstained(_UNMET)
    found = line(pairs, guess, seen, reach)
    if not _enough(met(pairs, found, seen, heard, reach)):
        return _abstained(_UNMET)
    return _told(found, guess, pairs, found.uncertainty(reach))


def _told(found: Line, guess: Guess, pairs: Pairs, uncertainty: float) -> Alignment:
    settled = found.furthest < uncertainty
    together = tuple(zip(pairs.seen.tolist(), pairs.heard.tolist(), strict=True))
    return Alignment(
        found.lag,
        found.drift,
        found.middle,
        guess.confidence,
        abstained=False,
        why="in sync" if settled else "",
        uncertainty=uncertainty,
        settled=settled,
        pairs=together,
    )


def _abstained(why: str) -> Alignment:
    return Alignment(0.0, 0.0, 0.0, 0.0, abstained=True, why=why)


def _enough(share: Met) -> bool:
    """Whether what is seen is heard, or what is heard is seen, and where few are met also the other way round."""
    both = min(share.seen, share.heard) >= _OF_BOTH or share.number >= _MANY
    return both and max(share.seen, share.heard) >= _ENOUGH


def _followed(seen: Marks, heard: Marks, reach: Reach) -> Guess:
    """A long film: a lag for each minute, looked for around where the one before leads, and a line through them."""
    found: list[Guess] = []
    start = float(seen.times[0])
    while start <= seen.times[-1]:
        part = seen.within(start, start + _AT_ONCE)
        centre = start + _AT_ONCE / 2
        start += _AT_ONCE
        expected = found[-1].lag + found[-1].drift * (centre - found[-1].middle) if found else 0.0
        if len(part.times) >= _FEWEST:
            near = likeliest(part, heard.moved(-expected), reach)
            if not near.doubt:
                found.append(replace(near, lag=near.lag + expected))
    if not found:
        return Guess(0.0, 0.0, 0.0, 0.0, _STRANGERS)
    middle = float(seen.times[0] + seen.times[-1]) / 2
    x = np.array([each.middle - middle for each in found])
    drift, lag = np.polyfit(x, [each.lag for each in found], 1) if len(found) > 1 else (0.0, found[0].lag)
    return Guess(float(lag), float(drift), middle, float(np.median([each.confidence for each in found])))
