"""The cards of published weights say what a user must know, and lie where the encoders look for them."""

import pytest

from v2a.testing import check_models
from v2a_encoders import models
from v2a_encoders.pictures import Synchformer, VideoPrism
from v2a_encoders.t5 import T5GemmaText


@pytest.mark.parametrize("card", models.ALL, ids=lambda card: card.name)
def test_a_card_keeps_the_contract(card):
    check_models(card)


@pytest.mark.parametrize(
    ("card", "encoder"),
    [(models.SYNCHFORMER, Synchformer), (models.VIDEOPRISM, VideoPrism), (models.T5GEMMA, T5GemmaText)],
)
def test_a_model_lies_where_its_encoder_looks(card, encoder):
    assert card.name == encoder.folder


def test_what_is_gated_and_what_is_unclear_is_said():
    assert [card.name for card in models.ALL if card.gated] == ["t5gemma"]
    assert {card.name for card in models.ALL if card.licence.commercial != "yes"} == {
        "synchformer",
        "t5gemma",
    }
