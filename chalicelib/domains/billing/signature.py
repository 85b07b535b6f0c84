"""Whether an event came from Stripe: the `Stripe-Signature` header over the raw body.

Written here because Stripe's own library is 31 MB, half of what a function's layer may hold.
Unlike it, a timestamp from the future is refused too.
"""

import hashlib
import hmac

from chalicelib.errors import BadRequest

TOLERANCE = 300  # seconds, to both sides


def verify(body: bytes, header: str, secret: str, *, now: float) -> None:
    """Check `t=…,v1=…[,v1=…]` against HMAC-SHA256 of `t.body`; any one `v1` may match.

    Raises `BadRequest` when no signature matches or the timestamp is more than five minutes off.
    """
    fields = [field.partition("=")[::2] for field in header.split(",")]
    times = [value for name, value in fields if name.strip() == "t"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdecimal()):
        raise BadRequest("The Stripe-Signature header has no timestamp.")
    expected = hmac.new(secret.encode(), times[0].encode() + b"." + body, hashlib.sha256)
    given = [value for name, value in fields if name.strip() == "v1"]
    if not any(hmac.compare_digest(expected.hexdigest().encode(), v.encode()) for v in given):
        raise BadRequest("The Stripe-Signature header does not sign this body.")
    if abs(now - int(times[0])) > TOLERANCE:
        raise BadRequest("The Stripe-Signature header is too old, or from the future.")
