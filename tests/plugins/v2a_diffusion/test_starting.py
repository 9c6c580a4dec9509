"""An autoencoder's start: latents and sound as loud as they should be."""

import pytest

torch = pytest.importorskip("torch")
from v2a_diffusion.oobleck import Oobleck, OobleckShape  # noqa: E402
from v2a_diffusion.starting import start  # noqa: E402


def test_latents_and_sound_start_as_loud_as_they_should_be():
    draws = torch.Generator().manual_seed(0)
    sound = 0.02 * torch.randn(4, 1, 2048, generator=draws)
    model = Oobleck(OobleckShape(1, 8, 4, (1, 2, 4), (4, 4, 4)))
    with torch.no_grad():
        quiet = model.decode(model.encode(sound)).std() / sound.std()
        start(model, sound)
        mean, raw = model.moments(sound).chunk(2, dim=1)
        out = model.decode(mean)
    assert quiet < 0.05
    assert 0.7 < float(mean.std()) < 1.4
    assert float(torch.nn.functional.softplus(raw).mean()) < 0.1
    assert float(out.std() / sound.std()) == pytest.approx(1, abs=0.2)
