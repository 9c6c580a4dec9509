"""The project folder `film.v2a/`: spotting list, takes, lock, and the merge that never overwrites the user."""

from v2a.project.folder import Project, Settings
from v2a.project.memory import Memory
from v2a.project.merge import Merged, Scope, edited, merge, merged
from v2a.project.numbering import Numbering
from v2a.project.takes import TakeBook
from v2a.project.times import Clock, read_seconds

__all__ = [
    "Clock",
    "Memory",
    "Merged",
    "Numbering",
    "Project",
    "Scope",
    "Settings",
    "TakeBook",
    "edited",
    "merge",
    "merged",
    "read_seconds",
]
