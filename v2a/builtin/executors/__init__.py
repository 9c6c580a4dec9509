"""Where plugins run: in this process, or in processes of their own."""

from v2a.builtin.executors.local import LocalExecutor
from v2a.builtin.executors.process import ProcessExecutor

EXECUTORS = (LocalExecutor(), ProcessExecutor())

__all__ = ["EXECUTORS", "LocalExecutor", "ProcessExecutor"]
