"""Where the refresh token lies between two runs: the specifications leave it to us.

In the operating system's keyring, where there is one; else in a file that nobody but
its owner may read. Access tokens are kept nowhere: they end with the run. One record
for each shop.
"""

import contextlib
import hashlib
import json
import os
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Self

import keyring
from keyring.backends import fail
from keyring.errors import KeyringError

from printshop.desktop.failures import Failure, SignInFirst

SERVICE = "printshop-desktop"  # what the keyring calls us
KEYRING = "the system's keyring"
OTHERS = stat.S_IRWXG | stat.S_IRWXO
LOCK_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Kept:
    """Who is signed in, and what proves it."""

    shop: str
    photos: str
    issuer: str
    sub: str
    name: str
    scope: str
    refresh_token: str = field(repr=False)

    def dump(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, text: str) -> Self:
        """Read it again; raises SignInFirst for what is none."""
        try:
            told = json.loads(text)
            kept = cls(**{one.name: told[one.name] for one in fields(cls)})
        except (ValueError, TypeError, KeyError, RecursionError):
            raise SignInFirst(
                "What was kept of your sign-in is damaged. Sign in again."
            ) from None
        if not all(isinstance(value, str) for value in asdict(kept).values()):
            raise SignInFirst(
                "What was kept of your sign-in is damaged. Sign in again."
            )
        return kept


def folder() -> Path:
    """Our place on this machine; nobody else may look into it."""
    match sys.platform:
        case "win32":
            base = Path(os.environ.get("LOCALAPPDATA", Path.home()))
        case "darwin":
            base = Path.home() / "Library" / "Application Support"
        case _:
            state = os.environ.get("XDG_STATE_HOME", "")
            base = Path(state) if state else Path.home() / ".local" / "state"
    place = base / SERVICE
    with _refusals(place, "made"):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def mark(shop: str) -> str:
    """A shop's part in the names of the files that belong to it."""
    return hashlib.sha256(shop.encode()).hexdigest()[:16]


@contextlib.contextmanager
def _refusals(path: Path, how: str) -> Iterator[None]:
    """A sentence for what the system does not let us do; raises Failure."""
    try:
        yield
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Failure(
            f"{path} cannot be {how}: {why}. See to that, and run the command again."
        ) from error


class Keeper:
    """Keeps, finds and forgets what belongs to one shop."""

    def __init__(self, shop: str) -> None:
        self.shop = shop
        self.file = folder() / f"{mark(shop)}.json"

    def find(self, *, to_end_it: bool = False) -> Kept | None:
        """What was kept, or None; raises Failure if it cannot be read safely.

        ``to_end_it``: a token that others may have read is still good for revoking.
        """
        if self.file.is_symlink() or self.file.exists():
            return Kept.load(read_privately(self.file, anyhow=to_end_it))
        if not _has_keyring():
            return None
        try:
            text = keyring.get_password(SERVICE, self.shop)
        except KeyringError as error:
            raise Failure(
                f"Your keyring does not open ({type(error).__name__}). Unlock it, or "
                "sign in again: a file is used then."
            ) from error
        return Kept.load(text) if text else None

    def keep(self, kept: Kept) -> str:
        """Keep it instead of what was; says where it lies."""
        if self._keep_in_keyring(kept):
            delete(self.file)
            return KEYRING
        write_privately(self.file, kept.dump())
        return str(self.file)

    def rotate(self, kept: Kept) -> None:
        """Keep the next refresh token where the last one was."""
        if self.file.exists() or not self._keep_in_keyring(kept):
            write_privately(self.file, kept.dump())

    def forget(self) -> None:
        """Wherever it is."""
        delete(self.file)
        if _has_keyring():
            with contextlib.suppress(KeyringError):  # it was not in there
                keyring.delete_password(SERVICE, self.shop)

    @property
    def where(self) -> str:
        """Where it lies, in words."""
        return str(self.file) if self.file.exists() else KEYRING

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """No other run reads or changes it meanwhile; raises Failure."""
        lock = self.file.with_suffix(".lock")
        with _refusals(lock, "opened"):
            file = lock.open("a")
        with file:
            until = time.monotonic() + LOCK_SECONDS
            while not _locked(file.fileno()):
                if time.monotonic() > until:
                    raise Failure("Another run of this program hangs. End it first.")
                time.sleep(0.05)
            delete(*self.file.parent.glob(f"{self.file.stem}.*.new"))  # a run died
            yield

    def _keep_in_keyring(self, kept: Kept) -> bool:
        """False if there is none, or if it does not keep what it takes."""
        if not _has_keyring():
            return False
        try:
            keyring.set_password(SERVICE, self.shop, kept.dump())
            # Some take everything, and keep nothing.
            return keyring.get_password(SERVICE, self.shop) == kept.dump()
        except KeyringError:
            return False


def _has_keyring() -> bool:
    """Where there is none, a stand-in of the library refuses."""
    return not isinstance(keyring.get_keyring(), fail.Keyring)


def read_privately(path: Path, *, anyhow: bool = False) -> str:
    """The text of a file of ours that nobody else can have read; raises Failure."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}.") from error
    with os.fdopen(handle, encoding="utf-8", errors="replace") as file:
        about = os.fstat(file.fileno())
        if not (anyhow or _is_private(about)):
            raise Failure(
                f"Others may have read {path}, so it is not used. Sign out, which "
                "ends what is in it, and sign in again."
            )
        return file.read()


def _is_private(about: os.stat_result) -> bool:
    """Windows guards the folder by other means."""
    if sys.platform == "win32":
        return True
    return about.st_uid == os.getuid() and not about.st_mode & OTHERS


def write_privately(path: Path, text: str) -> None:
    """All of it or nothing, readable by its owner alone from the first byte on."""
    new = path.with_suffix(f".{os.getpid()}.new")
    delete(new)
    try:
        with _refusals(path, "written"):
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
    finally:
        delete(new)


def delete(*paths: Path) -> None:
    """Files of ours, as far as they are there; raises Failure."""
    for path in paths:
        with _refusals(path, "deleted"):
            path.unlink(missing_ok=True)


if sys.platform == "win32":
    import msvcrt

    def _locked(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _locked(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
