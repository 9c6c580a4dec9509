"""The generator: from a request to music that begins and ends with its cue."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import v2a
from v2a_composer import fonts
from v2a_composer.writing.genres import GENRES
from v2a_composer.writing.moods import MOODS
from v2a_composer.writing.reading import WORDS


@dataclass(frozen=True)
class ComposerParams:
    """How the music is to be, and what it is played from."""

    mood: str = v2a.option("", "the mood; without one it is read from the prompt", choices=("", *MOODS))
    genre: str = v2a.option("", "the genre; without one it is read from the prompt", choices=("", *GENRES))
    soundfont: str = v2a.option(
        "", "an .sf2 or .sf3 file to play from; without one a font of the system", file=True
    )
    parts: bool = v2a.option(False, "keep each section of the orchestra as a part of its own")


def card_over(font: Path | None) -> v2a.GeneratorCard:
    """The card where this font is played: takes follow from it."""
    return v2a.GeneratorCard(
        name="composer",
        version=f"10+{fonts.known_by(font)}",
        kinds=("mx",),
        licence=v2a.Licence(
            "GPL-3.0-or-later", commercial="yes", read="https://www.gnu.org/licenses/gpl-3.0.html"
        ),
        about=f"music to picture, composed and played from {font.name if font else 'a soundfont'}",
        windowing="exact",
        window=Fraction(60),
        words=WORDS,
        accepts=("avoid", "tempo", "moments"),
        params=ComposerParams,
    )


class _Composer(v2a.Generator):
    """Composes and plays."""

    def open(self, bench: v2a.Bench) -> v2a.Maker:
        """A maker that remembers the cue it is at, so that its windows are composed once."""
        from v2a_composer.desk import Desk

        return Desk()


def composer(font: Path | None) -> v2a.Generator:
    """The generator that plays this font where no other is asked for."""

    class Composer(_Composer):
        """Composes, and plays from the font."""

        card = card_over(font)

    return Composer()
