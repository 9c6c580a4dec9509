"""Adapters: without effect at first, trained alone, saved alone, and merged exactly."""

import pytest

torch = pytest.importorskip("torch")
from v2a.errors import WeightsDamaged, WeightsUnfit  # noqa: E402
from v2a_diffusion import lora  # noqa: E402
from v2a_diffusion.lora import Terms  # noqa: E402
from v2a_diffusion.tensors import write_tensors  # noqa: E402

TERMS = Terms(rank=3, scale=0.5, base="0123456789ab")


def network():
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Linear(8, 16),
        torch.nn.SiLU(),
        torch.nn.Sequential(torch.nn.Linear(16, 8), torch.nn.Linear(8, 4)),
    )


def adapted():
    made = network()
    names = lora.inject(made, TERMS, torch.Generator().manual_seed(1), lambda name: name != "2.1")
    assert names == ("0", "2.0")
    return made


def taught(made):
    x, y = torch.randn(64, 8), torch.randn(64, 4)
    optimizer = torch.optim.Adam([p for p in made.parameters() if p.requires_grad], 0.05)
    for _ in range(20):
        loss = (made(x) - y).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return made


def test_an_adapter_has_no_effect_at_first_and_alone_is_trained():
    x = torch.randn(5, 8)
    made = adapted()
    assert torch.equal(made(x), network()(x))
    assert [n for n, p in made.named_parameters() if p.requires_grad] == [
        "0.down",
        "0.up",
        "2.0.down",
        "2.0.up",
    ]
    taught(made)
    assert (made(x) - network()(x)).abs().max() > 0.05
    assert torch.equal(made[0].base.weight, network()[0].weight)


def test_merged_answers_as_adapted_does():
    x = torch.randn(100, 8)
    made = taught(adapted())
    with torch.no_grad():
        before = made(x)
        lora.merge(made)
        assert set(made.state_dict()) == set(network().state_dict())
        assert (made(x) - before).abs().max() < 1e-6
    assert all(p.requires_grad for name, p in made.named_parameters() if name.endswith("0.weight"))


def test_a_saved_adapter_merges_into_the_base_and_knows_it(tmp_path):
    path = tmp_path / "adapter.safetensors"
    made = taught(adapted())
    lora.save(made, TERMS, path)
    again = tmp_path / "again.safetensors"
    lora.save(made, TERMS, again)
    assert path.read_bytes() == again.read_bytes()
    assert lora.terms_of(path) == TERMS
    base = network()
    tensors = lora.added(base.state_dict(), path, TERMS.base)
    base.load_state_dict(tensors)
    x = torch.randn(100, 8)
    with torch.no_grad():
        assert (base(x) - made(x)).abs().max() < 1e-6
    assert lora.added(network().state_dict(), path, strength=0)["0.weight"].equal(network()[0].weight)
    with pytest.raises(WeightsUnfit, match="belongs to the weights 0123456789ab"):
        lora.added(base.state_dict(), path, "ba9876543210")


def test_what_is_no_adapter_or_one_of_another_model_is_refused(tmp_path):
    path = tmp_path / "adapter.safetensors"
    write_tensors({"a": torch.zeros(1)}, path, {"schema": "another"})
    with pytest.raises(WeightsUnfit, match="holds no adapter"):
        lora.terms_of(path)
    lora.save(adapted(), TERMS, path)
    with pytest.raises(WeightsUnfit, match="does not fit the model at 0"):
        lora.added({"0.weight": torch.zeros(3, 3)}, path)
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(WeightsDamaged, match="cut short"):
        lora.terms_of(path)


def test_a_network_without_a_chosen_layer_is_refused():
    with pytest.raises(ValueError, match="no linear layer"):
        lora.inject(network(), TERMS, torch.Generator(), lambda name: False)
