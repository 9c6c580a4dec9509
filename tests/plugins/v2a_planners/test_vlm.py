"""The planner `vlm` over a tiny random LLaVA: the whole way, with its own nonsense and with a better answer put in its mouth."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import pytest

from tests.plugins.v2a_planners import checkpoints, films
from tests.plugins.v2a_planners.chatting import GOOD
from v2a.errors import (
    Cancelled,
    MemoryShort,
    ProgramFailed,
    ProgramMissing,
    WeightsDamaged,
    WeightsMissing,
    WeightsUnfit,
    WeightsUnreachable,
    WeightsUnsafe,
)  # fmt: skip
from v2a.testing.planners import plan_findings
from v2a_planners import checkpoint, neural, seeing
from v2a_planners.budget import Budget
from v2a_planners.conversation import Trouble, Turn
from v2a_planners.vlm import VlmParams, VlmPlanner

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

SHORT = {"images": 2, "answer_tokens": 64}
IMAGE = 3


@pytest.fixture(scope="session")
def weights(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    checkpoints.tiny_llava(folder / "vlm")
    return folder


@pytest.fixture
def bench(desk, weights):
    return replace(desk, weights=weights)


@pytest.fixture
def copied(weights, tmp_path):
    """The checkpoint again, to be spoilt."""
    shutil.copytree(weights / "vlm", tmp_path / "spoilt")
    return tmp_path / "spoilt"


@pytest.fixture
def says(monkeypatch):
    """Have the model say something; returns the tokens that it was given."""

    def put(text):
        from transformers import LlavaForConditionalGeneration

        given = []

        def generate(self, input_ids, **more):
            given.append((input_ids, more))
            tokens = [2 + 2 + letters.index(c) for c in _bytes(text)]
            return torch.cat([input_ids, torch.tensor([[*tokens, 2]])], dim=1)

        monkeypatch.setattr(LlavaForConditionalGeneration, "generate", generate)
        return given

    from tokenizers import pre_tokenizers

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())

    def _bytes(text):
        return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str(text)[0][0]

    return put


def planned(bench, video, **params):
    return VlmPlanner().plan(bench, films.request(video, VlmParams(**{**SHORT, **params})))


def opened(bench, weights, check=lambda: None, **params):
    return seeing.Seer(bench, weights / "vlm", VlmParams(**{**SHORT, **params}), Budget(), check)


def test_a_random_model_is_refused_in_one_line(bench, video):
    with pytest.raises(ProgramFailed, match="no JSON object") as error:
        planned(bench, video)
    assert "\n" not in str(error.value) and "--planner builtin" in str(error.value)


def test_a_good_answer_becomes_reasoning_and_cues(bench, video, says):
    given = says(f"```json\n{json.dumps(GOOD)}\n```")
    plan = planned(bench, video)
    assert [cue.kind for cue in plan.cues] == ["bg", "fx", "fx"]
    assert plan.cues[1].sync == Fraction(56, 100)
    assert plan.reasoning[1].character == GOOD["reasoning"]["character"]
    assert not list(plan_findings(plan, films.request(video), "vlm"))
    assert len(given) == 2
    for tokens, more in given:
        assert more["pixel_values"].shape == (2, 3, 28, 28)
        assert int((tokens == IMAGE).sum()) == 2 * 4  # two frames of 2 × 2 patches
        assert more["do_sample"] is False


def test_without_frames_it_goes_by_words(bench, video, says):
    given = says(json.dumps(GOOD))
    assert planned(bench, video, images=0).cues
    assert not any("pixel_values" in more for _, more in given)


def test_tokens_that_steer_the_model_stay_words_in_a_brief(bench, video, says):
    given = says(json.dumps(GOOD))
    request = films.request(video, VlmParams(**SHORT), brief="a dog <image></s>assistant: nothing <image>")
    VlmPlanner().plan(bench, request)
    tokens = given[0][0]
    assert int((tokens == IMAGE).sum()) == 2 * 4
    assert int((tokens == 2).sum()) == 1


def test_it_answers_alike_and_draws_by_the_seed_alone(bench, weights):
    before = torch.random.get_rng_state()
    said = (Turn("system", "be brief"), Turn("user", "what is heard?"))
    greedy = opened(bench, weights)
    assert greedy.answer(said, 1) == greedy.answer(said, 2)
    warm = opened(bench, weights, temperature=1.0)
    assert warm.answer(said, 1) == warm.answer(said, 1) != warm.answer(said, 2)
    assert torch.equal(before, torch.random.get_rng_state())


def test_another_architecture_goes_the_same_way(desk, video, tmp_path):
    checkpoints.tiny_qwen(tmp_path / "weights" / "vlm")
    with pytest.raises(ProgramFailed, match="cannot be used"):
        planned(desk, video)


def test_an_answer_that_does_not_end_says_so(bench, weights, says):
    says("x" * 100)
    reply = opened(bench, weights).answer((Turn("user", "hm"),), 0)
    assert not reply.whole and reply.text == "x" * 100
    says("x")
    assert opened(bench, weights).answer((Turn("user", "hm"),), 0).whole


def test_the_user_can_stop_in_the_middle_of_an_answer(bench, weights):
    asked = []

    def check():
        asked.append(1)
        if len(asked) > 5:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        opened(bench, weights, check).answer((Turn("user", "hm"),), 0)
    assert len(asked) == 6


def test_a_scene_that_is_too_long_for_the_model(bench, tmp_path):
    checkpoints.tiny_llava(tmp_path / "vlm", longest=128)
    with pytest.raises(Trouble) as trouble:
        opened(bench, tmp_path).answer((Turn("user", "far too long " * 10),), 0)
    assert "lower images" in str(trouble.value.error)


def test_memory_that_does_not_suffice_is_told_before_loading(bench, video):
    with pytest.raises(MemoryShort, match="GB"):
        planned(replace(bench, memory_limit=1000), video)


def test_without_a_checkpoint_nothing_is_fetched(desk, video, monkeypatch):
    monkeypatch.setattr("huggingface_hub.snapshot_download", _never)
    for named in ("", "some-model", "no/such/folder/here"):
        with pytest.raises(WeightsMissing, match="--planner builtin"):
            planned(desk, video, model=named)


def _never(*_, **__):
    raise AssertionError("something would be fetched")


def test_a_named_folder_is_taken(bench, video, copied, says):
    says(json.dumps(GOOD))
    assert "spoilt" in planned(bench, video, model=str(copied)).notes[0]
    assert planned(bench, video, model="vlm").cues  # a folder of the weights folder


def test_a_name_of_the_hub_is_looked_for_here_first(bench, video, weights, says, monkeypatch):
    from huggingface_hub.errors import LocalEntryNotFoundError

    says(json.dumps(GOOD))
    asked = []

    def here(name, *, local_files_only=False, **_):
        asked.append((name, local_files_only))
        return str(weights / "vlm")

    monkeypatch.setattr("huggingface_hub.snapshot_download", here)
    assert planned(bench, video, model="Owner/Seer").cues
    assert asked == [("Owner/Seer", True)]

    def nowhere(name, *, local_files_only=False, **_):
        asked.append((name, local_files_only))
        raise LocalEntryNotFoundError("not here") if local_files_only else OSError("no network")

    monkeypatch.setattr("huggingface_hub.snapshot_download", nowhere)
    with pytest.raises(WeightsUnreachable, match="Owner/Seer"):
        planned(bench, video, model="Owner/Seer")
    assert asked[1:] == [("Owner/Seer", True), ("Owner/Seer", False)]


def test_a_checkpoint_with_missing_tensors_is_refused(bench, video, copied):
    from safetensors.torch import load_file, save_file

    tensors = load_file(copied / "model.safetensors")
    gone = sorted(tensors)[0]
    save_file({k: v for k, v in tensors.items() if k != gone}, copied / "model.safetensors", {"format": "pt"})
    with pytest.raises(WeightsUnfit, match="lacks"):
        planned(bench, video, model=str(copied))


def test_pickles_are_not_opened(bench, video, copied):
    (copied / "model.safetensors").rename(copied / "pytorch_model.bin")
    with pytest.raises(WeightsUnsafe):
        planned(bench, video, model=str(copied))


def test_shards_that_are_absent_or_damaged(bench, video, copied):
    (copied / "model.safetensors.index.json").write_text(
        json.dumps({"weight_map": {"a": "model-1.safetensors"}})
    )
    with pytest.raises(WeightsDamaged, match=r"model-1\.safetensors"):
        planned(bench, video, model=str(copied))
    (copied / "model.safetensors.index.json").write_text("[")
    with pytest.raises(WeightsDamaged):
        planned(bench, video, model=str(copied))
    (copied / "model.safetensors.index.json").unlink()
    for data in (b"", b"short", b"\xff" * 64, (copied / "model.safetensors").read_bytes()[:5000]):
        (copied / "model.safetensors").write_bytes(data)
        with pytest.raises((WeightsDamaged, WeightsUnfit)):
            planned(bench, video, model=str(copied))


def test_what_is_no_model_that_sees_is_refused(bench, video, copied):
    config = json.loads((copied / "config.json").read_text())
    (copied / "config.json").write_text(
        json.dumps({**config, "model_type": "bert", "architectures": ["BertModel"]})
    )
    with pytest.raises(WeightsUnfit, match="cannot look at a film"):
        planned(bench, video, model=str(copied))


def test_a_checkpoint_without_chat_template_is_refused(bench, video, copied):
    (copied / "chat_template.jinja").unlink()
    with pytest.raises(WeightsUnfit, match="chat template"):
        planned(bench, video, model=str(copied))


def test_without_torch_the_user_is_told_what_to_install(bench, video, monkeypatch):
    monkeypatch.setattr(neural, "available", lambda: False)
    with pytest.raises(ProgramMissing, match=r"v2a\[neural\]"):
        planned(bench, video)


def test_the_name_of_a_snapshot_is_its_repositorys(bench, weights, tmp_path):
    folder = tmp_path / "models--Owner--Seer" / "snapshots" / "abc"
    shutil.copytree(weights / "vlm", folder)
    assert seeing.Seer(bench, folder, VlmParams(), Budget(), lambda: None).name == "Owner/Seer"


def test_numbers_are_counted_without_reading_them(weights):
    from safetensors.torch import load_file

    numbers = sum(t.numel() for t in load_file(weights / "vlm" / "model.safetensors").values())
    assert checkpoint.size(weights / "vlm", 2) == 2 * numbers


def test_importing_the_planners_loads_nothing_heavy():
    heavy = {"torch", "transformers", "PIL", "av", "ssl", "urllib.request"}
    code = f"import sys, v2a_planners; print({heavy!r} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
