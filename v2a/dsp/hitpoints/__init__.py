"""Hit points: the tempo and the tempo map that land beats where the picture wants them."""

from v2a.dsp.hitpoints.breaths import breaths
from v2a.dsp.hitpoints.fit import Fit, fitted
from v2a.dsp.hitpoints.landing import Landing, Tally, Verdict, landings, tally
from v2a.dsp.hitpoints.limits import Limits
from v2a.dsp.hitpoints.steady import Candidate, candidates

__all__ = [
    "Candidate",
    "Fit",
    "Landing",
    "Limits",
    "Tally",
    "Verdict",
    "breaths",
    "candidates",
    "fitted",
    "landings",
    "tally",
]
