"""Who asks: the actor whose rights every transaction runs with."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

Role = Literal["anon", "authenticated", "service_role"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A role and, for a signed-in user, who it is.

    `service_role` with a `user_id` works for that user: row level security shows it
    that user's rows alone. Without one it sees every row; only sweeps use it so.
    """

    role: Role
    user_id: UUID | None = None
    token: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def anonymous(cls) -> "Actor":
        return cls("anon")

    @classmethod
    def user(cls, user_id: UUID) -> "Actor":
        return cls("authenticated", user_id)

    @classmethod
    def worker(cls, user_id: UUID) -> "Actor":
        """The house itself, working for one user."""
        return cls("service_role", user_id)

    @classmethod
    def service(cls) -> "Actor":
        """The house itself, across users."""
        return cls("service_role")

    def working(self) -> "Actor":
        """The house itself, working for this user."""
        assert self.user_id is not None
        return replace(self, role="service_role")

    @property
    def claims(self) -> dict[str, Any]:
        """What `auth.jwt()` answers inside the transaction."""
        claims = {**self.token, "role": self.role}
        if self.user_id is not None:
            claims["sub"] = str(self.user_id)
        return claims
