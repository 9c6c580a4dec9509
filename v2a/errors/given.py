"""Errors in what v2a is given: the film, the place for results, and what the user wrote."""

from __future__ import annotations

from v2a.errors.root import V2aError


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
