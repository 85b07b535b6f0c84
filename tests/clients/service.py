"""The data API as clients find it, wherever it runs."""

from dataclasses import dataclass
from uuid import UUID

from infra.local.issuer import ISSUER
from tests.clients import node
from tests.integration.rest import harness


@dataclass(frozen=True)
class Service:
    """Where it answers, and the secret of its tokens. The library is in its database."""

    url: str
    secret: str

    def token(self, user: UUID | None = None, role: str = "authenticated") -> str:
        """A token of a user, or an API key of a role without one."""
        return harness.token(user, role, secret=self.secret, iss=ISSUER)

    def passed(self, script: str, ann: UUID, ben: UUID) -> int:
        """How many tests of a script for Node passed here: all of them."""
        return node.passed(
            script,
            API_URL=self.url,
            ANON_KEY=self.token(role="anon"),
            USER_TOKEN=self.token(ann),
            OTHER_TOKEN=self.token(ben),
        )
