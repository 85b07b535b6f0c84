"""A sealed secret opens as what it was sealed as, and as nothing else."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib import clients, settings
from chalicelib.sealed import Unreadable, seal, unseal

SECRET = "whsec_canary"
OWNER, ROW = uuid4(), uuid4()


@pytest.fixture(autouse=True)
def kms(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "DATABASE_URL": "postgresql://unused",
    }.items():
        monkeypatch.setenv(name, value)
    clients.client.cache_clear()
    settings.settings.cache_clear()
    with mock_aws():
        key = clients.client("kms").create_key()["KeyMetadata"]["KeyId"]
        clients.client("kms").create_alias(AliasName="alias/showrunner", TargetKeyId=key)
        yield
    clients.client.cache_clear()
    settings.settings.cache_clear()


def test_a_secret_comes_back_and_never_looks_the_same_twice() -> None:
    first, second = (seal(SECRET, owner=OWNER, row=ROW, purpose="webhook") for _ in range(2))
    assert first != second
    assert SECRET not in first
    assert unseal(first, owner=OWNER, row=ROW, purpose="webhook") == SECRET


@pytest.mark.parametrize("other", [{"owner": uuid4()}, {"row": uuid4()}, {"purpose": "oauth"}])
def test_it_does_not_open_for_another_owner_row_or_purpose(other: dict) -> None:
    sealed = seal(SECRET, owner=OWNER, row=ROW, purpose="webhook")
    with pytest.raises(Unreadable):
        unseal(sealed, **{"owner": OWNER, "row": ROW, "purpose": "webhook", **other})


def test_no_altered_character_goes_unnoticed() -> None:
    sealed = seal(SECRET, owner=OWNER, row=ROW, purpose="webhook")
    for at, character in enumerate(sealed):
        if character == "=" or sealed[at + 1 : at + 2] in ("=", ".", ""):
            continue  # padding, and the last character before it, may carry unused bits
        altered = sealed[:at] + ("A" if character != "A" else "B") + sealed[at + 1 :]
        with pytest.raises((Unreadable, ClientError)):  # KMS may not even know the key it names
            unseal(altered, owner=OWNER, row=ROW, purpose="webhook")


@pytest.mark.parametrize("text", ["", "v1", "v2.a.b.c", "v1.!.!.!", "plain text"])
def test_what_is_not_sealed_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        unseal(text, owner=OWNER, row=ROW, purpose="webhook")


def test_it_still_opens_after_the_key_is_rotated() -> None:
    sealed = seal(SECRET, owner=OWNER, row=ROW, purpose="webhook")
    kms = clients.client("kms")
    key = kms.describe_key(KeyId="alias/showrunner")["KeyMetadata"]["KeyId"]
    kms.rotate_key_on_demand(KeyId=key)
    assert unseal(sealed, owner=OWNER, row=ROW, purpose="webhook") == SECRET
