"""What music that comes with its score has to keep."""

from __future__ import annotations

from dataclasses import replace

import pytest

import v2a
from tests.testing.plugins import audio, generator, noise
from v2a.testing import ContractBroken, check_generator


def played(request, tempo=None, *, at=0.5, mark=0.0, pitch=60):
    """Noise, and a score of one note."""
    asked = request.timing.tempo if request.timing else v2a.TempoMap.even(100)
    voice = v2a.Voice("Horn", "brass", 60, (v2a.Note(at * float(request.whole), 0.1, pitch, 80),))
    score = v2a.Score(tempo or asked, (voice,), (v2a.ScoreMark(mark, "A"),))
    return v2a.Made(audio(noise(request), request), score=score)


def music(make):
    made = generator(make, accepts=("tempo",))
    made.card = replace(made.card, kinds=("mx",))
    return made


def test_music_with_its_score_passes():
    check_generator(music(played))


def test_music_that_takes_a_tempo_and_has_no_score_passes():
    check_generator(music(lambda request: audio(noise(request), request)))


def hasty(request):
    made = played(request)
    played.count = getattr(played, "count", 0) + 1
    score = replace(made.score, marks=(v2a.ScoreMark(played.count / 1000, "A"),))
    return replace(made, score=score)


def without_timing(request):
    return audio(noise(request), request) if request.timing is None else "nothing"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda r: played(r, v2a.TempoMap.even(99)), "in another tempo than it was asked for"),
        (lambda r: played(r, at=1.0), "has a note at"),
        (lambda r: played(r, mark=99.0), "has a mark at 99 s"),
        (lambda r: played(r, pitch=128), "a pitch from 0 to 127"),
        (hasty, "makes another sound in a batch than alone"),
        (without_timing, "answered with str"),
    ],
)
def test_what_is_wrong_with_a_score_is_named(make, says):
    with pytest.raises(ContractBroken, match=says):
        check_generator(music(make))
