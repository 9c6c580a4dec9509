"""Noise that belongs to its item: from its own generator, whatever the batch, the device or the global state."""

import pytest

torch = pytest.importorskip("torch")

from v2a_diffusion.draws import Draws  # noqa: E402


def test_an_items_noise_is_its_own():
    together = Draws.seeded([1, 2, 3])
    first, second = together.normal((4, 5)), together.like(torch.zeros(3, 4, 5))
    alone = Draws.seeded([2])
    assert torch.equal(alone.normal((4, 5))[0], first[1])
    assert torch.equal(alone.like(torch.zeros(1, 4, 5))[0], second[1])
    assert not torch.equal(first, second)


def test_neither_the_kind_of_number_nor_the_global_state_changes_it():
    torch.manual_seed(1)
    plain = Draws.seeded([7]).normal((6,))
    torch.manual_seed(2)
    as_double = Draws.seeded([7]).like(torch.zeros(1, 6, dtype=torch.float64))
    assert as_double.dtype == torch.float64
    assert torch.equal(as_double.float(), plain)
    assert Draws.seeded([7]).like(torch.zeros(1, 6, device="meta")).device.type == "meta"


def test_there_is_one_generator_an_item():
    with pytest.raises(ValueError, match="2 items want 2 generators, not 3"):
        Draws.seeded([1, 2, 3]).like(torch.zeros(2, 4))
