"""The contract every generator keeps, here and in a process of its own."""

from __future__ import annotations

import v2a_foley
from v2a.testing import Trial, check_generator


def test_foley_keeps_the_contract() -> None:
    check_generator(
        v2a_foley.Foley(), v2a_foley, trial=Trial(prompts=("footsteps on gravel", "door slam", "engine"))
    )


def test_atmos_keeps_the_contract() -> None:
    check_generator(v2a_foley.Atmos(), v2a_foley, trial=Trial(prompts=("rain", "sea", "crowd")))
