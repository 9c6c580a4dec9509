"""Recordings agree with the network as it is, also where their tensors are used again and where contexts are filled up.

What records on CUDA is left out here: the rest is the same with recordings that are not recorded but called.
"""

import shutil

import pytest

torch = pytest.importorskip("torch")

from tests.plugins.v2a_prism import tiny  # noqa: E402
from v2a_prism import graphs  # noqa: E402
from v2a_prism.graphs import Recorded, fast, rounded  # noqa: E402
from v2a_prism.model import cast  # noqa: E402
from v2a_prism.sampling import Cue, Sampling, decode, joined, prepared, sample, tell, unwanted  # noqa: E402

FEW = Sampling(steps=3)


@pytest.fixture(scope="module")
def model():
    return tiny.model()


def cue(model, seconds=2, words=7, seed=1, avoid=None):
    away = None if avoid is None else unwanted(model, tiny.features(1, avoid, 99).text)
    return Cue(tell(model, tiny.features(seconds, words, seed)), seed, away)


class Calls:
    """Records nothing, and counts what it was asked to record and to play."""

    def __init__(self):
        self.recorded = self.played = 0

    def __call__(self, call):
        self.recorded += 1

        def play():
            self.played += 1
            return call()

        return play


@pytest.mark.parametrize("how", [FEW, Sampling(3, guidance=1.0)], ids=["guided", "unguided"])
def test_samples_in_one_shape_are_recorded_once_and_agree(model, how):
    calls = Calls()
    velocity = Recorded(model.network, calls)
    for words, seed in ((7, 1), (9, 2), (30, 3)):
        one = cue(model, words=words, seed=seed)
        made, plain = (sample(model, [one], 43, how, velocity=v) for v in (velocity, None))
        torch.testing.assert_close(made, plain, atol=1e-5, rtol=1e-5)
    assert (calls.recorded, calls.played) == (1, 9)


def test_another_shape_has_a_recording_of_its_own_and_the_oldest_goes(model):
    calls = Calls()
    velocity = Recorded(model.network, calls, most=2)
    for length in (43, 65, 43, 22, 43, 65):
        sample(model, [cue(model)], length, Sampling(1), velocity=velocity)
    assert calls.recorded == 4


def test_a_recording_keeps_no_old_answer(model):
    """Solvers that look back hold on to what they were told; the next call must not change it."""
    velocity = Recorded(model.network, Calls())
    x = torch.randn(1, 8, 43, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        denoising = prepared(model, cue(model).told, 43, FEW, velocity)
        first = denoising(x, torch.tensor(1.0)).flow
        kept = first.clone()
        denoising(2 * x, torch.tensor(0.5))
    assert torch.equal(first, kept)


def test_batches_of_unlike_texts_and_unwanted_ones_agree(model):
    cues = [cue(model, words=words, seed=words, avoid=words + 2) for words in (3, 60, 80)]
    x = torch.randn(3, 8, 43, generator=torch.Generator().manual_seed(0))
    both = []
    with torch.inference_mode():
        for velocity in (Recorded(model.network, Calls()), None):
            denoising = prepared(model, joined(cues), 43, FEW, velocity)
            both.append(denoising(x, torch.tensor(0.6)).flow)
    torch.testing.assert_close(*both, atol=1e-5, rtol=1e-5)


def test_contexts_are_filled_up_to_a_multiple(model):
    with torch.inference_mode():
        made = rounded(model.network.prepare(cue(model, seconds=9, words=60).told, 194))
    for memory in made.memories:
        assert memory.keys.shape[2] == memory.values.shape[2] == memory.counts.shape[1] == 2 * graphs.ROUND
        assert memory.counts.sum(1).tolist() == [36 + 60]


def test_where_there_is_no_cuda_the_network_is_taken_as_it_is(model):
    velocity = fast(model)
    assert velocity == model.network.velocity


def test_blocks_compile_without_a_break(model):
    """A break would be a call back into Python for each block and step; `eager` compiles nothing but finds them."""
    layer = model.network.transformer.layers[0]
    whole = torch.compile(layer, backend="eager", fullgraph=True)
    with torch.inference_mode():
        told = model.network.prepare(cue(model).told, 43)
        hidden = torch.randn(2, 44, 64, generator=torch.Generator().manual_seed(0))
        arguments = (hidden, told.turn, told.memories[0], None)
        torch.testing.assert_close(whole(*arguments), layer(*arguments))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning:torch")
@pytest.mark.skipif(not shutil.which("g++"), reason="needs a C++ compiler")
def test_compiled_blocks_agree_at_every_length(model):
    compiled = tiny.model()
    velocity = fast(compiled, compiled=True)
    for seconds, length in ((2, 43), (3, 65), (5, 108)):
        one = cue(model, seconds)
        latents = sample(model, [one], length, FEW)
        made = sample(compiled, [one], length, FEW, velocity=velocity)
        torch.testing.assert_close(made, latents, atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(decode(compiled, latents), decode(model, latents), atol=1e-5, rtol=1e-5)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_graphs_agree_with_the_network_on_a_gpu(dtype):
    model = cast(tiny.model(), dtype).cuda()
    cues = [cue(model, words=words, seed=words) for words in (3, 9, 5)]
    made, plain = (sample(model, cues, 43, FEW, velocity=v) for v in (fast(model), None))
    torch.testing.assert_close(made, plain, atol=5e-2 if dtype is torch.bfloat16 else 1e-4, rtol=0)
