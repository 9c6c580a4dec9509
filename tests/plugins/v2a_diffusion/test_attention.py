"""Attention hears by distance, leaves out what only fills, and hears nothing of a context of zeros."""

import pytest

torch = pytest.importorskip("torch")

from v2a_diffusion.attention import CrossAttention, Rotary, SelfAttention, turned  # noqa: E402


def drawn(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def test_turned_queries_and_keys_meet_by_their_distance_alone():
    turn = Rotary(8)(40)
    q, k = (drawn(1, 16, seed=seed).expand(40, 16) for seed in (1, 2))
    scores = turned(q, turn) @ turned(k, turn).T
    for distance in (-7, 0, 3):
        along = scores.diagonal(distance)
        torch.testing.assert_close(along, along[:1].expand_as(along), atol=1e-4, rtol=0)
    assert (scores.diagonal(1)[0] - scores.diagonal(9)[0]).abs() > 1e-2


def test_dimensions_behind_the_turned_ones_stay():
    x = drawn(5, 16)
    made = turned(x, Rotary(8)(5))
    assert torch.equal(made[:, 8:], x[:, 8:])
    assert torch.equal(made[0], x[0])
    assert not torch.allclose(made[1:, :8], x[1:, :8])


def test_half_precision_is_turned_in_single():
    turn, x = Rotary(8)(300), drawn(300, 16).bfloat16()
    made = turned(x, turn)
    assert made.dtype is torch.bfloat16
    assert torch.equal(made, turned(x.float(), turn).bfloat16())


def test_self_attention_is_that_of_each_head_by_itself():
    net = SelfAttention(12, 3)
    x = drawn(2, 5, 12)
    q, k, v = net.to_qkv(x).chunk(3, -1)
    heads = []
    for head in range(3):
        part = slice(4 * head, 4 * head + 4)
        weights = (q[..., part] @ k[..., part].transpose(1, 2) / 2).softmax(-1)
        heads.append(weights @ v[..., part])
    torch.testing.assert_close(net(x), net.to_out(torch.cat(heads, -1)), atol=1e-6, rtol=1e-5)


def test_normed_queries_do_not_mind_how_loud_they_are():
    net = CrossAttention(8, 6, 2, qk_norm=True)
    memory = net.remember(drawn(1, 4, 6))
    x = drawn(1, 3, 8, seed=1)
    torch.testing.assert_close(net(100 * x, memory), net(x, memory), atol=1e-5, rtol=1e-4)


def test_what_fills_a_context_is_not_heard():
    net = CrossAttention(8, 6, 2, qk_norm=True)
    x, context = drawn(1, 3, 8), drawn(1, 4, 6, seed=1)
    filled = torch.cat([context, drawn(1, 5, 6, seed=2)], 1)
    counts = torch.arange(9)[None] < 4
    torch.testing.assert_close(net(x, net.remember(filled, counts)), net(x, net.remember(context)))
    assert not torch.allclose(net(x, net.remember(filled)), net(x, net.remember(context)), atol=1e-3)


def test_of_a_context_of_zeros_nothing_is_heard():
    net = CrossAttention(8, 6, 2, qk_norm=True)
    assert not net(drawn(2, 3, 8), net.remember(torch.zeros(2, 4, 6))).any()


def test_heads_must_part_the_channels():
    with pytest.raises(ValueError, match="cannot be parted"):
        SelfAttention(10, 3)
