"""The development issuer: signs the tokens that a login service signs elsewhere."""

import time
from uuid import UUID

import jwt

ISSUER = "showrunner-local"


def token(secret: str, user_id: UUID, *, email: str, role: str = "authenticated") -> str:
    """An HS256 token as Supabase's login gives it, good for a day."""
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": "authenticated",
        "sub": str(user_id),
        "role": role,
        "email": email,
        "iat": now,
        "exp": now + 24 * 3600,
    }
    return jwt.encode(claims, secret, algorithm="HS256")
