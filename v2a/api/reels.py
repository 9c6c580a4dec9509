"""Several films as the reels of one programme: a session for each, and what is done with all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from v2a.api import programme
from v2a.api.order import Order
from v2a.api.session import Session
from v2a.errors import CannotWrite, ReelsDiffer
from v2a.host import Host
from v2a.model import Delivery, SpottingList
from v2a.stages.delivering.places import Slate


def orders(wanted: Order, films: Sequence[Path]) -> tuple[Order, ...]:
    """The order of each film: one film gets the order as it is, but for an output that is a folder; of several, outputs
    and projects go into the folders that are named for them."""
    if len(films) == 1:
        alone = replace(wanted, video=films[0])
        inside = wanted.output is not None and wanted.output.is_dir()
        return (replace(alone, output=None, into=wanted.output) if inside else alone,)
    if wanted.start or wanted.end or wanted.start_tc:
        raise ReelsDiffer(
            "a part or a start timecode is of one reel",
            where=", ".join(film.name for film in films),
            remedy="Name that reel alone with --from, --to and --start-tc.",
        )
    if wanted.output is not None and wanted.output.is_file():
        raise CannotWrite("is a file where a folder belongs", where=str(wanted.output),
                          remedy="Name a folder for the scored reels with -o.")  # fmt: skip
    return tuple(
        replace(wanted, video=film, output=None, into=wanted.output, project=_project(wanted, film))
        for film in films
    )


def _project(wanted: Order, film: Path) -> Path | None:
    return None if wanted.project is None else wanted.project / f"{film.stem}.v2a"


class Reels:
    """The sessions of one film, or of the reels of a programme, in their order. Use it as a context manager."""

    def __init__(
        self, wanted: Sequence[Order], *, host: Callable[[], Host] = Host.discover, **given: Any
    ) -> None:
        """Open a session on each order."""
        self._closing = ExitStack()
        _check(wanted)
        try:
            found = host()
            self.sessions: tuple[Session, ...] = tuple(
                self._closing.enter_context(order.session(host=found, **given)) for order in wanted
            )
            self._check_rates()
            self._check_names()
        except BaseException:
            self._closing.close()
            raise

    def __enter__(self) -> Self:
        """The reels themselves."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all sessions; an error is accompanied by the plugins that failed before it."""
        self._closing.__exit__(kind, error, trace)

    def _check_rates(self) -> None:
        videos = [session.video for session in self.sessions]
        if len({video.frame_rate for video in videos}) > 1:
            told = ", ".join(f"{Path(video.path).name} {float(video.frame_rate):g}" for video in videos)
            raise ReelsDiffer(
                "the reels of a programme have one frame rate",
                where=told,
                remedy="Score those of another rate by themselves.",
            )

    def _check_names(self) -> None:
        """Refuse reels whose films or stems would be written over each other."""
        if len(self.sessions) == 1:
            return
        names: dict[str, str] = {}
        for session in self.sessions:
            written = [str(session.output().resolve())]
            if session.order.stems is not None:
                written.append(Slate.of(session.video, 1).file("MIX"))
            for name in written:
                other = names.setdefault(name, session.video.path)
                if other != session.video.path:
                    raise ReelsDiffer(
                        f"{other} and {session.video.path} would both write {Path(name).name}",
                        remedy="Give the reels names of their own, such as harbour_R1 and harbour_R2.",
                    )

    def spot(self, imported: Path | None = None) -> tuple[SpottingList, ...]:
        """Decide where sound goes in all reels at once, and merge it into their spotting lists."""
        return programme.spot(self.sessions, imported)

    def score(self) -> tuple[Delivery, ...]:
        """Spot and render all reels, measured and set as one."""
        return programme.score(self.sessions)

    def render(self) -> tuple[Delivery, ...]:
        """Make the sound of the spotting lists as they are and deliver, measured and set as one."""
        return programme.render(self.sessions)


def _check(wanted: Sequence[Order]) -> None:
    seen: set[Path] = set()
    for order in wanted:
        place = order.video.resolve()
        if place in seen:
            raise ReelsDiffer(
                "is named twice", where=str(order.video), remedy="Name each reel once, in order."
            )
        seen.add(place)
