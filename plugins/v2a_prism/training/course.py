"""A training from a folder to a model or an adapter, and what is told on its way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch

from v2a.errors import Cancelled, CannotWrite, UnknownName
from v2a.media.weights import weights_folder
from v2a_diffusion import curve
from v2a_diffusion.lora import Terms
from v2a_diffusion.runs import Step
from v2a_diffusion.training import Training
from v2a_prism.model import PrismAudio
from v2a_prism.training.beginning import Begun, begun, check_room, opened
from v2a_prism.training.folder import look
from v2a_prism.training.lesson import Example, FlowLesson
from v2a_prism.training.material import Material, gathered
from v2a_prism.training.result import write_result, write_samples
from v2a_prism.training.settings import Settings, keep, settled
from v2a_prism.training.stopping import patient

CURVE = "losses.png"
_TITLE = "v2a train: mean square error of the flow"


@dataclass(frozen=True)
class Order:
    """What is asked for: the folder to learn from, where the training lies, settings that differ, device, whether to go on."""

    folder: Path
    out: Path
    asked: Mapping[str, Any]
    device: str = "auto"
    resume: bool = False


class Listener(Protocol):
    """Who is told how a training goes."""

    def say(self, line: str) -> None:
        """A line that stays."""

    def tell(self, what: str, done: int, total: int) -> None:
        """How far some work is."""


@dataclass(frozen=True)
class Ended:
    """What a training left: the model's folder or the adapter's file, the picture of its losses, how it is used."""

    result: Path
    curve: Path
    use: str


def follow(order: Order, listener: Listener) -> Ended:
    """Train as it is asked for; what was worked out and learnt so far is found again where it goes on."""
    if order.out.exists() and not order.out.is_dir():
        raise CannotWrite(
            "a file lies where the training belongs",
            where=str(order.out),
            remedy="Choose another folder with -o.",
        )
    settings = settled(order.out, order.asked, order.resume)
    device = chosen(order.device)
    start = begun(settings)
    holdings = look(order.folder)
    material = gathered(start.model, holdings, settings, order.out, device, listener.tell)
    keep(settings, order.out)
    _say(material, listener)
    terms = opened(start, settings)
    check_room(start.model, device)
    model = start.model.to(device)
    lesson = FlowLesson(material.taught, settings.dropout)
    training = Training(
        model, lesson, settings.recipe(), order.out, FlowLesson(material.held_out, dropout=0.0)
    )
    _taught(training, model, settings, material.held_out or material.taught, listener)
    return _ended(training, start, terms, settings, order.out)


def chosen(device: str) -> torch.device:
    """The device of a name; `auto` is the best there is."""
    here = ["cuda"] if torch.cuda.is_available() else []
    here += ["mps"] if torch.backends.mps.is_available() else []
    here += ["cpu"]
    wanted = here[0] if device == "auto" else device
    if wanted.partition(":")[0] not in here:
        raise UnknownName(f"there is no device {device!r} here", remedy=f"There are: {', '.join(here)}.")
    return torch.device(wanted)


def _say(material: Material, listener: Listener) -> None:
    for trouble in material.troubles:
        listener.say(f"left out  {trouble.path.name}: {trouble.why}")
    listener.say(f"learning  {len(material.taught)} windows; {len(material.held_out)} are held out")


def _taught(
    training: Training,
    model: PrismAudio,
    settings: Settings,
    examples: tuple[Example, ...],
    listener: Listener,
) -> None:
    """Train to the end; stopped by the user, what was learnt is kept."""
    heard = examples[: settings.samples]
    if training.step:
        listener.say(f"going on  after step {training.step}")
    with patient() as stopped:
        for step in training:
            listener.tell("training", step.number, settings.steps)
            if step.number % settings.validate_every == 0 or step.number == settings.steps:
                listener.say(_line(step, settings.steps))
                curve.draw(training.history, training.folder / CURVE, _TITLE)
            if step.number % settings.sample_every == 0 or step.number == settings.steps:
                with training.average.applied():
                    write_samples(model.eval(), heard, training.folder, step.number, settings.seed)
            if stopped():
                training.save()
                raise Cancelled(
                    f"stopped after step {step.number}",
                    where=str(training.folder),
                    remedy="--resume goes on.",
                )


def _line(step: Step, steps: int) -> str:
    held_out = "" if step.held_out is None else f"  held out {step.held_out:.4f}"
    return f"step      {step.number} of {steps}  loss {step.loss:.4f}{held_out}"


def _ended(training: Training, start: Begun, terms: Terms | None, settings: Settings, out: Path) -> Ended:
    curve.draw(training.history, out / CURVE, _TITLE)
    with training.average.applied():
        result = write_result(start.model, start.config, terms, out)
    if terms is None:
        use = f'copy {result} to {weights_folder() / "NAME"}, and set model = "NAME" under [generators.prism] in a preset'
    else:
        use = f'set adapter = "{result.absolute()}" under [generators.prism] in a preset'
    return Ended(result, out / CURVE, use)
