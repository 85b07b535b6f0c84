"""`@supabase/supabase-js`, unmodified, from npm on Node: see `supabase.mjs`."""

from tests.clients.service import Service
from tests.integration.rest.harness import ANN, BEN


def test_every_operation(service: Service) -> None:
    assert service.passed("supabase.mjs", ANN, BEN) > 50
