"""Memory is told before anything is loaded, and kept under a limit by parts and layers that take turns."""

import pytest

torch = pytest.importorskip("torch")

from tests.plugins.v2a_prism import tiny  # noqa: E402
from v2a.errors import MemoryShort  # noqa: E402
from v2a_prism import checkpoint, memory  # noqa: E402
from v2a_prism import config as configuration  # noqa: E402
from v2a_prism.memory import Keeping, Load, Measure, planned  # noqa: E402
from v2a_prism.residence import Residence, opened  # noqa: E402
from v2a_prism.sampling import Cue, Sampling, decode, encode, sample, tell  # noqa: E402

SIZES = {"width": 128, "depth": 5}
ASKED = Load(cues=2, length=22)
FEW = Sampling(steps=2)
NETWORK, DECODER = ("model.", "conditioner."), "pretransform.model.decoder."


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny.folder(tmp_path_factory.mktemp("residence") / "prism", **SIZES)


@pytest.fixture(scope="module")
def needs(folder):
    return Measure(configuration.read(folder / "config.json"), torch.float32).needs(ASKED)


@pytest.fixture(scope="module")
def wanted(folder):
    return work(Residence(checkpoint.load(folder), "cpu", plan(Keeping.RESIDENT)))


def plan(keeping, load=ASKED):
    return memory.Plan(keeping, load, 0)


def work(residence):
    """Latents and sound of two cues, and what was there at each moment."""
    model = residence.model
    seen = []
    for part, name in (
        (model.autoencoder.decoder, "decoding"),
        *((b, at) for at, b in enumerate(model.network.transformer.layers)),
    ):
        part.register_forward_pre_hook(
            lambda *_, name=name: seen.append((name, residence.here(), residence.held))
        )
    with residence.sampling():
        cues = [Cue(tell(model, tiny.features(1, seed=seed)), seed) for seed in (1, 2)]
        latents = sample(model, cues, 22, FEW)
    with residence.decoding():
        sound = decode(model, latents, residence.plan.load.piece)
    return latents, sound, seen


def rooms(needs):
    """Bytes that are just enough for each way."""
    return {keeping: needs.most(keeping) for keeping in Keeping}


@pytest.mark.parametrize("keeping", list(Keeping))
def test_all_ways_make_the_same_bytes_within_their_limit(folder, needs, wanted, keeping):
    residence = opened(folder, "cpu", torch.float32, ASKED, rooms(needs)[keeping])
    assert residence.plan.keeping is keeping
    latents, sound, _ = work(residence)
    assert torch.equal(latents, wanted[0])
    assert torch.equal(sound, wanted[1])
    network, decoder = needs.network.weights, needs.decoder.weights
    held = {
        Keeping.RESIDENT: network + decoder,
        Keeping.PARTS: max(network, decoder),
        Keeping.LAYERS: max(network - needs.streamed, decoder),
    }
    assert residence.most <= held[keeping]
    assert residence.held == (residence.most if keeping is Keeping.RESIDENT else 0)


def test_parts_take_turns(folder):
    _, _, seen = work(Residence(checkpoint.load(folder), "cpu", plan(Keeping.PARTS)))
    for name, here, _ in seen:
        expected = DECODER if name == "decoding" else NETWORK
        assert here
        assert all(weight.startswith(expected) for weight in here)


def test_layers_take_turns_two_at_a_time(folder):
    _, _, seen = work(Residence(checkpoint.load(folder), "cpu", plan(Keeping.LAYERS)))
    layers = [(name, here) for name, here, _ in seen if name != "decoding"]
    assert [name for name, _ in layers[:5]] == [0, 1, 2, 3, 4]
    for name, here in layers:
        there = {int(weight.split(".")[4]) for weight in here if ".transformer.layers." in weight}
        assert there == {name, min(name + 1, 4)}


def test_what_waits_cannot_be_used(folder):
    residence = Residence(checkpoint.load(folder), "cpu", plan(Keeping.PARTS))
    assert residence.here() == frozenset()
    with pytest.raises((RuntimeError, NotImplementedError)), residence.decoding():
        sample(residence.model, [Cue(tell(residence.model, tiny.features(1)), 0)], 22, FEW).sum().item()
    assert residence.held == 0


