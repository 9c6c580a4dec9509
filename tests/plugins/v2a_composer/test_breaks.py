"""Nothing breaks in loud music: what stands out of it like a click is a drum's own stroke."""

from fractions import Fraction

import numpy as np
import pytest

import v2a
from v2a.dsp.clicks import clicks
from v2a_composer import fonts
from v2a_composer.composer import composer

pytestmark = pytest.mark.usefixtures("brought")
RATE, START, SECONDS, WHOLE = 48_000, 92, 14, 180
STROKE = 0.004


@pytest.mark.parametrize(("mood", "seed"), [("epic", 50), ("action", 54)])
def test_only_drums_stand_out_of_a_tutti_and_only_as_they_are_struck(mood, seed):
    maker = composer(fonts.chosen()).open(v2a.Bench())

    def window(start, length):
        span = v2a.Span(Fraction(start), Fraction(start + length))
        request = v2a.Request(
            "1M1", "mx", f"{mood} music", span, Fraction(WHOLE), seed, RATE, 2, params={"parts": True}
        )
        (made,) = maker([request])
        return made

    score, made = window(0, 1).score, window(START, SECONDS)
    assert len(made.parts) > 3
    for name, part in made.parts.items():
        if name != "percussion":
            assert not len(clicks([part.samples], RATE)), name
    struck = [n.time - START for v in score.voices if v.section == "percussion" for n in v.notes]
    for time in clicks([made.sound.samples], RATE):
        assert np.min(np.abs(np.array(struck) - time)) < STROKE
