"""The sample photos are drawn once for all towns: read by every Python process.

DRAWN is the folder where they are kept. One is the same whenever it is drawn.
"""

import functools
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

DRAWING = "photos_api.samples.drawing"


class Once(importlib.abc.MetaPathFinder):
    """Finds the module that draws, and has it look first for what was drawn."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The module as it is, but for one function."""
        if name != DRAWING:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        read = spec.loader.exec_module

        def read_and_change(module: ModuleType) -> None:
            read(module)
            self.change(module)

        spec.loader.exec_module = read_and_change  # type: ignore[method-assign]
        return spec

    def change(self, module: ModuleType) -> None:
        """Draw only what is not there."""
        really = module.draw

        @functools.wraps(really)
        def draw(name: str) -> bytes:
            file = self.folder / f"{name}.jpg"
            if not file.exists():
                part = file.with_suffix(f".{os.getpid()}")
                part.write_bytes(really(name))
                part.rename(file)  # whole, whoever else draws it
            return file.read_bytes()

        vars(module)["draw"] = draw


if "DRAWN" in os.environ:
    sys.meta_path.insert(0, Once(Path(os.environ["DRAWN"])))
