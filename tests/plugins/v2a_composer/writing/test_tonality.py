"""Keys and chords."""

import pytest

from v2a_composer.writing.progressions import BOOKS, PAIRS
from v2a_composer.writing.tonality import MODES, Key, chord

A_MINOR, C_MAJOR = Key(9, "minor"), Key(0, "major")


@pytest.mark.parametrize(
    "name, key, pitches",
    [
        ("I", C_MAJOR, (0, 4, 7)), ("iih7", A_MINOR, (11, 2, 5, 9)), ("V7", A_MINOR, (4, 8, 11, 2)),
        ("bVI", C_MAJOR, (8, 0, 3)), ("V/V", C_MAJOR, (2, 6, 9)), ("V7/vi", C_MAJOR, (4, 8, 11, 2)),
        ("Vsus4", C_MAJOR, (7, 0, 2)), ("viio7", A_MINOR, (8, 11, 2, 5)), ("i5", A_MINOR, (9, 4)),
        ("Imaj9", C_MAJOR, (0, 4, 7, 11, 2)), ("bII", A_MINOR, (10, 2, 5)),
    ],
)  # fmt: skip
def test_numerals(name, key, pitches):
    assert chord(name, key).pitches == pitches


def test_a_chord_bends_the_scale_to_itself():
    assert chord("V7", A_MINOR).scale == (0, 2, 3, 5, 7, 8, 11)
    assert chord("V/V", C_MAJOR).scale == (0, 2, 4, 6, 7, 9, 11)
    assert chord("iv", C_MAJOR).scale == (0, 2, 4, 5, 7, 8, 11)


def test_leading_tones_and_sevenths():
    assert chord("V", A_MINOR).leading == 8
    assert chord("v", A_MINOR).leading is None
    assert chord("V7/vi", C_MAJOR).leading == 8
    assert chord("V7", C_MAJOR).seventh == 5
    assert chord("Iadd9", C_MAJOR).seventh is None


def test_basses():
    assert chord("I/5", C_MAJOR).bass == 7
    assert chord("IV", C_MAJOR, 0).bass == 0
    with pytest.raises(ValueError, match="no chord"):
        chord("H", C_MAJOR)


@pytest.mark.parametrize("name", BOOKS)
def test_every_book_can_be_read_and_never_ends_in_a_chord_without_a_way_on(name):
    book = BOOKS[name]
    for mode in MODES:
        for before, after in book.moves.items():
            scale = chord(before, Key(0, mode)).scale
            assert list(scale) == sorted(set(scale)), before
            assert set(after) <= set(book.moves)
    assert set(book.closes) == {"full", "half", "open", "turned", "final"}
    for ways in book.closes.values():
        assert all(chord(c, C_MAJOR) for way in ways for c in way)


def test_every_family_has_a_bright_and_a_dark_book():
    assert all(name in BOOKS for pair in PAIRS.values() for name in pair)
