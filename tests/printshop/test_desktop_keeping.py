"""Where the desktop program keeps what keeps somebody signed in."""

import dataclasses
import errno
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked

from printshop.desktop import cli, keeping
from printshop.desktop.failures import Failure, SignInFirst
from printshop.desktop.keeping import Keeper, Kept

SHOP = "https://shop.example"
ISSUER = "https://login.example"
KEPT = Kept(SHOP, "https://photos.example", ISSUER, "sub", "Alice", "openid", "secret")


class Safe(KeyringBackend):
    """A keyring that works, until it is locked."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.is_locked:
            raise KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.is_locked:
            raise KeyringLocked
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.is_locked:
            raise KeyringLocked
        self.kept.pop((service, username), None)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "printshop-desktop"


@pytest.fixture(autouse=True)
def own_keyring() -> Iterator[None]:
    """Whatever the tests use; the one of whoever runs them is left alone."""
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def test_a_keyring_is_used_where_there_is_one(home: Path) -> None:
    safe = Safe()
    keyring.set_keyring(safe)
    keeper = Keeper(SHOP)
    assert keeper.keep(KEPT) == keeping.KEYRING == keeper.where
    assert list(home.glob("*.json")) == []
    assert Keeper(SHOP).find() == KEPT
    assert Keeper("https://other.example").find() is None
    keeper.forget()
    assert safe.kept == {}
    assert Keeper(SHOP).find() is None


@pytest.mark.parametrize(
    "backend", [fail.Keyring, null.Keyring], ids=["refuses", "forgets"]
)
def test_else_a_file_that_nobody_else_may_read(
    home: Path, backend: type[KeyringBackend]
) -> None:
    keyring.set_keyring(backend())
    keeper = Keeper(SHOP)
    assert keeper.keep(KEPT) == str(keeper.file) == keeper.where
    assert stat.S_IMODE(keeper.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert keeper.find() == KEPT
    keeper.forget()
    assert keeper.find() is None


def test_a_locked_keyring_is_said_to_be_locked() -> None:
    safe = Safe()
    keyring.set_keyring(safe)
    keeper = Keeper(SHOP)
    keeper.keep(KEPT)
    safe.is_locked = True
    with pytest.raises(Failure, match="Unlock it"):
        keeper.find()
    assert keeper.keep(KEPT) == str(keeper.file)
    assert keeper.find() == KEPT
    safe.is_locked = False
    assert keeper.keep(KEPT) == keeping.KEYRING
    assert not keeper.file.exists()


@pytest.fixture
def keeper() -> Keeper:
    """Alice's sign-in, in a file."""
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    keeper = Keeper(SHOP)
    keeper.keep(KEPT)
    return keeper


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_file_that_others_may_have_read_is_not_used(
    keeper: Keeper, mode: int
) -> None:
    keeper.file.chmod(mode)
    with pytest.raises(Failure, match="Others may have read"):
        keeper.find()
    assert keeper.find(to_end_it=True) == KEPT


def test_a_link_is_not_followed(keeper: Keeper, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    keeper.file.rename(elsewhere)
    keeper.file.symlink_to(elsewhere)
    with pytest.raises(Failure, match="cannot be read"):
        keeper.find()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", "\0", json.dumps({"shop": SHOP}), "[" * 100_000],
)
def test_a_damaged_file_means_signing_in_again(keeper: Keeper, text: str) -> None:
    keeper.file.write_text(text)
    with pytest.raises(SignInFirst, match="damaged"):
        keeper.find()
    number = json.loads(KEPT.dump()) | {"refresh_token": 1}
    keeper.file.write_text(json.dumps(number))
    with pytest.raises(SignInFirst, match="damaged"):
        keeper.find()


def test_a_crash_while_writing_loses_nothing(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(KeyboardInterrupt):
        keeper.rotate(KEPT)
    assert keeper.find() == KEPT


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_full_disk_is_a_sentence_that_names_the_file(
    keeper: Keeper, home: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(Failure) as raised:
        keeper.rotate(dataclasses.replace(KEPT, refresh_token="next"))
    assert f"{keeper.file} cannot be written: {os.strerror(number)}." in str(
        raised.value
    )
    assert keeper.find() == KEPT
    assert list(home.glob("*.new")) == []


def test_a_place_that_cannot_be_made_is_a_sentence_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert cli.main(["status", "--shop", SHOP], "desktop") == 1
    said = capsys.readouterr().err
    assert f"{tmp_path}/file/printshop-desktop cannot be made: Not a directory." in said


def test_a_lock_that_cannot_be_opened_is_a_sentence(keeper: Keeper, home: Path) -> None:
    keeper.file.with_suffix(".lock").mkdir()
    with pytest.raises(Failure, match=r"\.lock cannot be opened: Is a dir"):
        keeper.alone().__enter__()


def test_what_a_run_left_that_died_is_gone_with_the_next(
    keeper: Keeper, home: Path
) -> None:
    left = keeper.file.with_suffix(".4711.new")
    left.write_text(KEPT.dump())
    others = Keeper("https://other.example").file.with_suffix(".4711.new")
    others.write_text("another shop's run may be writing it")
    with keeper.alone():
        assert list(home.glob("*.new")) == [others]
    assert keeper.find() == KEPT


def test_no_token_is_in_what_is_printed_of_a_record() -> None:
    assert "secret" not in repr(KEPT)
