"""The wish to stop: ctrl-C and SIGTERM raise at once, and are remembered where a library swallows what was raised."""

from __future__ import annotations

import signal
import sys
from types import FrameType


class Stop:
    """Set by the first signal, for whoever asks later."""

    def __init__(self) -> None:
        """Nobody has asked to stop."""
        self._wanted = False

    def listen(self) -> None:
        """Take ctrl-C, where it is not ignored, and SIGTERM."""
        signal.signal(signal.SIGTERM, self._take)
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, self._take)
        sys.unraisablehook = _unraisable

    def is_wanted(self) -> bool:
        """Whether somebody asked to stop."""
        return self._wanted

    def _take(self, number: int, frame: FrameType | None) -> None:
        self._wanted = True
        raise KeyboardInterrupt


def _unraisable(what: sys.UnraisableHookArgs) -> None:
    """Say what a destructor raised, but for the wish to stop that came while one ran: that one is remembered."""
    if not issubclass(what.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(what)
