"""What every backbone must do: keep lengths, learn with all its weights, hear what it is told, and learn a toy problem."""

from dataclasses import replace
from itertools import pairwise

import pytest

torch = pytest.importorskip("torch")
from v2a_diffusion.objectives import DATA, Model  # noqa: E402
from v2a_diffusion.paths import straight  # noqa: E402
from v2a_diffusion.schedules import uniform  # noqa: E402
from v2a_diffusion.solvers import euler  # noqa: E402
from v2a_diffusion.statespace import DiagonalStates, DiffusionStateSpace, StateMixing  # noqa: E402
from v2a_diffusion.training import Recipe, Training  # noqa: E402
from v2a_diffusion.transformer import Conditions, DiffusionTransformer, TransformerShape  # noqa: E402
from v2a_diffusion.unet import UNet, UNetShape  # noqa: E402
from v2a_diffusion.wavenet import WaveNet, WaveNetShape  # noqa: E402

TOLD = {
    "context": (2, 5, 6),
    "vector": (2, 12),
    "tokens": (2, 3, 16),
    "beside": (2, 7, 4),
    "added": (2, 9, 6),
}
_BLOCKS = TransformerShape(3, 16, 2, 2, context=6, vector=12)
BACKBONES = {
    "unet": lambda: UNet(
        UNetShape(3, (8, 12, 16), blocks=1, heads=2, context=6, vector=12, beside=4, added=6)
    ),
    "wavenet": lambda: WaveNet(WaveNetShape(3, 16, layers=6, cycle=3, vector=12, beside=4, added=6)),
    "statespace": lambda: DiffusionStateSpace(_BLOCKS, states=4, beside=4, added=6),
    "causal": lambda: DiffusionStateSpace(_BLOCKS, states=4, causal=True, beside=4, added=6),
    "transformer": lambda: DiffusionTransformer(_BLOCKS, beside=4, added=6),
}
HEARS = {name: set(TOLD) - ({"context", "tokens"} if name == "wavenet" else set()) for name in BACKBONES}


def made(name):
    """A backbone of which no weight is zero, as after some training."""
    draws = torch.Generator().manual_seed(1)
    network = BACKBONES[name]()
    with torch.no_grad():
        for weight in network.parameters():
            weight += 0.2 * torch.randn(weight.shape, generator=draws)
    return network


def told(name, leaving=()):
    draws = torch.Generator().manual_seed(2)
    values = {way: torch.randn(TOLD[way], generator=draws) for way in TOLD}
    return {way: values[way] for way in TOLD if way in HEARS[name] and way not in leaving}


@pytest.mark.parametrize("name", BACKBONES)
@pytest.mark.parametrize("length", [1, 2, 7, 24, 33])
def test_any_length_is_kept_and_every_weight_learns(name, length):
    network = made(name)
    x = torch.randn(2, 3, length)
    out = network(x, torch.tensor([0.2, 0.7]), Conditions(**told(name)))
    assert out.shape == x.shape
    out.square().mean().backward()
    idle = {n for n, p in network.named_parameters() if p.grad is None or not p.grad.abs().max() > 0}
    if length > 2:
        assert idle == set()


@pytest.mark.parametrize(("name", "way"), [(n, way) for n in BACKBONES for way in sorted(HEARS[n])])
def test_what_it_is_told_changes_what_it_says(name, way):
    network = made(name)
    x, time = torch.randn(2, 3, 20), torch.tensor([0.2, 0.7])
    plain = Conditions(**told(name))
    other = replace(plain, **{way: getattr(plain, way).roll(1, 0)})
    with torch.no_grad():
        assert (network(x, time, plain) - network(x, time, other)).abs().max() > 1e-3


@pytest.mark.parametrize("name", BACKBONES)
def test_time_changes_what_it_says_and_company_does_not(name):
    network = made(name)
    x, time = torch.randn(2, 3, 20), torch.tensor([0.2, 0.7])
    with torch.no_grad():
        both = network(x, time, Conditions(**told(name)))
        alone = network(x[1:], time[1:], Conditions(**{w: v[1:] for w, v in told(name).items()}))
        assert (network(x, time.flip(0), Conditions(**told(name))) - both).abs().max() > 1e-3
    assert (both[1:] - alone).abs().max() < 1e-5 * alone.abs().max()


class Waves:
    """Waves (batch × 1 × 24) of one of two frequencies, by what is told, at any phase and loudness."""

    def __init__(self, size, seed):
        turns = torch.arange(24) / 24 * 2 * torch.pi
        self.waves = torch.stack([torch.stack([torch.sin(n * turns), torch.cos(n * turns)]) for n in (2, 5)])
        draws = torch.Generator().manual_seed(seed)
        self.which = torch.randint(0, 2, (size,), generator=draws)
        self.loud = torch.randn(size, 2, generator=draws)

    def __len__(self):
        return len(self.which)

    def told(self, which):
        return {"told": Conditions(vector=4 * torch.nn.functional.one_hot(which, 12).float())}

    def loss(self, network, examples, draws):
        which, loud = self.which[list(examples)], self.loud[list(examples)]
        data, path = torch.einsum("nw,nwp->np", loud, self.waves[which])[:, None], straight()
        noise = torch.randn(data.shape, generator=draws)
        t = torch.rand(len(data), generator=draws)
        said = Model(network, path, DATA, self.told(which)).output(path.mix(data, noise, t), t)
        return (said - DATA.target(path, data, noise, t)).square().mean()

    def shares(self, sound):
        """How much of each sound's energy is in waves of the first and of the second frequency."""
        energy = torch.einsum("np,fwp->nfw", sound[:, 0], self.waves).square().sum(-1) / 12
        return energy / sound.square().sum((1, 2))[:, None]


