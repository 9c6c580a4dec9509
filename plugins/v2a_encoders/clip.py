"""CLIP through open_clip: one feature a frame, and the token states of a text.

The weights lie in `WEIGHTS/clip` as the hub has them: `open_clip_config.json` and `open_clip_model.safetensors`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a.errors import WeightsUnfit
from v2a.media import weights
from v2a_encoders import neural
from v2a_encoders.checkpoint import CONFIG, Checkpoint, in_folder, side_in
from v2a_encoders.loaded import Loaded, Weighted, absent, frames_of, place_of

RATE = Fraction(8)
_TOLD = 400
_LICENCE = v2a.Licence("MIT", weights="those of the checkpoint", commercial="unknown")


class Clip:
    """An opened model with its own way of preparing pictures; `scale` is how it weighs likeness to a text."""

    def __init__(self, bench: v2a.Bench, checkpoint: Checkpoint) -> None:
        self.torch = neural.torch()
        import open_clip

        self.device = bench.device
        self.model = open_clip.create_model(
            checkpoint.model, pretrained=checkpoint.pretrained, device=bench.device, precision="fp32"
        ).eval()
        self.scale = float(self.model.logit_scale.detach().exp().clamp(max=100.0))
        self.model = self.model.to(neural.dtype(bench))
        self.dtype = neural.dtype(bench)
        self.tokens = open_clip.get_tokenizer(checkpoint.model)
        visual = self.model.visual
        size = visual.image_size
        self.size = size[0] if isinstance(size, tuple | list) else int(size)
        self.mean = self.torch.tensor(visual.image_mean, device=self.device).view(1, 3, 1, 1)
        self.std = self.torch.tensor(visual.image_std, device=self.device).view(1, 3, 1, 1)

    def frames(self, pixels: NDArray[np.uint8], batch: int) -> NDArray[np.float32]:
        """One normalised feature a frame (uint8, frames × height × width × 3)."""
        made = []
        with self.torch.inference_mode():
            for start in range(0, len(pixels), batch):
                images = self.torch.from_numpy(np.array(pixels[start : start + batch])).to(self.device)
                images = images.permute(0, 3, 1, 2).float() / 255
                if images.shape[-1] != self.size or images.shape[-2] != self.size:
                    images = self.torch.nn.functional.interpolate(
                        images, (self.size, self.size), mode="bicubic", antialias=True
                    ).clamp(0, 1)
                images = ((images - self.mean) / self.std).to(self.dtype)
                made.append(self.model.encode_image(images, normalize=True).float().cpu().numpy())
        return np.concatenate(made)

    def texts(self, texts: Sequence[str], batch: int = 1) -> NDArray[np.float32]:
        """One normalised feature a text."""
        made = []
        with self.torch.inference_mode():
            for start in range(0, len(texts), batch):
                tokens = self.tokens(list(texts[start : start + batch])).to(self.device)
                made.append(self.model.encode_text(tokens, normalize=True).float().cpu().numpy())
        return np.concatenate(made)


def _in_folder(bench: v2a.Bench) -> Clip:
    """The checkpoint of the encoders; its files are opened as tensors alone before open_clip is let near them."""
    place = place_of(bench, "clip")
    if not (place / CONFIG).is_file():
        raise absent(place / CONFIG, "clip")
    neural.torch()
    weights.read(place)
    try:
        return Clip(bench, in_folder(place))
    except (ValueError, LookupError, TypeError) as error:
        raise _unfit(f"has a configuration that cannot be read ({error})", place) from error
    except RuntimeError as error:
        if "state_dict" not in str(error):
            raise
        raise _unfit(f"does not fit its configuration:{str(error).partition(':')[2]}", place) from error


def _unfit(why: str, place: Path) -> WeightsUnfit:
    told = " ".join(why.split())
    return WeightsUnfit(
        f"this CLIP checkpoint {told[:_TOLD]}{'…' if len(told) > _TOLD else ''}",
        where=str(place),
        remedy="Put a whole one there in its published layout.",
    )


class _Frames(Loaded):
    def __init__(self, bench: v2a.Bench, batch: int) -> None:
        super().__init__(bench, _in_folder(bench))
        self._batch = batch

    def _read(self, request: v2a.EncodeRequest) -> NDArray[np.float32] | v2a.Failure:
        pixels = frames_of(request, "clip")
        if isinstance(pixels, v2a.Failure):
            return pixels
        rows: NDArray[np.float32] = self._model.frames(pixels, self._batch)
        return rows


class _Text(Loaded):
    def __init__(self, bench: v2a.Bench) -> None:
        super().__init__(bench, _in_folder(bench))

    def _read(self, request: v2a.EncodeRequest) -> NDArray[np.float32]:
        rows: NDArray[np.float32] = self._model.texts([request.text])
        return rows


class ClipPicture(Weighted):
    """CLIP's picture tower: one row a frame, eight frames a second."""

    folder = "clip"
    plain = v2a.EncoderCard(
        name="clip",
        version="1",
        licence=_LICENCE,
        reads="picture",
        about="CLIP picture features through open_clip",
        picture=v2a.PictureNeed(224, 224, RATE, fit="crop"),
        rate=RATE,
        sliceable=True,
        devices=("cuda", "mps", "cpu"),
        batch=32,
    )

    @property
    def card(self) -> v2a.EncoderCard:  # type: ignore[override]
        """The card for the checkpoint that lies here, and the size of picture that it looks at."""
        side = side_in(weights.weights_folder() / self.folder)
        need = v2a.PictureNeed(side, side, RATE, fit="crop") if side else self.plain.picture
        return replace(super().card, picture=need)

    def open(self, bench: v2a.Bench) -> v2a.Reader:
        """Load the model."""
        return _Frames(bench, self.plain.batch)


class ClipText(Weighted):
    """CLIP's text tower: one row a text."""

    folder = "clip"
    plain = v2a.EncoderCard(
        name="clip-text",
        version="1",
        licence=_LICENCE,
        reads="text",
        about="CLIP text features through open_clip",
        devices=("cuda", "mps", "cpu"),
    )

    def open(self, bench: v2a.Bench) -> v2a.Reader:
        """Load the model."""
        return _Text(bench)
