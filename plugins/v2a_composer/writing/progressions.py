"""The books of harmony: which chord follows which in a family, and how phrases close."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Book:
    """A family of progressions: `moves` lists for each chord those that follow it, more often named the likelier.

    The first of `moves` is where phrases begin. `closes` has the ways in which phrases end.
    """

    moves: Mapping[str, tuple[str, ...]]
    closes: Mapping[str, tuple[tuple[str, ...], ...]]

    @property
    def home(self) -> str:
        """The chord that phrases begin with."""
        return next(iter(self.moves))


def _book(moves: str, **closes: str) -> Book:
    steps = {}
    for line in moves.strip().splitlines():
        chord, _, following = line.strip().partition(": ")
        steps[chord] = tuple(following.split())
    return Book(
        steps, {kind: tuple(tuple(way.split()) for way in ways.split("|")) for kind, ways in closes.items()}
    )


BOOKS: Mapping[str, Book] = {
    "functional": _book(
        """I: IV IV vi vi V ii ii iii I/3 V7/vi V7/IV
        I/3: IV IV ii
        ii: V V V viio V7/V IV
        iii: vi vi IV IV
        IV: I V V ii ii iv I/3
        iv: I V
        V: I vi vi I/3 IV
        V7/V: V
        V7/vi: vi
        V7/ii: ii
        V7/IV: IV
        vi: IV IV ii ii iii V7/V V
        viio: I""",
        full="ii V7 I|IV V I|I/5 V7 I|ii7 Vsus4 I", half="ii V|IV V|V7/V V|vi V", open="IV|vi IV|ii", turned="V vi|V7 IV",
        final="ii|IV|IV iv|vi ii",
    ),
    "nostalgic": _book(
        """I: Imaj7 IV iii vi V7/IV bVII I/3
        Imaj7: IV vi iii
        I/3: IV
        IV: iv I iii ii V
        iv: I I
        iii: vi IV
        V7/IV: IV
        bVII: IV IV
        ii: V iv
        V: I vi
        vi: IV ii V7/V
        V7/V: ii V""",
        full="IV iv I|ii V7 I|bVII IV I", half="ii V|iv V", open="IV|iii vi", turned="V vi|V iv", final="IV|ii|vi IV",
    ),
    "playful": _book(
        """I: IV V vi II ii V7/ii bVII
        II: IV V I
        V7/ii: ii
        ii: V V bVII
        IV: I V II I
        bVII: IV I
        V: I I vi IV
        vi: ii IV II""",
        full="ii V7 I|IV V7 I|bVII V I", half="II V|ii V|IV V", open="IV|bVII IV", turned="V vi|V bVI", final="ii|IV|V7/ii ii",
    ),
    "heroic": _book(
        """I: bVII IV V vi bVI bIII I/3
        bVII: IV I bVI
        I/3: IV
        IV: I V bVII vi
        V: I vi IV bVI
        vi: IV V bVI
        bVI: bVII bVII IV
        bIII: bVII IV bVI""",
        full="bVI bVII I|IV V I|ii V I", half="IV V|bVI V|ii V", open="bVII|IV", turned="V bVI|V vi", final="bVI bVII|IV|ii",
    ),
    "still": _book(
        """I: II IV vi iii Imaj7 v
        Imaj7: IV vi II
        II: I IV vi
        IV: I iii Imaj7 II
        iii: IV vi
        vi: IV iii II
        v: IV I""",
        full="IV I|II I|iii IV I", half="IV Vsus4|vi II|ii", open="IV|II|iii", turned="vi|II vi", final="vi|iii|IV",
    ),
    "lifted": _book(
        """I: II bVI bIII vi #IVo iii
        II: I vi bVII
        bVI: I bIII II
        bIII: I bVI bVII
        bVII: I bIII
        vi: II bVI iii
        iii: I bVI
        #IVo: I II""",
        full="II I|bVI I|bIII II I", half="II|bVI bVII", open="bIII|vi|bVI", turned="bVI|iii", final="II|bVI|bIII bVI",
    ),
    "aeolian": _book(
        """i: bVI bVI iv bVII bIII v i/3 V7/iv
        i/3: iv bVI
        bVI: bIII bVII bVII iv i
        bVII: bIII i bVI
        bIII: bVII bVI iv V7/bVI
        iv: i bVII V bVI bII
        V7/iv: iv
        V7/bVI: bVI
        v: bVI iv
        bII: V i/3
        V: i bVI""",
        full="iv V7 i|iih7 V7 i|bVI V i|bII V i|i/5 V7 i", half="iv V|bVI V|iih7 V", open="bVI|iv|bVII",
        turned="V bVI|V7 bVI", final="iv|bVI iv|iih7",
    ),
    "epic": _book(
        """i: bVI bVI bVII bIII iv
        bVI: bVII bVII bIII iv i
        bVII: i bIII bVI IV
        bIII: bVII bVI IV
        IV: bVI i
        iv: bVI bVII V
        V: i bVI""",
        full="bVI bVII i|iv V i|bVI V i", half="bVI V|iv Vsus4|bVII V", open="bVII|bIII bVII", turned="bVII bVI|V bVI",
        final="bVI|iv bVI|bIII bVI",
    ),
    "dorian": _book(
        """i: IV IV bVII bIII v ii
        IV: i i bVII bIII
        ii: bVII v
        bVII: IV i bVI bIII
        bIII: IV bVII bVI
        bVI: bVII IV
        v: IV i""",
        full="IV bVII i|bVI bVII i|IV v i", half="IV v|bVII IV|bIII bVII", open="bVII|IV|bIII", turned="bVII bVI|v bVI",
        final="bVI|IV|bIII IV",
    ),
    "phrygian": _book(
        """i: bII i bvii bVI iv io
        bII: i i bvii
        bvii: i bVI bII
        bVI: bII i v
        iv: bII i bVI
        v: i bVI
        io: i bII""",
        full="bII i|iv bII i|bvii i", half="bVI bII|iv Vsus4|bII", open="bII|bVI|io", turned="bII bVI|bvii bVI", final="bVI|iv|bII bVI",
    ),
    "uncanny": _book(
        """i: bvi #ivo bVI biii bII III
        bvi: i bII biii
        biii: i bvi
        III: i bvi
        bVI: i bII #ivo
        bII: i bVI
        #ivo: i bII iv
        iv: i bVI""",
        full="bII i|#ivo i|bvi i", half="bVI bII|#ivo", open="bvi|bVI|biii", turned="bII bvi|bVI", final="bVI|bvi|iv",
    ),
    "jazz": _book(
        """Imaj7: vi7 ii7 iii7 IVmaj7 V7/ii
        ii7: V7 V7 bII7 iii7
        iii7: vi7 V7/ii IVmaj7
        IVmaj7: iv7 ii7 V7 iii7
        iv7: Imaj7 bVII7
        bVII7: Imaj7
        V7/ii: ii7
        V7/V: ii7 V7
        V7: Imaj7 iii7 vi7
        bII7: Imaj7
        vi7: ii7 ii7 V7/V IVmaj7""",
        full="ii7 V7 Imaj7|ii7 bII7 Imaj7", half="ii7 V7|vi7 V7/V V7", open="IVmaj7|vi7", turned="V7 vi7|V7 iii7", final="ii7|vi7 ii7",
    ),
    "cool": _book(
        """i7: iv7 bVI7 iih7 IV7 bVIImaj7
        iv7: bVII7 iih7 i7 V7
        bVII7: bIIImaj7 i7
        bIIImaj7: bVI7 iih7
        bVI7: V7 iih7
        IV7: i7 i7
        bVIImaj7: bIIImaj7 iv7
        iih7: V7
        V7: i7 i7 bVI7""",
        full="iih7 V7 i7|bVI7 V7 i7", half="iih7 V7|bVI7 V7", open="iv7|IV7", turned="V7 bVI7|V7 iv7", final="iih7|iv7|bVI7",
    ),
}  # fmt: skip

PAIRS: Mapping[str, tuple[str, str]] = {
    "functional": ("functional", "aeolian"),
    "nostalgic": ("nostalgic", "aeolian"),
    "playful": ("playful", "dorian"),
    "heroic": ("heroic", "epic"),
    "still": ("still", "dorian"),
    "chromatic": ("lifted", "uncanny"),
    "aeolian": ("functional", "aeolian"),
    "epic": ("heroic", "epic"),
    "dorian": ("functional", "dorian"),
    "phrygian": ("lifted", "phrygian"),
    "jazz": ("jazz", "cool"),
}
"""The book of a family in a bright mode, and the one in a dark mode."""


def book_of(family: str, bright: bool) -> Book:
    """The book of a family in a mode with a major or a minor third."""
    return BOOKS[PAIRS[family][0 if bright else 1]]
