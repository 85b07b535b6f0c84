"""Settings: what is not said is not set, and what is wrong is named."""

from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from chalicelib.settings import settings


@pytest.fixture(autouse=True)
def _read_anew() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty secret would be one that everybody knows."""
    for name in ("STRIPE_WEBHOOK_SECRET", "JWT_SECRET", "JWT_ISSUER", "JWT_JWKS_URL", "STAGE"):
        monkeypatch.setenv(name, "")
    found = settings()
    assert (found.stripe_webhook_secret, found.jwt_secret) == (None, None)
    assert (found.jwt_issuer, found.jwt_jwks_url) == (None, None)
    assert found.stage == "local"
    monkeypatch.setenv("CURSOR_SECRET", "")
    settings.cache_clear()
    with pytest.raises(ValidationError, match="CURSOR_SECRET") as told:
        settings()
    assert "DATABASE_URL" not in str(told.value)  # nor the rest of the environment


def test_a_secret_that_is_too_short_is_refused_and_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JWT_SECRET", "hunter2")
    with pytest.raises(ValidationError, match="JWT_SECRET") as told:
        settings()
    assert "hunter2" not in str(told.value)
