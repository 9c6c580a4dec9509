"""The one decode pass: picture and sound of a film, at the sizes and rates that all who watch it ask for."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction

from v2a.errors import Cancelled
from v2a.interfaces import PictureNeed, SoundNeed
from v2a.media.decoded import Heard, Seen, Step, in_step
from v2a.media.losses import Losses
from v2a.media.picture_pass import watch
from v2a.media.sound_pass import listen
from v2a.model import Lost, Span, Video

__all__ = ["Decoding", "Heard", "Seen", "decode"]

_WAITING = 6
_POLL = 0.1
_PATIENCE = 30.0


def decode(
    video: Video,
    pictures: Sequence[PictureNeed],
    sounds: Sequence[SoundNeed],
    span: Span | None = None,
    cancelled: Callable[[], bool] | None = None,
    hears: Span | None = None,
) -> AbstractContextManager[Decoding]:
    """Decode a film or a span of it once, for all needs together; use it in a `with` block and iterate.

    The sound of another span than the picture's is decoded where `hears` names it.

    Each need gets its frames or blocks in order of time. Where the rate of a picture need is given, frame n is the
    one shown at n / rate; every n inside the span comes, black where nothing could be decoded.
    """
    seen, heard = _inside(span, video), _inside(hears or span, video)
    return _decode(_Pass(video, tuple(pictures), tuple(sounds), seen, heard), cancelled)


def _inside(span: Span | None, video: Video) -> Span:
    if span is None:
        return video.span
    return span.intersection(video.span) or Span(Fraction(0), Fraction(0))


@dataclass(frozen=True, slots=True)
class _Pass:
    video: Video
    pictures: tuple[PictureNeed, ...]
    sounds: tuple[SoundNeed, ...]
    seen: Span
    heard: Span


@contextlib.contextmanager
def _decode(work: _Pass, cancelled: Callable[[], bool] | None) -> Iterator[Decoding]:
    decoding = Decoding(work, cancelled or (lambda: False))
    try:
        yield decoding
    finally:
        decoding.close()


@dataclass(frozen=True, slots=True)
class _End:
    """The producer is done; `error` is why, where it did not end well."""

    error: BaseException | None = None


class Decoding(Iterator["Seen | Heard"]):
    """A decode pass at work: an iterator over what is seen and heard."""

    def __init__(self, work: _Pass, cancelled: Callable[[], bool]) -> None:
        self._work = work
        self._cancelled = cancelled
        self._losses = Losses(min(work.seen.start, work.heard.start))
        self._queue: queue.Queue[Seen | Heard | _End] = queue.Queue(_WAITING)
        self._stop = threading.Event()
        self._over = False
        self._producer = threading.Thread(target=self._produce, name="v2a decode", daemon=True)

    @property
    def lost(self) -> tuple[Lost, ...]:
        """The stretches that could not be decoded so far."""
        return self._losses.all()

    def __next__(self) -> Seen | Heard:
        """The next frames or block; raises Cancelled when the user stops the work."""
        if self._over:
            raise StopIteration
        if self._producer.ident is None:
            self._producer.start()
        item = self._take()
        if not isinstance(item, _End):
            return item
        self._over = True
        if item.error is not None:
            raise item.error
        raise StopIteration

    def _take(self) -> Seen | Heard | _End:
        while True:
            if self._cancelled():
                self.close()
                raise Cancelled("stopped", remedy="What was made is kept; run the same command to go on.")
            try:
                return self._queue.get(timeout=_POLL)
            except queue.Empty:
                if not self._producer.is_alive() and self._queue.empty():
                    return _End()

    def close(self) -> None:
        """Stop the producer and wait for it."""
        self._over = True
        self._stop.set()
        with contextlib.suppress(queue.Empty):
            while True:
                self._queue.get_nowait()
        if self._producer.ident is not None:
            self._producer.join(_PATIENCE)

    def _produce(self) -> None:
        end = _End()
        try:
            with contextlib.closing(self._steps()) as steps:
                for step in steps:
                    if not self._put(step.result):
                        return
        except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that reads
            end = _End(error)
        self._put(end)

    def _put(self, item: Seen | Heard | _End) -> bool:
        while not self._stop.is_set():
            try:
                self._queue.put(item, timeout=_POLL)
            except queue.Full:
                continue
            return True
        return False

    def _steps(self) -> Generator[Step, None, None]:
        work, stopped = self._work, self._stop.is_set
        halves: list[Generator[Step, None, None]] = []
        if work.pictures and work.seen.duration:
            halves.append(watch(work.video, work.pictures, work.seen, self._losses, stopped))
        if work.sounds and work.heard.duration:
            halves.append(listen(work.video, work.sounds, work.heard, self._losses, stopped))
        with contextlib.ExitStack() as stack:
            for half in halves:
                stack.enter_context(contextlib.closing(half))
            yield from in_step(halves)
