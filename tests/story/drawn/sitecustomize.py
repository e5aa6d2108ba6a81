"""What all towns have in common costs them little: read by every Python process.

The sample photos are drawn once; DRAWN is the folder where they are kept. One is the
same whenever it is drawn. And passwords are not slow to try: nobody guesses any here.
"""

import functools
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType


class Changed(importlib.abc.MetaPathFinder):
    """Finds some modules as they are, and changes a little in each."""

    def __init__(self, changes: dict[str, Callable[[ModuleType], None]]) -> None:
        self.changes = changes

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The module as it is, changed once it has been read."""
        if name not in self.changes:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        read, change = spec.loader.exec_module, self.changes[name]

        def read_and_change(module: ModuleType) -> None:
            read(module)
            change(module)

        spec.loader.exec_module = read_and_change  # type: ignore[method-assign]
        return spec


def draw_once(drawing: ModuleType) -> None:
    """Draw only what is not there."""
    really, folder = drawing.draw, Path(os.environ["DRAWN"])
    folder.mkdir(exist_ok=True)

    @functools.wraps(really)
    def draw(name: str) -> bytes:
        file = folder / f"{name}.jpg"
        if not file.exists():
            part = file.with_suffix(f".{os.getpid()}")
            part.write_bytes(really(name))
            part.rename(file)  # whole, whoever else draws it
        return file.read_bytes()

    vars(drawing)["draw"] = draw


def hash_quickly(hashers: ModuleType) -> None:
    """Argon2 as it is, but for how much it costs."""
    argon2 = hashers.Argon2PasswordHasher
    argon2.time_cost, argon2.memory_cost, argon2.parallelism = 1, 8, 1


if "DRAWN" in os.environ:
    sys.meta_path.insert(
        0,
        Changed(
            {
                "photos_api.samples.drawing": draw_once,
                "django.contrib.auth.hashers": hash_quickly,
            }
        ),
    )
