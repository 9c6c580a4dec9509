"""The transformer takes every way of conditioning, and spares what would be zero."""

import pytest

torch = pytest.importorskip("torch")

from v2a_diffusion.transformer import Conditions, DiffusionTransformer, Transformer, TransformerShape  # noqa: E402

SHAPE = TransformerShape(channels=4, width=32, depth=2, heads=2, context=6, qk_norm=True)


def drawn(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def shaken(net):
    """The network with no zeros left in it, so that every way in is open."""
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape, generator=generator))
    return net


def everything():
    return {
        "context": drawn(2, 5, 6, seed=1),
        "vector": drawn(2, 7, seed=2),
        "tokens": drawn(2, 1, 32, seed=3),
        "beside": drawn(2, 9, 2, seed=4),
        "added": drawn(2, 3, 5, seed=5),
    }


@pytest.fixture(scope="module")
def net():
    shape = TransformerShape(channels=4, width=32, depth=2, heads=2, context=6, vector=7, qk_norm=True)
    return shaken(DiffusionTransformer(shape, beside=2, added=5))


@pytest.mark.parametrize("way", ["context", "vector", "tokens", "beside", "added"])
def test_each_way_of_conditioning_is_heard(net, way):
    x, time = drawn(2, 4, 9), torch.tensor([0.2, 0.9])
    told = everything()
    plain = net(x, time, Conditions(**told))
    other = net(x, time, Conditions(**told | {way: told[way].flip(0)}))
    assert plain.shape == x.shape
    assert (plain - other).abs().amax(dim=(1, 2)).min() > 1e-4


def test_the_time_is_heard_and_each_item_has_its_own(net):
    x, told = drawn(2, 4, 9), Conditions(**everything())
    early, mixed = (net(x, torch.tensor(times), told) for times in ([0.2, 0.2], [0.2, 0.9]))
    torch.testing.assert_close(early[0], mixed[0])
    assert (early[1] - mixed[1]).abs().max() > 1e-4


def test_every_parameter_learns(net):
    net.zero_grad()
    made = net(drawn(2, 4, 9), torch.tensor([0.2, 0.9]), Conditions(**everything()))
    made.square().mean().backward()
    fixed = {"timestep_features.weight"}
    still = [n for n, p in net.named_parameters() if n not in fixed and (p.grad is None or not p.grad.any())]
    assert still == []


def test_it_works_with_nothing_but_a_time():
    net = DiffusionTransformer(TransformerShape(channels=4, width=32, depth=1, heads=2))
    assert net(drawn(2, 4, 9), torch.tensor([0.1, 0.2])).shape == (2, 4, 9)


def test_rows_without_a_memory_are_as_if_their_context_were_zeros():
    net = shaken(Transformer(SHAPE))
    hidden, context = drawn(4, 9, 32), drawn(2, 5, 6, seed=1)
    turn = net.rotary_pos_emb(9)
    spared = net.run(hidden, turn, net.remember(context))
    whole = net.run(hidden, turn, net.remember(torch.cat([context, torch.zeros(2, 5, 6)])))
    torch.testing.assert_close(spared, whole, atol=1e-5, rtol=0)


def test_norms_that_want_a_vector_say_so():
    net = Transformer(TransformerShape(channels=4, width=32, depth=1, heads=2, vector=3))
    with pytest.raises(ValueError, match="wants a vector"):
        net.run(drawn(1, 5, 32), net.rotary_pos_emb(5))


@pytest.mark.parametrize(
    ("width", "heads", "turned"), [(1024, 16, 32), (128, 2, 32), (64, 4, 16), (256, 2, 64)]
)
def test_half_of_each_head_is_turned_and_32_where_there_are_that_many(width, heads, turned):
    assert TransformerShape(channels=4, width=width, depth=1, heads=heads).turned == turned
