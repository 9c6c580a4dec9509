"""ImageNet's classes tag scenes."""

from fractions import Fraction

import numpy as np
import pytest

import v2a
from v2a.testing import check_observer
from v2a.testing.makers import film
from v2a_encoders import classes
from v2a_encoders.classes import Classes

needs_weights = pytest.mark.skipif(not classes.available(), reason="needs v2a[neural]")
THEATRE_CURTAIN, SEASHORE, STOVE = 854, 978, 827


def concluded(folder, rows, scenes):
    np.save(folder / "classes.npy", np.array(rows, np.float16))
    track = v2a.FeatureTrack(str(folder / "classes.npy"), Fraction(1, 2))
    seen = v2a.Observations(film(2 * len(rows)), scenes=scenes, features={"classes": track})
    return Classes().conclude(v2a.Bench(), seen).scenes


def row(**chances):
    made = np.zeros(1000)
    for name, chance in chances.items():
        made[{"curtain": THEATRE_CURTAIN, "shore": SEASHORE, "stove": STOVE}[name]] = chance
    return made


def test_scenes_get_the_words_of_their_things(tmp_path):
    spans = [v2a.Span(Fraction(2 * n), Fraction(2 * n + 2)) for n in range(3)]
    scenes = tuple(v2a.Scene(span, (n,)) for n, span in enumerate(spans))
    rows = [row(shore=0.8), row(curtain=0.9), row(stove=0.1)]
    shore, stage, unknown = concluded(tmp_path, rows, scenes)
    assert shore.tags == ("beach",) and shore.interior is False
    assert stage.tags == ("theatre",) and stage.interior is True
    assert unknown == scenes[2]


def test_a_scene_too_short_for_a_row_stays_as_it_was(tmp_path):
    short = v2a.Scene(v2a.Span(Fraction(1, 2), Fraction(1)), (0,), tags=("sky",))
    assert concluded(tmp_path, [row(shore=1.0)], (short,)) == (short,)


@needs_weights
@pytest.mark.filterwarnings("ignore")
def test_it_keeps_the_contract_of_observers():
    check_observer(Classes())


@needs_weights
@pytest.mark.filterwarnings("ignore")
def test_chances_share_one_and_do_not_depend_on_the_batch():
    rng = np.random.default_rng(2)
    pixels = rng.integers(0, 256, (3, 224, 224, 3), np.uint8)
    eye = Classes().at(v2a.Bench()).open(v2a.Bench(), film(6))
    together = eye.see(v2a.Frames(np.arange(3) * 2.0, pixels))["classes"]
    alone = eye.see(v2a.Frames(np.zeros(1), pixels[1:2]))["classes"]
    assert np.allclose(together.astype(np.float32).sum(1), 1, atol=0.02)
    assert np.allclose(together[1], alone[0], atol=2e-3)


def test_each_film_has_a_network_of_its_own():
    one = Classes()
    assert one.at(v2a.Bench()) is not one
    assert one.at(v2a.Bench()).card == one.card


def test_it_stays_out_unless_asked_for():
    assert not Classes.card.default
