"""From a request to notes: what is to be composed, and the score that comes of it."""

from __future__ import annotations

from v2a_composer.writing.plans import Plan, plan_for
from v2a_composer.writing.scoring import compose, summed

__all__ = ["Plan", "compose", "plan_for", "summed"]