@pytest.mark.parametrize("keeping", list(Keeping))
def test_the_way_to_latents_is_there_while_it_works(folder, keeping):
    residence = Residence(checkpoint.load(folder), "cpu", plan(keeping))
    sound = torch.randn(1, 2, 4096, generator=torch.Generator().manual_seed(0))
    with residence.encoding():
        made = encode(residence.model, sound)
    assert torch.equal(made, encode(checkpoint.load(folder), sound))
    assert not any(weight.startswith("pretransform.model.encoder.") for weight in residence.here())


def test_a_failure_leaves_nothing_on_the_device(folder):
    residence = Residence(checkpoint.load(folder), "cpu", plan(Keeping.LAYERS))
    residence.model.network.transformer.layers[2].register_forward_pre_hook(lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError), residence.sampling():
        sample(residence.model, [Cue(tell(residence.model, tiny.features(1)), 0)], 22, FEW)
    assert residence.held == 0


def test_too_little_memory_is_told_before_anything_is_read(folder, needs, monkeypatch):
    monkeypatch.setattr("v2a_prism.residence.load", lambda *_: pytest.fail("the weights were read"))
    with pytest.raises(MemoryShort, match=r"needs \d+ MB.*network \d+ MB.*there are 0 MB.*Free some memory"):
        opened(folder, "cpu", torch.float32, ASKED, 1000)
    with pytest.raises(MemoryShort, match="Allow offloading"):
        opened(folder, "cpu", torch.float32, ASKED, rooms(needs)[Keeping.LAYERS], offload=False)


def test_fewer_cues_and_smaller_pieces_make_room(folder):
    config = configuration.read(folder / "config.json")
    measure, asked = Measure(config, torch.float32), Load(cues=64, length=194)
    ways = (
        (Keeping.RESIDENT, asked),
        (Keeping.PARTS, Load(cues=64, length=194, piece=64)),
        (Keeping.PARTS, Load(cues=32, length=194, piece=64)),
        (Keeping.LAYERS, Load(cues=1, length=194, piece=16)),
    )
    rooms = [measure.needs(load).most(keeping) for keeping, load in ways]
    found = [planned(config, torch.float32, asked, room) for room in rooms]
    assert [plan.keeping for plan in found] == [keeping for keeping, _ in ways]
    assert [plan.load.cues for plan in found] == sorted((plan.load.cues for plan in found), reverse=True)
    assert found[0].load == asked
    assert found[-1].load.piece < asked.piece
    assert all(plan.needed <= room for plan, room in zip(found, rooms))


def test_what_work_takes_is_foreseen(folder):
    """The ledger over real numbers counts no more than the one over none, and not much less."""
    model, config = checkpoint.load(folder), configuration.read(folder / "config.json")
    cue = Cue(tell(model, tiny.features(1, words=memory._WORDS)), 0)
    needs = Measure(config, torch.float32).needs(Load(1, 22))
    for part, work_ in (
        (needs.network, lambda: sample(model, [cue], 22, Sampling(steps=1))),
        (needs.decoder, lambda: decode(model, torch.zeros(1, 8, 22))),
        (needs.encoder, lambda: encode(model, torch.zeros(1, 2, 22 * 2048))),
    ):
        with memory._Ledger() as ledger:
            work_()
        assert part.work / 3 < ledger.most <= part.work


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_weights_foreseen_are_those_that_are_loaded(folder, dtype):
    needs = Measure(configuration.read(folder / "config.json"), dtype).needs(ASKED)
    residence = Residence(checkpoint.load(folder, dtype=dtype), "cpu", plan(Keeping.RESIDENT))
    assert residence.held == needs.network.weights + needs.decoder.weights


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("keeping", [Keeping.PARTS, Keeping.LAYERS])
def test_on_a_gpu_all_ways_agree_and_nothing_is_left(folder, keeping):
    resident, other = (
        Residence(checkpoint.load(folder), "cuda", plan(way)) for way in (Keeping.RESIDENT, keeping)
    )
    before = torch.cuda.memory_allocated()
    made, wanted = work(other)[:2], work(resident)[:2]
    for one, exact in zip(made, wanted):
        torch.testing.assert_close(one, exact, atol=1e-4, rtol=1e-4)
    del made, wanted, one, exact
    assert other.held == 0
    assert torch.cuda.memory_allocated() <= before + 2**20
