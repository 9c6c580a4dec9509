"""T5 through transformers: the encoder's token states of a text. The weights lie in `WEIGHTS/t5` as the hub has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from numpy.typing import NDArray

import v2a
from v2a_encoders import neural


class _Tokens(v2a.Reader):
    def __init__(self, bench: v2a.Bench) -> None:
        self._torch = neural.torch()
        from transformers import AutoTokenizer, T5EncoderModel

        folder = str(neural.weights(bench, "t5", "config.json"))
        self._device = bench.device
        self._tokens = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = T5EncoderModel.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, dtype=neural.dtype(bench)
        )
        self._model = model.to(bench.device).eval()

    def __call__(self, requests: Sequence[v2a.EncodeRequest]) -> Iterator[NDArray[Any] | v2a.Failure]:
        for request in requests:
            with self._torch.inference_mode():
                tokens = self._tokens(request.text, return_tensors="pt").input_ids.to(self._device)
                yield self._model(input_ids=tokens).last_hidden_state[0].float().cpu().numpy()


class T5Text(v2a.Encoder):
    """T5's encoder: one row a token, none cut off."""

    card = v2a.EncoderCard(
        name="t5",
        version="1",
        licence=v2a.Licence("Apache-2.0", weights="those of the checkpoint", commercial="unknown"),
        reads="text",
        about="T5 token states through transformers",
        devices=("cuda", "mps", "cpu"),
    )

    def open(self, bench: v2a.Bench) -> v2a.Reader:
        """Load the model."""
        return _Tokens(bench)
