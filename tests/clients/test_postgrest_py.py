"""`postgrest` from PyPI, the client of supabase-py, against the handler in process."""

from tests.clients.operations import Operations


class TestPostgrest(Operations):
    """The whole list."""
