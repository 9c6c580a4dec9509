"""Requests, plans and parts for the tests of what the composer writes."""

from bisect import bisect_right
from fractions import Fraction
from itertools import pairwise

import v2a
from v2a_composer.writing.bars import counted
from v2a_composer.writing.choir import hangings
from v2a_composer.writing.form import formed
from v2a_composer.writing.harmony import harmonised
from v2a_composer.writing.plans import plan_for
from v2a_composer.writing.staging import Stage
from v2a_composer.writing.tones import Ground
from v2a_composer.writing.voicing import voiced


def request(prompt="warm music", seconds=60, seed=1, **more):
    whole = Fraction(seconds)
    return v2a.Request(
        cue="mx1", kind="mx", prompt=prompt, window=v2a.Span(Fraction(0), whole), whole=whole, seed=seed,
        rate=48_000, channels=2, **more,
    )  # fmt: skip


def planned(prompt="warm music", seconds=60, seed=1, **more):
    return plan_for(request(prompt, seconds, seed, **more))


class Written:
    """A cue before it is performed: its bars, sections, chords, and the parts of every section."""

    def __init__(self, plan):
        self.plan, self.grid = plan, counted(plan)
        self.sections = formed(plan, self.grid)
        self.slots = harmonised(plan, self.grid, self.sections)
        self.settings = voiced(self.slots, plan.mood.lift)
        self.ground = Ground(self.slots, self.settings, hangings(plan, self.grid, self.slots, self.settings))
        stage = Stage(plan, self.grid, self.ground, self.sections)
        self.parts = [stage.parts(section) for section in self.sections]


def parallels(low, high):
    """The beats at which two lines go together from one fifth or octave to the next."""
    low, high = sorted(low), sorted(high)
    starts, found = [t.beat for t in low], []
    for before, tone in pairwise(high):
        n = bisect_right(starts, tone.beat + 1e-6) - 1
        if n < 1 or abs(starts[n] - tone.beat) > 1e-3:
            continue
        was, now = (before.pitch - low[n - 1].pitch) % 12, (tone.pitch - low[n].pitch) % 12
        both = low[n].pitch != low[n - 1].pitch and tone.pitch != before.pitch
        if both and was == now and was in (0, 7):
            found.append(tone.beat)
    return found


def notes(score):
    return sorted((n for v in score.voices for n in v.notes), key=lambda n: (n.time, n.pitch))
