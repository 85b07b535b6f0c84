"""`@supabase/supabase-js`, unmodified, from npm on Node: see `supabase.mjs`."""

from tests.clients import node
from tests.integration.rest.harness import ANN, token


def test_every_operation(address: str) -> None:
    said = {"API_URL": address, "ANON_KEY": token(role="anon"), "USER_TOKEN": token(ANN)}
    assert node.passed("supabase.mjs", **said) > 50
