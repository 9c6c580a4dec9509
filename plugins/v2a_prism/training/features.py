"""The features of all windows: one encoder is opened after another, run over all that lack its features, and closed."""

from __future__ import annotations

import hashlib
import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a.errors import InputError, WeightsUnfit
from v2a.files import writing
from v2a.media import decode
from v2a_encoders import exchange
from v2a_encoders.pictures import Synchformer, VideoPrism
from v2a_encoders.t5 import T5GemmaText
from v2a_prism.conditioner import TOKENS
from v2a_prism.config import Config
from v2a_prism.training.folder import Trouble, Window
from v2a_prism.training.kept import Kept, Lying, Rows

_FRAMES = 4
_GROUPS = Fraction(25, 8)

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, eq=False)
class Conditions:
    """What a window is conditioned on: rows of picture, text and sync."""

    video: Lying
    text: Lying
    sync: Lying


def nothing(config: Config, seconds: Fraction, kept: Kept) -> Conditions:
    """What stands for no picture and no text, as long as a window: zeros, which is what the generator tells then too."""
    groups = max(1, math.ceil(_GROUPS * seconds) - 1)
    shapes = (
        (math.ceil(_FRAMES * seconds), config.video.size),
        (1, config.text.size),
        (TOKENS * groups, config.sync.size),
    )
    return Conditions(*(_kept(kept, np.zeros(shape, np.float32)) for shape in shapes))


def conditions(
    windows: Sequence[Window], config: Config, bench: v2a.Bench, kept: Kept, tell: Tell
) -> tuple[dict[Window, Conditions], list[Trouble]]:
    """The features of windows, and which files have none and are left out."""
    work = _Work(bench, kept, tell, [])
    given = {w: path for w in windows if (path := w.source.features) is not None}
    found = {w: read for w, path in given.items() if (read := work.given(path)) is not None}
    encoded = [w for w in windows if w not in given]
    texts = work.read(T5GemmaText(), [w for w in encoded if w.source.text])
    videos = work.read(VideoPrism(), [w for w in encoded if w.source.video is not None])
    syncs = work.read(Synchformer(), [w for w in encoded if w.source.video is not None])
    lost = {trouble.path for trouble in work.troubles}
    for window in encoded:
        plain = nothing(config, window.span.duration, kept)
        found[window] = Conditions(
            videos.get(window, plain.video), texts.get(window, plain.text), syncs.get(window, plain.sync)
        )
    used: dict[Window, Conditions] = {}
    for window, rows in found.items():
        if window.source.path in lost:
            continue
        try:
            _fit(rows, config)
        except WeightsUnfit as error:
            if window not in given:
                raise
            work.troubles.append(Trouble(given[window], error.what))
            continue
        used[window] = rows
    return used, work.troubles


@dataclass(frozen=True, eq=False)
class _Work:
    bench: v2a.Bench
    kept: Kept
    tell: Tell
    troubles: list[Trouble]

    def read(self, encoder: v2a.Encoder, windows: Sequence[Window]) -> dict[Window, Lying]:
        """What an encoder says of windows; it is opened only where some of that is not kept."""
        card = encoder.card
        found = {w: rows for w in windows if (rows := self.kept.find(*_made_from(card, w))) is not None}
        absent = [w for w in windows if w not in found]
        if absent:
            with closing(encoder.open(self.bench)) as reader:
                for done, window in enumerate(absent, 1):
                    answer = self._asked(reader, card, window)
                    if isinstance(answer, v2a.Failure):
                        self.troubles.append(Trouble(window.source.path, f"{card.name} {answer.what}"))
                    else:
                        found[window] = self.kept.put(answer, *_made_from(card, window))
                    self.tell(card.name, done, len(absent))
        return found

    def given(self, path: Path) -> Conditions | None:
        """The features that lie beside a file."""
        try:
            read = exchange.read(path)
        except InputError as error:
            self.troubles.append(Trouble(path, error.what))
            return None
        return Conditions(*(_kept(self.kept, rows) for rows in (read.video, read.text, read.sync)))

    def _asked(self, reader: v2a.Reader, card: v2a.EncoderCard, window: Window) -> Rows | v2a.Failure:
        try:
            with _request(card, window, self.bench.scratch) as request:
                (answer,) = reader([request])
        except InputError as error:
            return v2a.Failure(f"cannot see it: {error.what}")
        return answer


def _made_from(card: v2a.EncoderCard, window: Window) -> tuple[str, ...]:
    """What a feature follows from."""
    source, span = window.source, window.span
    subject = (source.text,) if card.reads == "text" else (source.known, str(span.start), str(span.end))
    return (card.name, card.version, card.weights, *subject)


@contextmanager
def _request(card: v2a.EncoderCard, window: Window, scratch: Path) -> Iterator[v2a.EncodeRequest]:
    """The request for a window; its frames lie in a scratch file as long as the block lasts."""
    video, need = window.source.video, card.picture
    if video is None or need is None:
        yield v2a.EncodeRequest(text=window.source.text)
        return
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        path = Path(folder) / "frames.npy"
        with writing(path):
            np.save(path, _frames(video, need, window.span), allow_pickle=False)
        yield v2a.EncodeRequest(frames=str(path), span=window.span)


def _frames(video: v2a.Video, need: v2a.PictureNeed, span: v2a.Span) -> NDArray[np.uint8]:
    with decode.decode(video, [need], [], span) as decoding:
        seen = [np.ascontiguousarray(step.frames.pixels) for step in _seen(decoding)]
    if not seen:
        return np.zeros((0, need.height, need.width, 3), np.uint8)
    return np.concatenate(seen)


def _seen(decoding: decode.Decoding) -> Iterator[decode.Seen]:
    for step in decoding:
        if isinstance(step, decode.Seen):
            yield step


def _kept(kept: Kept, rows: Rows) -> Lying:
    """An array that follows from nothing but itself."""
    known = hashlib.sha256(rows.tobytes()).hexdigest()
    return kept.find(str(rows.shape), known) or kept.put(rows, str(rows.shape), known)


def _fit(found: Conditions, config: Config) -> None:
    for name, rows, end in (
        ("picture", found.video, config.video),
        ("text", found.text, config.text),
        ("sync", found.sync, config.sync),
    ):
        if len(rows.shape) != 2 or rows.shape[1] != end.size:
            raise WeightsUnfit(
                f"the {name} features have {rows.shape[-1]} numbers a row, and this model takes {end.size}",
                remedy="Use the encoders, or features of those, that the model was made for.",
            )
