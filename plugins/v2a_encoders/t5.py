"""T5 and T5Gemma through transformers: the encoder's token states of a text, however long.

The weights lie in `WEIGHTS/t5` and `WEIGHTS/t5gemma` as the hub has them, in safetensors. Of a whole model only the encoder
is loaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a.errors import WeightsDamaged, WeightsUnfit
from v2a.media import weights
from v2a.media.neural import quiet
from v2a_encoders import neural
from v2a_encoders.loaded import SIZES, Loaded, Weighted, absent
from v2a_encoders.models import T5GEMMA

_DECODER = (r"^(model\.)?decoder\.", r"^lm_head\.")
_NAMED = 5


class T5Text(Weighted):
    """T5's encoder: one row a token, none cut off."""

    folder = "t5"
    plain = v2a.EncoderCard(
        name="t5",
        version="1",
        licence=v2a.Licence("Apache-2.0", weights="those of the checkpoint", commercial="unknown"),
        reads="text",
        about="T5 token states through transformers",
        devices=("cuda", "mps", "cpu"),
    )

    def open(self, bench: v2a.Bench) -> v2a.Reader:
        """Load the encoder."""
        place = _folder(bench, self.folder)
        neural.torch()
        from transformers import T5Config, T5EncoderModel

        return _Tokens(bench, place, T5EncoderModel, T5Config)


class T5GemmaText(Weighted):
    """T5Gemma's encoder: one row a token, none cut off."""

    folder = "t5gemma"
    plain = v2a.EncoderCard(
        name="t5gemma",
        version="1",
        licence=T5GEMMA.licence,
        reads="text",
        about="T5Gemma token states through transformers",
        of="reasoning",
        devices=("cuda", "mps", "cpu"),
    )

    def open(self, bench: v2a.Bench) -> v2a.Reader:
        """Load the encoder."""
        place = _folder(bench, self.folder)
        neural.torch()
        from transformers import T5GemmaConfig, T5GemmaEncoderModel

        return _Tokens(bench, place, T5GemmaEncoderModel, T5GemmaConfig, is_encoder_decoder=False)


class _Tokens(Loaded):
    def __init__(self, bench: v2a.Bench, place: Path, kind: Any, config: Any, **told: Any) -> None:
        from transformers import AutoTokenizer

        try:
            self._tokens = AutoTokenizer.from_pretrained(str(place), local_files_only=True)
            settings = config.from_pretrained(str(place), local_files_only=True, **told)
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise _unfit("its configuration or its tokenizer cannot be read", place) from error
        with quiet():
            model = _encoder(kind, settings, place, neural.dtype(bench))
        super().__init__(bench, model.to(bench.device).eval())

    def _read(self, request: v2a.EncodeRequest) -> NDArray[np.float32] | v2a.Failure:
        tokens = self._tokens(request.text, return_tensors="pt", truncation=False, verbose=False).input_ids
        if not tokens.shape[1]:
            return v2a.Failure("makes no tokens of this text", "Say in words what should sound.")
        states = self._model(input_ids=tokens.to(self._bench.device)).last_hidden_state
        rows: NDArray[np.float32] = states[0].float().cpu().numpy()
        return rows


def _encoder(kind: Any, settings: Any, place: Path, dtype: Any) -> Any:
    """The encoder of a checkpoint; its decoder is neither read nor missed."""
    from safetensors import SafetensorError

    alone: Any = type(kind.__name__, (kind,), {"_keys_to_ignore_on_load_unexpected": list(_DECODER)})
    try:
        model, told = alone.from_pretrained(
            str(place),
            config=settings,
            local_files_only=True,
            use_safetensors=True,
            ignore_mismatched_sizes=True,
            output_loading_info=True,
            dtype=dtype,
        )
    except (OSError, SafetensorError) as error:
        raise WeightsDamaged(
            "these files of weights are cut short or damaged", where=str(place), remedy="Fetch them again."
        ) from error
    other = sorted(name for name, *_ in told["mismatched_keys"])
    for names, what in ((sorted(told["missing_keys"]), "lacks"), (other, "has in another shape")):
        if names:
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            raise _unfit(f"it {what} {', '.join(names[:_NAMED])}{more}", place)
    return model


def _unfit(why: str, place: Path) -> WeightsUnfit:
    return WeightsUnfit(
        f"this checkpoint does not fit the model: {why}",
        where=str(place),
        remedy="Use the checkpoint that belongs to this model, with its own config.json.",
    )


def _folder(bench: v2a.Bench, name: str) -> Path:
    """The folder of a text encoder; it must hold a configuration and safetensors."""
    place = bench.weights / name
    safe = any(path.suffix == weights.SAFE for path in weights.files_in(place))
    if not safe or not (place / SIZES).is_file():
        raise absent(place, name)
    return place
