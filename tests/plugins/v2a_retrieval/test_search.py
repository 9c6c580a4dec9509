"""Finding recordings: by words and their relatives, by licence, by meaning, by how they sound."""

import numpy as np
import pytest

from tests.plugins.v2a_retrieval import media
from v2a_encoders import neural
from v2a_retrieval import clap, ledger, meaning, nearest
from v2a_retrieval.index import Shelf
from v2a_retrieval.listen import listen
from v2a_retrieval.search import Query, Search

with_meaning = pytest.mark.skipif(bool(meaning._not_installed()), reason="the library extra is not installed")


def test_the_words_of_the_prompt_decide(stocked):
    hits = stocked.find("metal door slam")
    assert [hit.title.rstrip(" 0123") for hit in hits[:4]] == ["metal door slam"] * 4
    assert hits[0].fit == pytest.approx(1.0, abs=0.05)
    assert all(hit.fit < 0.6 for hit in hits[4:])


def test_forms_and_relatives_of_a_word_are_found(stocked):
    assert stocked.titles("doors slamming")[0].startswith("metal door slam")
    assert stocked.titles("steps on gravel")[0].startswith("footstep gravel")
    assert stocked.titles("blast")[0].startswith("explosion")


def test_folders_count_for_less_than_names(desk):
    media.write(desk.root / "bell/one.wav", media.strike())
    media.write(desk.root / "misc/bell.wav", media.strike(pitch=500))
    desk.add()
    first, second = desk.find("bell")
    assert (first.title, second.title) == ("bell", "one")
    assert first.fit > second.fit


def test_a_prompt_in_no_vocabulary_finds_nothing(stocked):
    assert stocked.find("qwertz") == []
    assert stocked.find("") == []
    assert stocked.find('"; DROP TABLE recordings; --') == []
    assert stocked.find("NEAR(* OR ^") == []


def test_the_licence_filter_looks_further_until_it_has_enough(desk):
    for number in range(90):
        media.write(desk.root / f"rain {number:02}.wav", media.strike(0.1, 0.02, 100 + number))
    (desk.root / "list.csv").write_text("file,licence\nrain 77.wav,CC0\n")
    desk.add(licence="CC-BY-4.0")
    (hit,) = desk.find("rain", licences=frozenset({"cc0"}))
    assert hit.title == "rain 77"
    assert len(desk.find("rain", licences=frozenset({"cc-by"}))) == 20
    assert desk.find("rain", licences=frozenset({"own"})) == []


def test_the_same_question_has_the_same_answer(stocked):
    once, again = (stocked.find("door") for _ in range(2))
    assert once == again


@with_meaning
def test_meaning_finds_what_words_do_not(desk, monkeypatch):
    monkeypatch.setenv("V2A_LIBRARY_MEANING", "1")
    media.write(desk.root / "people laughing in a pub.wav", media.strike(0.2))
    media.write(desk.root / "rusty hinge.wav", media.strike(0.2, pitch=600))
    media.write(desk.root / "jet engine.wav", media.strike(0.2, pitch=700))
    desk.add()
    assert desk.titles("tavern patrons giggling")[0] == "people laughing in a pub"


@with_meaning
def test_texts_from_before_the_model_get_their_meaning_at_the_next_update(desk, monkeypatch):
    media.write(desk.root / "people laughing in a pub.wav", media.strike(0.2))
    desk.add()
    assert desk.titles("tavern patrons giggling") == []
    monkeypatch.setenv("V2A_LIBRARY_MEANING", "1")
    desk.add()
    assert desk.titles("tavern patrons giggling") == ["people laughing in a pub"]


@with_meaning
def test_a_text_means_the_same_alone_and_among_others():
    texts = ["door slam", "a very long description of many birds in a forest in the morning", "rain"]
    together = meaning.vectors(texts)
    assert [meaning.vectors([text])[0] for text in texts] == together


def test_the_coarse_look_keeps_the_nearest(monkeypatch):
    rng = np.random.default_rng(5)
    rows = meaning.quantised(rng.normal(0, 1, (6000, meaning.SIZE)))
    query = meaning.quantised(rows[17].astype(float) + rng.normal(0, 60, meaning.SIZE))
    table = nearest._Table(nearest._packed(range(1, 6001), rows.tobytes()))
    near = table.coarse(query)
    exact = np.argsort(-meaning.cosines(rows, query), kind="stable")[:5]
    assert len(near) < 700
    assert set(exact[:1]) <= set(near)
    assert 17 in near


def checkpoint(folder):
    """A CLAP checkpoint in the published layout, tiny and random."""
    torch = neural.torch()
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    torch.manual_seed(0)
    tower = {
        "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16,
        "vocab_size": 32, "max_position_embeddings": 80,
    }  # fmt: skip
    audio = {
        "depths": [1, 1], "num_attention_heads": [2, 2], "patch_embeds_hidden_size": 16, "hidden_size": 32,
        "num_hidden_layers": 2, "spec_size": 256, "num_mel_bins": 64, "window_size": 4, "projection_dim": 16,
    }  # fmt: skip
    config = transformers.ClapConfig(
        text_config={**tower, "projection_dim": 16}, audio_config=audio, projection_dim=16
    )
    transformers.ClapModel(config).save_pretrained(folder, safe_serialization=True)
    words = {
        word: n for n, word in enumerate(["<s>", "<pad>", "</s>", "<unk>", "door", "bell", "slam", "<mask>"])
    }
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A </s>", None, [("<s>", 0), ("</s>", 2)])
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>",
        mask_token="<mask>",
    )  # fmt: skip
    extractor = transformers.ClapFeatureExtractor(
        feature_size=64, sampling_rate=48_000, truncation="rand_trunc"
    )
    extractor.save_pretrained(folder)
    fast.save_pretrained(folder)


@pytest.mark.slow
@pytest.mark.skipif(not neural.available(), reason="the neural extra is not installed")
def test_a_clap_checkpoint_hears_what_names_do_not_say(desk, monkeypatch):
    checkpoint(desk.folder / "weights" / "clap")
    clap._ear.cache_clear()
    clap.text.cache_clear()
    for number in range(3):
        media.write(desk.root / f"{number}.wav", media.strike(0.5, 0.1, 200 * 3**number))
    desk.add()
    with desk.index() as index:
        before = index.state
        assert listen(index) == 3
        assert listen(index) == 0
        assert index.state != before
        near = nearest.Heard(index).sounds("bell")
        assert len(near) == 3
        assert all(-1.001 <= value <= 1.001 for value in near.values())
        apart = np.eye(16, dtype=np.int8) * 127
        ledger.keep_heard(index, [(digest, apart[n].tobytes()) for n, digest in enumerate(near)])
        monkeypatch.setattr(clap, "text", lambda prompt: apart[1])
        (best,) = Search(index)(Query("bell"))
        assert best.digest == list(near)[1]
    clap._ear.cache_clear()


def test_a_shelf_added_again_keeps_its_recordings(stocked):
    with stocked.index() as index:
        (old,) = index.shelves()
        new = index.add_shelf(Shelf(0, "renamed", old.root, "CC0-1.0"))
        assert new.id == old.id
    assert stocked.find("door")[0].licence == "CC0-1.0"
    assert stocked.find("door")[0].library == "renamed"
