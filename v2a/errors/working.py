"""Errors of what works for v2a: plugins, other programs, and models' weights."""

from __future__ import annotations

from v2a.errors.root import V2aError


class PluginError(V2aError):
    """A plugin did what it must not."""

    exit_code = 40


class PluginBroken(PluginError):
    """A plugin does not import or does not fit; it is left out."""

    exit_code = 41


class PluginClash(PluginError):
    """Two plugins registered one name."""

    exit_code = 42


class PluginRaised(PluginError):
    """A plugin raised an error."""

    exit_code = 43


class PluginHung(PluginError):
    """A plugin did not answer in time."""

    exit_code = 44


class PluginExited(PluginError):
    """A plugin ended its process."""

    exit_code = 45


class PluginKilled(PluginError):
    """A plugin's process was killed, most often for memory."""

    exit_code = 46


class PluginContract(PluginError):
    """A plugin answered with something the contract does not allow."""

    exit_code = 47


class ProgramError(V2aError):
    """Another program failed."""

    exit_code = 50


class ProgramMissing(ProgramError):
    """Another program that is needed is not there."""

    exit_code = 51


class ProgramFailed(ProgramError):
    """Another program ended with an error."""

    exit_code = 52


class WeightsError(V2aError):
    """Something is wrong with a model's weights."""

    exit_code = 60


class WeightsMissing(WeightsError):
    """A model's weights are not on this machine."""

    exit_code = 61


class WeightsDamaged(WeightsError):
    """A file of weights is cut short, or is not what its checksum says."""

    exit_code = 62


class WeightsUnfit(WeightsError):
    """A checkpoint lacks tensors of its model, has others, or has some of another shape."""

    exit_code = 63


class WeightsUnsafe(WeightsError):
    """A checkpoint holds more than tensors and could run code; it is not opened."""

    exit_code = 64


class LicenceUnread(WeightsError):
    """The licence of a model's weights was not acknowledged."""

    exit_code = 65


class MemoryShort(WeightsError):
    """A model does not fit into the memory of the device, or into what it was allowed."""

    exit_code = 66


class WeightsUnreachable(WeightsError):
    """The server of a model's weights cannot be reached, or does not give them out."""

    exit_code = 67
