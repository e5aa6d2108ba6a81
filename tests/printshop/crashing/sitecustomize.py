"""kill -9 at one point of the shop's code, once: read by every Python process.

CRASH=module:Class.function:before|after[:value of an argument], and CRASH_MARK is the
file that says it happened. "After" is inside a transaction if the function is.
"""

import functools
import importlib
import importlib.abc
import importlib.machinery
import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any


class Trap(importlib.abc.MetaPathFinder):
    """Finds one module, and sets the trap in it when it has been read."""

    def __init__(self, module: str, function: str, when: str, value: str) -> None:
        self.module = module
        self.holder, _, self.name = function.rpartition(".")
        self.when, self.value = when, value

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The module as it is, and then ours."""
        if name != self.module:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        read = spec.loader.exec_module

        def read_and_set(module: ModuleType) -> None:
            read(module)
            self.set_in(module)

        spec.loader.exec_module = read_and_set  # type: ignore[method-assign]
        return spec

    def set_in(self, module: ModuleType) -> None:
        """Set the trap in a module that has been read."""
        holder = getattr(module, self.holder) if self.holder else module
        setattr(holder, self.name, self.set(getattr(holder, self.name)))

    def set(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, which the process does not survive."""

        @functools.wraps(function)
        def trapped(*args: Any, **named: Any) -> Any:
            meant = not self.value or self.value in map(str, args)
            if meant and self.when == "before":
                die()
            result = function(*args, **named)
            if meant and self.when == "after":
                die()
            return result

        return trapped


def die() -> None:
    """Only the first time, and with no chance to tidy up."""
    flags = os.O_CREAT | os.O_EXCL
    try:
        os.close(os.open(os.environ["CRASH_MARK"], flags))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


if "CRASH" in os.environ:
    parts = os.environ["CRASH"].split(":")
    trap = Trap(parts[0], parts[1], parts[2], "".join(parts[3:]))
    if parts[0] in sys.modules:
        trap.set_in(sys.modules[parts[0]])
    sys.meta_path.insert(0, trap)
