"""What we sign, we and nobody else; Django's own tests know what a Signer must do."""

import pytest
from django.core.signing import BadSignature
from pytest_django.fixtures import Settings

from photos_api.signing import QuickSigner

VALUE = "photo.loan"


def signer(salt: str = "base_urls") -> QuickSigner:
    """As it is at the next start."""
    return QuickSigner(sep=".", salt=salt)


def test_it_reads_what_it_signed() -> None:
    assert signer().unsign(signer().sign(VALUE)) == VALUE


@pytest.mark.parametrize(
    "forged",
    [
        VALUE,
        f"{VALUE}.",
        signer().sign(VALUE)[:-1],
        signer().sign(VALUE) + "A",
        "x" + signer().sign(VALUE),
        signer("page tokens").sign(VALUE),
    ],
    ids=["bare", "empty", "shorter", "longer", "other value", "other purpose"],
)
def test_nothing_else_is_read(forged: str) -> None:
    with pytest.raises(BadSignature):
        signer().unsign(forged)


def test_a_new_key_ends_what_was_signed_unless_the_old_one_is_kept(
    settings: Settings,
) -> None:
    signed, old = signer().sign(VALUE), settings.SECRET_KEY
    settings.SECRET_KEY = "another " * 10
    with pytest.raises(BadSignature):
        signer().unsign(signed)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert signer().unsign(signed) == VALUE
