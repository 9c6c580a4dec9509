"""Where heavy work can run: cpu, cuda and mps, found without loading torch where that cannot help."""

from __future__ import annotations

import importlib.util
import os
import platform
from dataclasses import dataclass
from pathlib import Path

from v2a.errors import UnknownName

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Device:
    """A place to compute: its name as torch writes it, what it is, the precision it likes, its memory in bytes."""

    name: str
    about: str = ""
    dtype: str = "float32"
    memory: int | None = None


def available() -> tuple[Device, ...]:
    """All devices that work here, the best one first and the cpu last."""
    return (*_cuda(), *_mps(), Device("cpu", platform.processor() or platform.machine(), "float32", memory()))


def choose(wanted: str = AUTO) -> Device:
    """The device of that name; `auto` is the best there is, `cuda` the first of its kind."""
    if wanted == "cpu":
        return Device("cpu", platform.processor() or platform.machine(), "float32", memory())
    found = available()
    if wanted == AUTO:
        return found[0]
    for device in found:
        if wanted in (device.name, device.name.partition(":")[0]):
            return device
    names = ", ".join(d.name for d in found)
    raise UnknownName(f"there is no device {wanted!r} here", remedy=f"There are: {names}; or say auto.")


def memory() -> int | None:
    """The memory of this machine in bytes, where the system tells."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def memory_limit() -> int | None:
    """How many bytes a plugin may use where nobody says: nine tenths of the machine."""
    whole = memory()
    return None if whole is None else whole * 9 // 10


def _torch_is_here() -> bool:
    return importlib.util.find_spec("torch") is not None


def _cuda() -> tuple[Device, ...]:
    if not _nvidia_is_likely() or not _torch_is_here():
        return ()
    import torch

    if not torch.cuda.is_available():
        return ()
    dtype = "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
    found = []
    for number in range(torch.cuda.device_count()):
        properties = torch.cuda.get_device_properties(number)
        found.append(Device(f"cuda:{number}", properties.name, dtype, properties.total_memory))
    return tuple(found)


def _nvidia_is_likely() -> bool:
    if platform.system() == "Windows":
        return (Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "nvcuda.dll").exists()
    return Path("/dev/nvidiactl").exists() or Path("/dev/dxg").exists()


def _mps() -> tuple[Device, ...]:
    if platform.system() != "Darwin" or platform.machine() != "arm64" or not _torch_is_here():
        return ()
    import torch

    return (Device("mps", "Apple GPU"),) if torch.backends.mps.is_available() else ()
