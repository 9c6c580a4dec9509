"""The built-in planner: spots a film without weights."""

from v2a.builtin.planner.planner import BuiltinPlanner, stated_hits
from v2a.interfaces.planner import Planner

PLANNERS: tuple[Planner, ...] = (BuiltinPlanner(),)

__all__ = ["PLANNERS", "BuiltinPlanner", "stated_hits"]
