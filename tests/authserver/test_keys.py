"""Signing keys: encrypted at rest, one active per purpose, made by migrate."""

from io import StringIO

import pytest
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.management import call_command
from django.db import IntegrityError, transaction
from pytest_django.fixtures import Settings

from authserver import key_material, keys
from authserver.models import SigningKey
from tests.authserver.parties import Caller

pytestmark = pytest.mark.django_db


def test_migrate_made_them() -> None:
    for state in ("active", "next"):
        found = SigningKey.objects.filter(state=state)
        assert {key.purpose for key in found} == {"access_token", "id_token"}


@pytest.mark.rule("AS-35")
@pytest.mark.spec("RFC 7518 §3.3")
def test_they_are_strong_and_encrypted_at_rest(settings: Settings) -> None:
    key = SigningKey.objects.get(purpose="id_token", state="active")
    private = keys.signer(keys.Purpose.ID_TOKEN).private_key
    assert isinstance(private, rsa.RSAPrivateKey)
    assert private.key_size >= 2048
    number = private.private_numbers().d
    assert number.to_bytes(256, "big") not in bytes(key.sealed_private_key)
    keys.forget()
    key_material.unseal.cache_clear()
    settings.KEY_ENCRYPTION_KEY = "another"
    with pytest.raises(InvalidToken):
        keys.signer(keys.Purpose.ID_TOKEN)


def test_two_active_ones_cannot_be() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        keys.generate(keys.Purpose.ID_TOKEN, keys.State.ACTIVE)
    assert SigningKey.objects.filter(purpose="id_token", state="active").count() == 1


def test_a_missing_one_is_made_at_first_use() -> None:
    SigningKey.objects.all().delete()
    keys.forget()
    assert Caller().http.get("/readyz").status_code == 503
    assert keys.signer(keys.Purpose.ACCESS_TOKEN).algorithm == "ES256"
    assert keys.signer(keys.Purpose.ID_TOKEN).algorithm == "RS256"
    assert Caller().http.get("/readyz").status_code == 200


def test_the_rotate_command_says_which_key_signs_now() -> None:
    out = StringIO()
    call_command("rotate_keys", purpose=["access_token"], stdout=out)
    assert keys.signer(keys.Purpose.ACCESS_TOKEN).kid in out.getvalue()
    assert SigningKey.objects.filter(state="retired").count() == 1


@pytest.mark.rule("AS-36")
def test_tokens_signed_before_a_rotation_stay_good(
    shop: Caller, tokens: dict[str, str]
) -> None:
    for purpose in keys.Purpose:
        keys.rotate(purpose)
    assert shop.userinfo(tokens["access_token"]).status_code == 200
    assert shop.refresh(tokens["refresh_token"]).status_code == 200
