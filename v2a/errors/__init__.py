"""Every error v2a raises: one line that says what, where and what to do, and an exit code.

V2aError
├── InputError          the film: FileMissing, IsADirectory, FileEmpty, FileDamaged, NotAVideo, NoPicture, Unreadable,
│                       ReelsDiffer
├── OutputError         where results go: DiskFull, CannotWrite, ProjectLocked
├── DocumentError       what the user wrote: SpottingSyntax, UnknownGenerator, TimeOutsideFilm, PresetError,
│                       UnknownName, BriefError, TimecodeError, StretchRefused
├── PluginError         what a plugin did: PluginBroken, PluginClash, PluginRaised, PluginHung, PluginExited,
│                       PluginKilled, PluginContract
├── ProgramError        another program: ProgramMissing, ProgramFailed
├── WeightsError        a model's weights: WeightsMissing, WeightsDamaged, WeightsUnfit, WeightsUnsafe, LicenceUnread,
│                       MemoryShort, WeightsUnreachable
└── Cancelled           the user stopped it

The numbers are part of the public interface: `docs/cli.md` lists them, and a script may rely on them.
"""

from __future__ import annotations

from collections.abc import Iterator

from v2a.errors.given import BriefError as BriefError
from v2a.errors.given import CannotWrite as CannotWrite
from v2a.errors.given import DiskFull as DiskFull
from v2a.errors.given import DocumentError as DocumentError
from v2a.errors.given import FileDamaged as FileDamaged
from v2a.errors.given import FileEmpty as FileEmpty
from v2a.errors.given import FileMissing as FileMissing
from v2a.errors.given import InputError as InputError
from v2a.errors.given import IsADirectory as IsADirectory
from v2a.errors.given import NoPicture as NoPicture
from v2a.errors.given import NotAVideo as NotAVideo
from v2a.errors.given import OutOfSpec as OutOfSpec
from v2a.errors.given import OutOfSync as OutOfSync
from v2a.errors.given import OutputError as OutputError
from v2a.errors.given import PresetError as PresetError
from v2a.errors.given import ProjectLocked as ProjectLocked
from v2a.errors.given import ReelsDiffer as ReelsDiffer
from v2a.errors.given import SpottingSyntax as SpottingSyntax
from v2a.errors.given import StretchRefused as StretchRefused
from v2a.errors.given import TimecodeError as TimecodeError
from v2a.errors.given import TimeOutsideFilm as TimeOutsideFilm
from v2a.errors.given import UnknownGenerator as UnknownGenerator
from v2a.errors.given import UnknownName as UnknownName
from v2a.errors.given import Unreadable as Unreadable
from v2a.errors.root import Cancelled as Cancelled
from v2a.errors.root import V2aError as V2aError
from v2a.errors.working import LicenceUnread as LicenceUnread
from v2a.errors.working import MemoryShort as MemoryShort
from v2a.errors.working import PluginBroken as PluginBroken
from v2a.errors.working import PluginClash as PluginClash
from v2a.errors.working import PluginContract as PluginContract
from v2a.errors.working import PluginError as PluginError
from v2a.errors.working import PluginExited as PluginExited
from v2a.errors.working import PluginHung as PluginHung
from v2a.errors.working import PluginKilled as PluginKilled
from v2a.errors.working import PluginRaised as PluginRaised
from v2a.errors.working import ProgramError as ProgramError
from v2a.errors.working import ProgramFailed as ProgramFailed
from v2a.errors.working import ProgramMissing as ProgramMissing
from v2a.errors.working import WeightsDamaged as WeightsDamaged
from v2a.errors.working import WeightsError as WeightsError
from v2a.errors.working import WeightsMissing as WeightsMissing
from v2a.errors.working import WeightsUnfit as WeightsUnfit
from v2a.errors.working import WeightsUnreachable as WeightsUnreachable
from v2a.errors.working import WeightsUnsafe as WeightsUnsafe


def all_errors() -> Iterator[type[V2aError]]:
    """Every error class of this package, for the table of exit codes."""
    waiting: list[type[V2aError]] = [V2aError]
    while waiting:
        kind = waiting.pop(0)
        yield kind
        waiting.extend(c for c in kind.__subclasses__() if c.__module__.startswith(f"{__name__}."))
