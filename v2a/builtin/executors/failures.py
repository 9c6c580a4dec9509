"""From what a plugin raised to the failure that a user is told of."""

from __future__ import annotations

import os
import traceback

from v2a.errors import Cancelled, DiskFull, PluginExited, PluginKilled, PluginRaised, V2aError
from v2a.files import write_error
from v2a.model import Failure


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
