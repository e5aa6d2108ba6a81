"""What all towns have in common costs them little: read by every Python process.

The sample photos are drawn and scaled once; DRAWN is the folder where they are kept.
One is the same whenever it is drawn. And passwords are not slow to try.
"""

import functools
import hashlib
import importlib.abc
import importlib.machinery
import io
import os
import pickle
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import IO


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


def kept(name: str, make: Callable[[], bytes]) -> bytes:
    """What was made under this name, by whomever."""
    file = Path(os.environ["DRAWN"]) / name
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        part.write_bytes(make())
        part.rename(file)  # whole, whoever else makes it
    return file.read_bytes()


def draw_once(drawing: ModuleType) -> None:
    """Draw only what is not there."""
    really = drawing.draw

    @functools.wraps(really)
    def draw(name: str) -> bytes:
        return kept(f"{name}.jpg", lambda: really(name))

    vars(drawing)["draw"] = draw


def scale_once(scaling: ModuleType) -> None:
    """The same picture in the same sizes is made once."""
    really = scaling.scaled

    @functools.wraps(really)
    def scaled(file: IO[bytes], boxes: Sequence[object]) -> list[bytes]:
        content = file.read()
        name = hashlib.sha256(repr(boxes).encode() + content).hexdigest()

        def make() -> bytes:
            return pickle.dumps(really(io.BytesIO(content), boxes))

        made: list[bytes] = pickle.loads(kept(name, make))  # noqa: S301  # our own
        return made

    vars(scaling)["scaled"] = scaled


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
                "photos_api.scaling": scale_once,
                "django.contrib.auth.hashers": hash_quickly,
            }
        ),
    )
