"""Sampling does what is published, spares what it can, and makes each cue as if it were alone."""

import itertools

import pytest

torch = pytest.importorskip("torch")

from tests.plugins.v2a_prism import tiny  # noqa: E402
from v2a_diffusion.draws import Draws  # noqa: E402
from v2a_diffusion.guidance import Interval  # noqa: E402
from v2a_diffusion.solvers import broken, euler, midpoint  # noqa: E402
from v2a_prism.conditioner import Told, together  # noqa: E402
from v2a_prism.model import cast  # noqa: E402
from v2a_prism.sampling import Cue, Sampling, decode, encode, noise, prepared, sample, tell, unwanted  # noqa: E402

FEW = Sampling(steps=3)


@pytest.fixture(scope="module")
def model():
    return tiny.model()


def cue(model, seconds=9, words=7, seed=1):
    return Cue(tell(model, tiny.features(seconds, words, seed)), seed)


def plainly(model, told, x, steps, scale):
    """Euler and guidance spelt out, each half by itself, the null one with zeros for all that is told."""
    null = Told(*(torch.zeros_like(t) for t in (told.video, told.sync, told.context)))
    times = torch.linspace(1, 0, steps + 1)
    for now, then in itertools.pairwise(times):
        t = now.expand(len(x))
        wanted, without = model.network(x, t, told), model.network(x, t, null)
        x = x + (then - now) * (without + (wanted - without) * scale)
    return x


@pytest.mark.parametrize("scale", [1.0, 5.0])
def test_a_sample_is_what_the_method_spelt_out_makes(model, scale):
    one = cue(model)
    with torch.inference_mode():
        start = noise(Draws.seeded([1]), model, 194)
        wanted = plainly(model, one.told, start, 4, scale)
    made = sample(model, [one], 194, Sampling(steps=4, guidance=scale))
    torch.testing.assert_close(made, wanted, atol=1e-5, rtol=1e-5)


def test_the_same_seed_makes_the_same_bytes_in_any_company(model):
    cues = [cue(model, 2, words=words, seed=words) for words in (3, 9, 5)]
    together_ = sample(model, cues, 43, FEW)
    alone = [sample(model, [one], 43, FEW)[0] for one in cues[::-1]][::-1]
    assert all(torch.equal(*pair) for pair in zip(together_, alone))
    assert not torch.equal(together_[0], together_[1])


def test_cues_in_one_batch_agree_with_themselves_alone(model):
    told = [cue(model, 2, words=words, seed=words).told for words in (3, 9, 5)]
    start = noise(Draws.seeded([1, 2, 3]), model, 43)
    with torch.inference_mode():
        batch = prepared(model, together(told), 43, FEW)(start, torch.tensor(0.7)).flow
        for at, one in enumerate(told):
            alone = prepared(model, one, 43, FEW)(start[at : at + 1], torch.tensor(0.7)).flow
            torch.testing.assert_close(batch[at : at + 1], alone, atol=1e-5, rtol=1e-5)


def test_each_item_may_have_a_time_of_its_own(model):
    told = [cue(model, 2, seed=seed).told for seed in (1, 2)]
    start = noise(Draws.seeded([1, 2]), model, 43)
    times = torch.tensor([0.3, 0.9])
    with torch.inference_mode():
        batch = prepared(model, together(told), 43, FEW)(start, times).flow
        for at, one in enumerate(told):
            alone = prepared(model, one, 43, FEW)(start[at : at + 1], times[at]).flow
            torch.testing.assert_close(batch[at : at + 1], alone, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("seconds", [1, 2, 5, 7.5, 9, 9.5, 20])
def test_every_length_is_sampled(model, seconds):
    length = model.config.length(seconds)
    made = sample(model, [cue(model, seconds)], length, Sampling(steps=1))
    assert made.shape == (1, 8, length)
    assert broken(made) == ()


def test_each_stream_of_what_is_told_is_heard(model):
    one, other = (tiny.features(3, seed=seed) for seed in (1, 2))
    plain = sample(model, [Cue(tell(model, one), 0)], 65, FEW)
    for name in ("video", "text", "sync"):
        mixed = type(one)(**{**vars(one), name: getattr(other, name)})
        assert (sample(model, [Cue(tell(model, mixed), 0)], 65, FEW) - plain).abs().max() > 1e-4


def test_what_is_not_wanted_leads_away_from_itself(model):
    one = cue(model, 2)
    away = unwanted(model, tiny.features(2, 4, 9).text)
    plain = sample(model, [one], 43, FEW)
    other = sample(model, [Cue(one.told, one.seed, away)], 43, FEW)
    assert (plain - other).abs().max() > 1e-4
    unguided = Sampling(steps=3, guidance=1)
    assert torch.equal(
        sample(model, [Cue(one.told, one.seed, away)], 43, unguided), sample(model, [one], 43, unguided)
    )


def test_outside_its_interval_nothing_is_guided(model):
    one = cue(model, 2)
    never = Sampling(steps=3, interval=Interval(1e9, 2e9))
    torch.testing.assert_close(sample(model, [one], 43, never), sample(model, [one], 43, Sampling(3, 1)))


def test_rescaling_changes_guided_samples_alone(model):
    one = cue(model, 2)
    plain, rescaled = (sample(model, [one], 43, Sampling(3, rescale=phi)) for phi in (0, 0.7))
    assert broken(rescaled) == ()
    assert (plain - rescaled).abs().max() > 1e-3


def test_other_solvers_ask_at_times_of_their_own(model):
    """The midpoint method asks between the schedule's times, which are known beforehand; finer steps bring both together."""
    one, small = cue(model, 2), {"guidance": 1.0}
    fine = sample(model, [one], 43, Sampling(256, **small))
    off = [
        (sample(model, [one], 43, Sampling(steps, solver=solver, **small)) - fine).abs().max()
        for steps, solver in ((8, euler), (8, midpoint))
    ]
    assert off[1] < off[0] / 2


def test_watchers_are_told_each_step(model):
    seen = []
    sample(model, [cue(model, 1)], 22, FEW, watch=lambda step: seen.append(step.index))
    assert seen == [0, 1, 2]


def test_sound_comes_of_latents_in_pieces_as_at_once(model):
    latents = noise(Draws.seeded([0]), model, 150)
    whole = decode(model, latents, 150)
    assert whole.shape == (1, 2, 150 * 2048)
    torch.testing.assert_close(decode(model, latents, 64), whole, atol=1e-5, rtol=1e-4)
    assert encode(model, whole[..., :-7]).shape == latents.shape


def test_half_precision_comes_near(model):
    one, half = cue(model, 2), cast(tiny.model(), torch.bfloat16)
    exact, made = (sample(m, [one], 43, Sampling(8)) for m in (model, half))
    assert made.dtype is torch.float32
    assert 0 < (made - exact).norm() / exact.norm() < 0.02
