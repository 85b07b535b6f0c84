"""The studio's tables, kept by supabase-js over the packaged application: see `studio.mjs`."""

import time
from uuid import uuid4

import jwt
import pytest

from infra.local.issuer import ISSUER, token
from tests.clients import node
from tests.e2e.conftest import Studio

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("stack")]


def test_a_front_end_keeps_its_rows(studio: Studio) -> None:
    secret = studio.stack.secret("jwt")
    users = [token(secret, uuid4(), email=f"user{n}@example.org") for n in range(2)]
    claims = {"role": "anon", "iss": ISSUER, "exp": int(time.time()) + 3600}
    said = {
        "API_URL": studio.stack.api_url,
        "ANON_KEY": jwt.encode(claims, secret, algorithm="HS256"),
        "USER_TOKEN": users[0],
        "OTHER_TOKEN": users[1],
    }
    assert node.passed("studio.mjs", **said) == 5
