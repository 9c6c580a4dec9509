"""A vision-language model through transformers: any image-text-to-text checkpoint with a chat template."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import v2a
from v2a.errors import MemoryShort, ProgramMissing, V2aError
from v2a.media.neural import quiet
from v2a_planners import neural
from v2a_planners.budget import Budget
from v2a_planners.checkpoint import damaged, size, unfit
from v2a_planners.conversation import Model, Reply, Trouble, Turn
from v2a_planners.params import Looking

_ROOM = 64
_BESIDES = 1.2


class Seer(Model):
    """An opened checkpoint on the bench's device, in the bench's precision."""

    def __init__(
        self, bench: v2a.Bench, folder: Path, looking: Looking, budget: Budget, check: Callable[[], None]
    ) -> None:
        self._torch = neural.torch()
        self._folder, self._looking, self._budget, self._check = folder, looking, budget, check
        self._device, self._dtype = bench.device, getattr(self._torch, bench.dtype)
        needed = int(size(folder, self._dtype.itemsize) * _BESIDES)
        if bench.memory_limit is not None and needed > bench.memory_limit:
            raise self._short(f"it takes {needed / 1e9:.1f} GB and may take {bench.memory_limit / 1e9:.1f}")
        bench.progress(0, 0, f"loading {self.name} ({needed / 1e9:.1f} GB)")
        with quiet():
            self._processor, self._model = self._loaded()

    @property
    def name(self) -> str:
        """The name of the checkpoint's folder, or of its snapshot's repository."""
        snapshot = self._folder.parent.name == "snapshots"
        return (
            self._folder.parents[1].name.removeprefix("models--").replace("--", "/")
            if snapshot
            else self._folder.name
        )

    def answer(self, turns: Sequence[Turn], seed: int) -> Reply:
        """The model's next turn; without temperature always the likeliest words."""
        self._budget.take(sum(len(turn.sights) for turn in turns))
        with quiet(), self._torch.inference_mode(), self._noise(seed):
            try:
                return self._answered(turns)
            except self._torch.OutOfMemoryError as error:
                raise Trouble(self._short("its memory ran out"), lasting=True) from error

    def _loaded(self) -> tuple[Any, Any]:
        from safetensors import SafetensorError
        from transformers import AutoModelForImageTextToText, AutoProcessor

        here = {"local_files_only": True, "trust_remote_code": False}
        try:
            processor = AutoProcessor.from_pretrained(self._folder, **here)
            model, info = AutoModelForImageTextToText.from_pretrained(
                self._folder, dtype=self._dtype, use_safetensors=True, output_loading_info=True, **here
            )
        except self._torch.OutOfMemoryError as error:
            raise self._short("its memory ran out") from error
        except ImportError as error:
            raise ProgramMissing(
                f"this checkpoint needs what is not installed: {_first_line(error)}",
                where=str(self._folder),
                remedy="Install it with pip, or use another model.",
            ) from error
        except SafetensorError as error:
            raise damaged(self._folder) from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
            raise unfit(self._folder, _first_line(error)) from error
        lacking = sorted(info["missing_keys"])
        if lacking:
            raise unfit(self._folder, f"it lacks {', '.join(lacking[:5])}")
        if not getattr(processor, "chat_template", None):
            raise unfit(self._folder, "it has no chat template")
        return processor, model.to(self._device).eval()

    def _answered(self, turns: Sequence[Turn]) -> Reply:
        from transformers import StoppingCriteriaList

        given = self._processor.apply_chat_template(
            _messages(turns),
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            sanitize_control_tokens=True,
        ).to(self._device, dtype=self._dtype)
        start = int(given["input_ids"].shape[1])
        longest = self._longest(start)
        warm = self._looking.temperature
        how = {"do_sample": True, "temperature": warm} if warm else {"do_sample": False, "temperature": None,
                                                                     "top_p": None, "top_k": None}  # fmt: skip
        made = self._model.generate(
            **given, **how, max_new_tokens=longest, stopping_criteria=StoppingCriteriaList([self._go_on])
        )[0]
        count = int(made.shape[0]) - start
        text = self._processor.decode(made[start:], skip_special_tokens=True)
        return Reply(text, int(made.shape[0]), count < longest)

    def _longest(self, start: int) -> int:
        """How long an answer may be behind so many tokens."""
        most = getattr(self._model.config.get_text_config(), "max_position_embeddings", None) or start + (
            1 << 20
        )
        room = min(most - start, self._looking.answer_tokens)
        if room < _ROOM:
            raise Trouble(
                unfit(self._folder, f"a scene takes {start} tokens of {most}; lower images or image_size")
            )
        return int(room)

    def _go_on(self, tokens: Any, scores: Any, **_: Any) -> Any:
        """Asked after each word: no reason to stop, but where the user wants to."""
        self._check()
        return self._torch.zeros(tokens.shape[0], dtype=self._torch.bool, device=tokens.device)

    @contextlib.contextmanager
    def _noise(self, seed: int) -> Iterator[None]:
        """A generator of the seed for words that are drawn, without touching anyone else's."""
        devices = [self._device] if self._device.startswith("cuda") else []
        with self._torch.random.fork_rng(devices, enabled=self._looking.temperature > 0):
            if self._looking.temperature > 0:
                self._torch.random.manual_seed(seed)
            yield

    def _short(self, why: str) -> V2aError:
        return MemoryShort(
            f"{self.name} does not fit on {self._device}: {why}",
            where="planner vlm",
            remedy="Use a smaller model, or lower images or image_size.",
        )


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


def _messages(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """The turns as chat templates take them; many know no system, so what it says stands before the first words."""
    from PIL import Image

    system = "\n".join(turn.text for turn in turns if turn.role == "system")
    messages: list[dict[str, Any]] = []
    for turn in (turn for turn in turns if turn.role != "system"):
        text = f"{system}\n{turn.text}" if system and not messages else turn.text
        content: list[dict[str, Any]] = [{"type": "text", "text": text}]
        for sight in turn.sights:
            picture = Image.open(io.BytesIO(sight.jpeg)).convert("RGB")
            content += [{"type": "text", "text": sight.about}, {"type": "image", "image": picture}]
        if turn.after:
            content.append({"type": "text", "text": turn.after})
        messages.append({"role": turn.role, "content": content})
    return messages
