"""The clip observer: CLIP's features of a frame, and scenes tagged by what a vocabulary of sights asks of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a.model.observations import ShotSize
from v2a_encoders.checkpoint import Checkpoint, chosen
from v2a_encoders.clip import Clip
from v2a_encoders.tags import Word, judged, means, words

RATE = Fraction(1, 2)
_BATCH = 16
_TEXTS = 32
_SIZED = 0.6
_SIZES: tuple[ShotSize, ...] = ("close", "medium", "wide")
_LACKS = "no CLIP checkpoint is at hand; run `v2a models pull clip`, or name one in V2A_CLIP"


class Sights(v2a.Observer):
    """Tags of scenes, inside or outside, day or night, and shot sizes, asked of CLIP in words.

    `clip` is the feature of a frame, a vector of length 1; a row every two seconds. Any checkpoint that open_clip loads
    will do; without one the observer stays out.
    """

    card = v2a.ObserverCard(
        name="clip",
        version="1",
        about="what CLIP sees, and scenes tagged by it",
        picture=v2a.PictureNeed(224, 224, RATE, fit="crop"),
        lead=Fraction(0),
        features={"clip": v2a.FeatureCard("picture", shape=(512,), dtype="float16")},
        after=("places", "faces"),
        finds=("scenes", "shots"),
        default=False,
        needs=("torch", "open_clip", "transformers"),
        lacks=_LACKS,
    )

    def __init__(self, checkpoint: Checkpoint | None = None, lacks: str = "") -> None:
        self._checkpoint = checkpoint
        self._model: Clip | None = None
        if lacks:
            self.card = replace(type(self).card, lacks=lacks)  # type: ignore[misc]
        if checkpoint is not None:
            self.card = _card(type(self).card, checkpoint)  # type: ignore[misc]

    def at(self, bench: v2a.Bench) -> Sights:
        """One with the checkpoint that lies here, which it loads once for all parts of a film."""
        try:
            return Sights(chosen(bench))
        except (v2a.V2aError, OSError, ValueError, KeyError) as error:
            return Sights(lacks=str(error))

    def open(self, bench: v2a.Bench, video: v2a.Video) -> v2a.Watcher:
        """A watcher that remembers nothing."""
        return _Eye(self._opened(bench))

    def _opened(self, bench: v2a.Bench) -> Clip:
        if self._model is None:
            self._model = Clip(bench, self._checkpoint or chosen(bench))
        return self._model

    def conclude(self, bench: v2a.Bench, so_far: v2a.Observations) -> v2a.Findings:
        """The scenes with tags and setting, and the shots with a size where they had none."""
        table, track = words("sights"), so_far.features["clip"]
        asked = _Asked(self._opened(bench), table)
        self._model = None
        scenes = judged(so_far.scenes, track.values(), track.clock(), table, asked)
        return v2a.Findings(shots=tuple(_sized(so_far.shots, track, table, asked)), scenes=scenes)


def _card(card: v2a.ObserverCard, checkpoint: Checkpoint) -> v2a.ObserverCard:
    return replace(
        card,
        version=f"{card.version}-{checkpoint.digest}",
        picture=v2a.PictureNeed(checkpoint.side, checkpoint.side, RATE, fit="crop"),
        features={"clip": v2a.FeatureCard("picture", shape=(checkpoint.width,), dtype="float16")},
        default=True,
        lacks="",
    )


class _Eye(v2a.Watcher):
    def __init__(self, model: Clip) -> None:
        self._model = model

    def see(self, frames: v2a.Frames) -> Mapping[str, NDArray[Any]]:
        """Encode each frame."""
        return {"clip": self._model.frames(frames.pixels, _BATCH).astype(np.float16)}


class _Asked:
    """The chance of every word in a frame: the words of one question, and what stands beside them, share 1."""

    def __init__(self, model: Clip, table: Sequence[Word]) -> None:
        self._questions = []
        for question in dict.fromkeys(word.question for word in table):
            columns = [n for n, word in enumerate(table) if word.question == question]
            besides = [text for n in columns for text in table[n].besides]
            prompts = [*(table[n].prompt for n in columns), *dict.fromkeys(besides)]
            self._questions.append((columns, model.texts(prompts, _TEXTS)))
        self._scale, self._count = model.scale, len(table)

    def __call__(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        made = np.zeros((len(rows), self._count), np.float32)
        for columns, texts in self._questions:
            odds = self._scale * (rows @ texts.T)
            chances = np.exp(odds - odds.max(1, keepdims=True))
            chances /= chances.sum(1, keepdims=True)
            made[:, columns] = chances[:, : len(columns)]
        return made


def _sized(
    shots: Sequence[v2a.Shot], track: v2a.FeatureTrack, table: Sequence[Word], asked: _Asked
) -> list[v2a.Shot]:
    """The shots with the size that the question of sizes tells."""
    columns = {
        size: n
        for n, word in enumerate(table)
        for size in _SIZES
        if (word.question, word.name) == ("size", size)
    }
    told = means([shot.span for shot in shots], track.values(), track.clock(), asked)
    made = []
    for shot, scores in zip(shots, told):
        best = max(_SIZES, key=lambda size: 0.0 if scores is None else scores[columns[size]])
        sure = scores is not None and scores[columns[best]] >= _SIZED
        made.append(replace(shot, size=best) if sure and shot.size is None else shot)
    return made