TINY = {
    "unet": lambda: UNet(UNetShape(1, (24, 32), blocks=1, heads=2, vector=12)),
    "wavenet": lambda: WaveNet(WaveNetShape(1, 24, layers=8, cycle=4, vector=12)),
    "statespace": lambda: DiffusionStateSpace(TransformerShape(1, 48, 2, 2, vector=12), states=8),
}


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "name", [pytest.param("unet", marks=SLOW), pytest.param("wavenet", marks=SLOW), "statespace"]
)
def test_a_tiny_one_learns_two_waves_and_makes_the_one_it_is_told(name, tmp_path):
    """To know nothing costs 1; to know all but the two numbers behind a sound costs 0.255: their uncertainty
    1 / (1 + 12 (1 - t)² / t²), over all times."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = TINY[name]()
    lesson = Waves(256, seed=0)
    recipe = Recipe(steps=300, batch=16, rate=1e-2, warmup=20, average=0.98, validate_every=300)
    training = Training(network, lesson, recipe, tmp_path, Waves(128, seed=1))
    steps = list(training)
    which = torch.tensor([0, 1]).repeat(8)
    noise = torch.randn(16, 1, 24, generator=torch.Generator().manual_seed(9))
    with training.average.applied(), torch.inference_mode():
        model = Model(network.eval(), straight(), DATA, lesson.told(which))
        shares = lesson.shares(euler(model, noise, uniform(straight(), 12)))
    rows = torch.arange(16)
    assert 0.2 < steps[-1].held_out < 0.255 + 0.12 * 0.745
    assert shares[rows, which].median() > 0.8
    assert shares[rows, 1 - which].median() < 0.05


@pytest.mark.parametrize(("layers", "cycle"), [(1, 1), (4, 4), (6, 3)])
def test_a_wavenet_hears_as_far_as_it_says(layers, cycle):
    shape = WaveNetShape(1, 8, layers=layers, cycle=cycle, vector=4)
    network = WaveNet(shape)
    torch.nn.init.normal_(network.project_out.weight)
    x = torch.randn(1, 1, 101, requires_grad=True)
    network(x, torch.tensor([0.5]))[0, 0, 50].backward()
    heard = x.grad[0, 0].nonzero()[:, 0]
    assert int(heard.max() - heard.min()) + 1 == shape.reach == len(heard)


def test_a_wavenet_refuses_tokens():
    with pytest.raises(ValueError, match="tokens"):
        made("wavenet")(torch.randn(1, 3, 8), torch.rand(1), Conditions(tokens=torch.zeros(1, 2, 16)))


def test_the_scan_of_states_is_their_recurrence():
    states = DiagonalStates(6, 5)
    x = torch.randn(2, 40, 6)
    with torch.no_grad():
        scanned, stepped = states(x), states.recurrence(x)
    assert torch.allclose(scanned, stepped, atol=1e-4 * float(stepped.abs().max()))
    assert (scanned - x * states.past).abs().max() > 0.01


def test_the_states_are_those_of_the_differential_equation():
    """Input held between positions: the convolution agrees with the equation solved in much finer steps."""
    states = DiagonalStates(1, 3)
    x = torch.randn(1, 12, 1)
    step, fine = float(states.log_step.detach().exp()), 2000
    rate = torch.complex(-states.log_damping.detach().exp(), states.frequency.detach())[0].to(
        torch.complex128
    )
    out = torch.view_as_complex(states.out.detach())[0].to(torch.complex128)
    state = torch.zeros(3, dtype=torch.complex128)
    found = []
    for now in x[0, :, 0].tolist():
        for _ in range(fine):
            middle = state + step / fine / 2 * (rate * state + now)
            state = state + step / fine * (rate * middle + now)
        found.append(2 * float((out * state).real.sum()) + now * float(states.past.detach()))
    with torch.no_grad():
        assert torch.allclose(states(x)[0, :, 0].double(), torch.tensor(found).double(), atol=1e-4)


def test_a_causal_one_hears_only_what_was_and_the_other_both_ways():
    for causal in (True, False):
        mixing = StateMixing(8, 4, causal)
        x = torch.randn(1, 20, 8, requires_grad=True)
        mixing(x)[0, 10].sum().backward()
        heard = x.grad[0].abs().sum(-1) > 1e-7
        assert heard[:11].all()
        assert bool(heard[11:].any()) is not causal


def test_states_cost_with_the_length_and_not_with_its_square():
    """Counted in numbers that are kept for the gradient, which is what attention's square would show in."""
    mixing = StateMixing(8, 4, causal=False)

    def kept(length):
        sizes = []
        with torch.autograd.graph.saved_tensors_hooks(lambda t: sizes.append(t.numel()) or t, lambda t: t):
            mixing(torch.randn(1, length, 8, requires_grad=True))
        return sum(sizes)

    grows = [kept(b) / kept(a) for a, b in pairwise((200, 400, 800))]
    assert max(grows) < 2.2
