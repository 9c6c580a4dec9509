"""The autoencoder in pieces agrees with the whole, and hears just as far as it says."""

import pytest

torch = pytest.importorskip("torch")

from v2a_diffusion.oobleck import Oobleck, OobleckShape, Snake  # noqa: E402
from v2a_diffusion.piecewise import decode_piecewise, encode_piecewise, pieces, reach  # noqa: E402

SMALL = OobleckShape(sound=2, latent=3, channels=2, multiples=(1, 2, 4), strides=(2, 3, 4))
PUBLISHED = OobleckShape(channels=1, latent=2)


def drawn(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def model(shape=SMALL):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return Oobleck(shape).eval()


def test_lengths_are_divided_by_the_hop_and_multiplied_again():
    net = model()
    with torch.inference_mode():
        latents = net.encode(drawn(1, 2, 10 * SMALL.hop))
        assert latents.shape == (1, 3, 10)
        assert net.decode(latents).shape == (1, 2, 10 * SMALL.hop)


def test_a_snake_is_the_same_with_and_without_gradients():
    snake = Snake(3)
    snake.alpha.data, snake.beta.data = drawn(3), drawn(3, seed=1)
    x = drawn(2, 3, 9, seed=2)
    wanted = x + torch.sin(x * snake.alpha.exp()[:, None]) ** 2 / (snake.beta.exp()[:, None] + 1e-9)
    torch.testing.assert_close(snake(x), wanted)
    kept = x.clone()
    with torch.no_grad():
        torch.testing.assert_close(snake(x), wanted)
    assert torch.equal(x, kept)


def test_latents_are_drawn_with_a_generator_and_are_means_without():
    net, sound = model(), drawn(1, 2, 5 * SMALL.hop)
    with torch.inference_mode():
        mean, raw = net.moments(sound).chunk(2, 1)
        assert torch.equal(net.encode(sound), mean)
        one, other = (net.encode(sound, torch.Generator().manual_seed(4)) for _ in range(2))
    noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(4))
    assert torch.equal(one, other)
    torch.testing.assert_close(one, mean + (torch.nn.functional.softplus(raw) + 1e-4) * noise)


@pytest.mark.parametrize("shape", [SMALL, PUBLISHED], ids=["small", "published strides"])
def test_what_is_heard_reaches_as_far_as_is_said_and_no_farther(shape):
    net, far, middle = model(shape).double(), reach(shape), 20
    latents = drawn(1, shape.latent, 41).double()
    changed = latents.clone()
    changed[..., middle] += 1
    sound = drawn(1, 2, 41 * shape.hop).double()
    louder = sound.clone()
    louder[..., middle * shape.hop : (middle + 1) * shape.hop] += 1
    with torch.inference_mode():
        moved = (
            (net.decode(changed) - net.decode(latents)).abs().amax(dim=(0, 1)).unflatten(0, (41, -1)).amax(1)
        )
        told = (net.moments(louder) - net.moments(sound)).abs().amax(dim=(0, 1))
    for heard, distance in ((moved, far.decoding), (told, far.encoding)):
        reached = (heard > 0).nonzero().flatten()
        around = max(middle - int(reached.min()), int(reached.max()) - middle)
        assert distance - 1 <= around <= distance


@pytest.mark.parametrize("size", [1, 7, 16, 60])
def test_pieces_agree_with_the_whole(size):
    net, latents = model(), drawn(2, 3, 50)
    with torch.inference_mode():
        whole = net.decode(latents)
        torch.testing.assert_close(decode_piecewise(net, latents, size), whole, atol=2e-6, rtol=1e-5)
        assert torch.equal(decode_piecewise(net, latents, None), whole)
        sound = drawn(2, 2, 50 * SMALL.hop - 5, seed=1)
        filled = torch.nn.functional.pad(sound, (0, 5))
        made = encode_piecewise(net, sound, size)
        torch.testing.assert_close(made, net.encode(filled), atol=2e-6, rtol=1e-5)


def test_too_short_an_overlap_errs_at_the_joins():
    net, latents = model(), drawn(1, 3, 50)
    with torch.inference_mode():
        whole = net.decode(latents)
        off = [(decode_piecewise(net, latents, 16, overlap) - whole).abs().max() for overlap in (0, 2)]
    assert off[0] > off[1] > 1e-5


def test_pieces_meet_and_stay_within():
    made = list(pieces(23, 8, 3))
    assert [(p.first, p.last) for p in made] == [(0, 8), (8, 16), (16, 23)]
    assert [(p.low, p.high) for p in made] == [(0, 11), (5, 19), (13, 23)]


def test_the_tanh_bounds_what_comes_out():
    shape = OobleckShape(sound=1, latent=2, channels=2, multiples=(1,), strides=(2,), final_tanh=True)
    with torch.inference_mode():
        assert model(shape).decode(1000 * drawn(1, 2, 9)).abs().max() <= 1
