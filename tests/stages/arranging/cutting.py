"""Music that is cut to a cue of a film, at a tempo map that is given."""

from dataclasses import dataclass
from fractions import Fraction as F

import numpy as np

from v2a.interfaces import Bench
from v2a.model import Cue, Hit, Observations, Span, SpottingList, Timing
from v2a.stages import arrange
from v2a.stages.arrange import ArrangeInputs, ArrangeOptions
from v2a.stages.scoring.timing import Timings


@dataclass(frozen=True)
class Fixed(Timings):
    """The same timing for every cue."""

    timing: Timing | None = None

    def of(self, cue):
        return self.timing


def arranged(
    video, made, tempo, length=30.0, hits=(), *, start=0, bench=None, timed=frozenset(), cue=None, **options
):
    cue = cue or Cue("m", "mx", Span(F(start), start + F(str(length))), "song")
    listed = SpottingList(video.identity, 1, cues=(cue,))
    fixed = Fixed(None, listed, timing=Timing(tempo, tuple(Hit(F(str(t)), 10.0) for t in hits)))
    inputs = ArrangeInputs(video, listed, (made,), Observations(video), fixed, timed)
    (region,) = arrange.run(inputs, ArrangeOptions(**options), bench or Bench())
    return cue, region


def heard_beats(edit, true):
    """When each beat that is heard is heard."""
    return np.array(
        [
            float(p.heard(F(float(t)).limit_denominator(10**6)))
            for p in edit.passages
            for t in true
            if p.source.start <= t < p.source.end
        ]
    )
