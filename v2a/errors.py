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


class V2aError(Exception):
    """An error with a remedy; `str()` is the one line that a user sees."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where, remedy)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        """What, where and what to do, in one line."""
        line = f"{self.where}: {self.what}" if self.where else self.what
        if self.remedy:
            line = f"{line.rstrip('.')}. {self.remedy}"
        return " ".join(line.split())

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by parts, so that an error survives the way out of a worker process."""
        return (_rebuild, (type(self), self.what, self.where, self.remedy))


def _rebuild(kind: type[V2aError], what: str, where: str, remedy: str) -> V2aError:
    return kind(what, where=where, remedy=remedy)


class InputError(V2aError):
    """Something is wrong with the film."""

    exit_code = 10


class FileMissing(InputError):
    """There is no such file."""

    exit_code = 11


class IsADirectory(InputError):
    """A folder was given where a file belongs."""

    exit_code = 12


class FileEmpty(InputError):
    """The file has no bytes."""

    exit_code = 13


class FileDamaged(InputError):
    """The file is cut short or corrupt beyond reading."""

    exit_code = 14


class NotAVideo(InputError):
    """The file is not media at all."""

    exit_code = 15


class NoPicture(InputError):
    """The file has sound and no picture."""

    exit_code = 16


class Unreadable(InputError):
    """The system does not let us read it."""

    exit_code = 17


class ReelsDiffer(InputError):
    """Reels that were given as one programme do not fit together."""

    exit_code = 18


class OutputError(V2aError):
    """Something is wrong with where results go."""

    exit_code = 20


class DiskFull(OutputError):
    """No room left."""

    exit_code = 21


class CannotWrite(OutputError):
    """The system does not let us write there."""

    exit_code = 22


class ProjectLocked(OutputError):
    """Another v2a is writing to this project, or into this model's folder."""

    exit_code = 23


class OutOfSpec(OutputError):
    """A finished file does not keep the loudness rules it was measured against."""

    exit_code = 24


class OutOfSync(OutputError):
    """How sound and picture belong together cannot be told, so nothing was moved."""

    exit_code = 25


class DocumentError(V2aError):
    """Something is wrong with what the user wrote."""

    exit_code = 30


class SpottingSyntax(DocumentError):
    """The spotting list cannot be read."""

    exit_code = 31


class UnknownGenerator(DocumentError):
    """No installed plugin has a generator of that name."""

    exit_code = 32


class TimeOutsideFilm(DocumentError):
    """A cue lies outside the film."""

    exit_code = 33


class PresetError(DocumentError):
    """A preset has an unknown key or a value that does not fit."""

    exit_code = 34


class UnknownName(DocumentError):
    """No preset, spec, cue, take or the like of that name."""

    exit_code = 35


class BriefError(DocumentError):
    """The brief cannot be read."""

    exit_code = 36


class TimecodeError(DocumentError):
    """A timecode that does not exist at the film's frame rate."""

    exit_code = 37


class StretchRefused(DocumentError):
    """A sound cannot be stretched as it was asked for."""

    exit_code = 38


class PluginError(V2aError):
    """A plugin did what it must not."""

    exit_code = 40


class PluginBroken(PluginError):
    """A plugin does not import or does not fit; it is left out."""

    exit_code = 41


class PluginClash(PluginError):
    """Two plugins registered one name."""

    exit_code = 42


class PluginRaised(PluginError):
    """A plugin raised an error."""

    exit_code = 43


class PluginHung(PluginError):
    """A plugin did not answer in time."""

    exit_code = 44


class PluginExited(PluginError):
    """A plugin ended its process."""

    exit_code = 45


class PluginKilled(PluginError):
    """A plugin's process was killed, most often for memory."""

    exit_code = 46


class PluginContract(PluginError):
    """A plugin answered with something the contract does not allow."""

    exit_code = 47


class ProgramError(V2aError):
    """Another program failed."""

    exit_code = 50


class ProgramMissing(ProgramError):
    """Another program that is needed is not there."""

    exit_code = 51


class ProgramFailed(ProgramError):
    """Another program ended with an error."""

    exit_code = 52


class WeightsError(V2aError):
    """Something is wrong with a model's weights."""

    exit_code = 60


class WeightsMissing(WeightsError):
    """A model's weights are not on this machine."""

    exit_code = 61


class WeightsDamaged(WeightsError):
    """A file of weights is cut short, or is not what its checksum says."""

    exit_code = 62


class WeightsUnfit(WeightsError):
    """A checkpoint lacks tensors of its model, has others, or has some of another shape."""

    exit_code = 63


class WeightsUnsafe(WeightsError):
    """A checkpoint holds more than tensors and could run code; it is not opened."""

    exit_code = 64


class LicenceUnread(WeightsError):
    """The licence of a model's weights was not acknowledged."""

    exit_code = 65


class MemoryShort(WeightsError):
    """A model does not fit into the memory of the device, or into what it was allowed."""

    exit_code = 66


class WeightsUnreachable(WeightsError):
    """The server of a model's weights cannot be reached, or does not give them out."""

    exit_code = 67


class Cancelled(V2aError):
    """The user stopped the work."""

    exit_code = 130


def all_errors() -> Iterator[type[V2aError]]:
    """Every error class of this module, for the table of exit codes."""
    waiting: list[type[V2aError]] = [V2aError]
    while waiting:
        kind = waiting.pop(0)
        yield kind
        waiting.extend(c for c in kind.__subclasses__() if c.__module__ == __name__)
