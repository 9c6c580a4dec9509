"""The error that all others are, and the one of a user who stops the work."""

from __future__ import annotations


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


class Cancelled(V2aError):
    """The user stopped the work."""

    exit_code = 130
