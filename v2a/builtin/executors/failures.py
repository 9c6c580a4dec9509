"""From what a plugin raised to the failure that a user is told of."""

from __future__ import annotations

import os
import traceback

from v2a.errors import (
    Cancelled,
    DiskFull,
    PluginError,
    PluginExited,
    PluginHung,
    PluginKilled,
    PluginRaised,
    V2aError,
    all_errors,
)
from v2a.files import write_error
from v2a.model import Failure, PluginFailed


def is_memory(error: BaseException) -> bool:
    """Whether memory ran out, on the machine or on the GPU (torch is not imported to find out)."""
    return isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"


def failure(error: BaseException) -> Failure:
    """The failure in one line; being cancelled and a full disk are not the plugin's and are raised."""
    if isinstance(error, Cancelled):
        raise error
    if os.environ.get("V2A_DEBUG") == "1":
        traceback.print_exception(error)
    if isinstance(error, OSError):
        full = write_error(error, error.filename or "the disk")
        if isinstance(full, DiskFull):
            raise full from error
    if isinstance(error, V2aError):
        where = f"{error.where}: " if error.where else ""
        return Failure(one_line(where + error.what), one_line(error.remedy), error.exit_code)
    if isinstance(error, SystemExit):
        return exited(error.code if isinstance(error.code, int) else 1)
    if is_memory(error):
        return Failure(
            "ran out of memory",
            "Close other programs, or choose a smaller model or another device.",
            PluginKilled.exit_code,
        )
    said = f"raised {type(error).__name__}: {error}" if str(error) else f"raised {type(error).__name__}"
    return Failure(
        one_line(said), "Tell its author, or choose another generator for this cue.", PluginRaised.exit_code
    )


def blamed(problem: BaseException | Failure, where: str, remedy: str) -> V2aError:
    """What a plugin raised, or its failure, as an error that names it; a remedy that it gave itself is kept."""
    failed = problem if isinstance(problem, Failure) else failure(problem)
    kind = kind_of(failed.exit_code)
    if not issubclass(kind, PluginError):
        remedy = failed.remedy or remedy
    elif kind is PluginHung:
        remedy = f"{remedy} Raise generate.stall if it is only slow."
    return kind(failed.what, where=where, remedy=remedy)


def told(error: V2aError) -> PluginFailed:
    """The notice of an error that the work goes on without."""
    return PluginFailed(error.where, error.what, error.remedy, error.exit_code)


def untold(notice: PluginFailed) -> V2aError:
    """The error of a notice."""
    return kind_of(notice.exit_code)(notice.what, where=notice.where, remedy=notice.remedy)


def kind_of(exit_code: int) -> type[V2aError]:
    """The error of an exit code."""
    return next((kind for kind in all_errors() if kind.exit_code == exit_code), PluginRaised)


def exited(code: int, last_words: str = "") -> Failure:
    """The failure of a plugin that ended its process."""
    said = f" ({last_words})" if last_words else ""
    return Failure(
        one_line(f"ended its process with code {code}{said}"),
        "Tell its author, or choose another generator for this cue.",
        PluginExited.exit_code,
    )


def one_line(text: str, most: int = 400) -> str:
    """The text without line breaks, cut where it is very long."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
