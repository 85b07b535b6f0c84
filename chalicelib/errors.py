"""The error tree: class name = HTTP code = `ErrorEquals` in the state machines.

ShowrunnerError
├── BadRequest 400            InvalidInput 422 · IdempotencyMismatch 422
├── Unauthenticated 401       Forbidden 403
├── CreditsExhausted 402      BudgetExceeded 402
├── NotFound 404              MethodNotAllowed 405
├── Conflict 409              JobAlreadyRunning · IllegalMove · IdempotencyInProgress
├── PreconditionFailed 412
├── PayloadTooLarge 413       UnsupportedMediaType 415
├── TooManyRequests 429
├── Unavailable 503           DatabaseUnavailable
└── StepError                 what a pipeline step may end in
    ├── ProviderThrottled · ProviderUnavailable      retried by the state machine
    ├── PaidCallInFlight                             retried: another worker is being answered
    ├── ProviderRejected · ProviderGarbage           never retried
    ├── QuotaExhausted · UploadLimitReached          tried again when the provider's day begins
    ├── ReconnectNeeded                              the user has to connect the account again
    ├── UploadLost                                   the upload has to begin anew
    ├── Cancelled · StaleAttempt                     the job went on without this step
    ├── RenderFailed                                 ffmpeg or its output is not whole
    └── MediaCheckFailed · EncoderMismatch           the video is not fit to publish
"""

from datetime import datetime
from typing import Any

from chalice.app import ChaliceViewError
from pydantic import ValidationError

NAMED_AT_MOST = 50  # fields in one answer


class ShowrunnerError(ChaliceViewError):
    """Something went wrong."""

    STATUS_CODE: int = 500

    def __init__(
        self,
        message: str | None = None,
        *,
        hint: str | None = None,
        details: Any = None,
        headers: dict[str, str] | None = None,
        **members: Any,
    ) -> None:
        self.message = message or (type(self).__doc__ or "").strip().split("\n")[0]
        self.hint = hint
        self.details = details
        self.headers = headers or {}
        self.members = members
        super().__init__(self.message)

    @property
    def code(self) -> str:
        """The class name: stable, for programs."""
        return type(self).__name__

    def problem(self) -> dict[str, Any]:
        """The error as an RFC 9457 problem that is also a Supabase error."""
        return {
            **self.members,
            "type": "about:blank",
            "title": (type(self).__doc__ or self.code).strip().split("\n")[0],
            "status": self.STATUS_CODE,
            "detail": self.message,
            "code": self.code,
            "message": self.message,
            "details": self.details,
            "hint": self.hint,
        }


class BadRequest(ShowrunnerError):
    """The request cannot be understood."""

    STATUS_CODE = 400


class InvalidInput(BadRequest):
    """A field breaks a rule."""

    STATUS_CODE = 422

    @classmethod
    def of(cls, field: str, rule: str, message: str) -> "InvalidInput":
        """The error of one field: `rule` is for programs, `message` for people."""
        error = {"field": field, "rule": rule, "message": message}
        return cls(f"{field}: {message}", errors=[error])

    @classmethod
    def of_all(cls, error: ValidationError, place: str) -> "InvalidInput":
        """What pydantic found, field by field. Nothing of what was sent is told back.

        `place` is called the field when the whole is wrong, and not one field of it.
        """
        found = [
            {
                "field": ".".join(map(str, one["loc"]))[:100] or place,
                "rule": one["type"],
                "message": one["msg"].removeprefix("Value error, "),
            }
            for one in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        first = f"{found[0]['field']}: {found[0]['message']}"
        more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
        return cls(first + more, errors=found[:NAMED_AT_MOST])


class IdempotencyMismatch(BadRequest):
    """This Idempotency-Key was used with another request."""

    STATUS_CODE = 422


class Unauthenticated(ShowrunnerError):
    """A valid token is needed."""

    STATUS_CODE = 401


class Forbidden(ShowrunnerError):
    """This token may not do that."""

    STATUS_CODE = 403


class CreditsExhausted(ShowrunnerError):
    """There are not enough credits."""

    STATUS_CODE = 402


class BudgetExceeded(ShowrunnerError):
    """The spending cap is reached."""

    STATUS_CODE = 402


class NotFound(ShowrunnerError):
    """There is no such thing, or it is not yours."""

    STATUS_CODE = 404


class MethodNotAllowed(ShowrunnerError):
    """This address does not answer that method."""

    STATUS_CODE = 405


class Conflict(ShowrunnerError):
    """This clashes with what is stored."""

    STATUS_CODE = 409


class JobAlreadyRunning(Conflict):
    """Another job of yours is still running."""


class IllegalMove(Conflict):
    """The state does not allow this move."""


class IdempotencyInProgress(Conflict):
    """The first request with this Idempotency-Key is still being answered."""


class PreconditionFailed(ShowrunnerError):
    """This was changed since you read it."""

    STATUS_CODE = 412


class PayloadTooLarge(ShowrunnerError):
    """The request body is too large."""

    STATUS_CODE = 413


class UnsupportedMediaType(ShowrunnerError):
    """This content type is not accepted."""

    STATUS_CODE = 415


class TooManyRequests(ShowrunnerError):
    """Too many requests; try again later."""

    STATUS_CODE = 429


class Unavailable(ShowrunnerError):
    """A service this needs does not answer; try again."""

    STATUS_CODE = 503


class DatabaseUnavailable(Unavailable):
    """The database does not answer; try again."""


class StepError(ShowrunnerError):
    """A pipeline step failed."""


class ProviderThrottled(StepError):
    """The provider asks to slow down."""


class ProviderUnavailable(StepError):
    """The provider does not answer."""


class PaidCallInFlight(StepError):
    """Another worker waits for the same answer; try again."""


class ProviderRejected(StepError):
    """The provider refuses this content."""


class ProviderGarbage(StepError):
    """The provider answered with something unusable."""


class QuotaExhausted(StepError):
    """What the provider allows in a day is used up."""

    def __init__(self, message: str | None = None, *, until: datetime, **members: Any) -> None:
        self.until = until
        super().__init__(message, **members)


class UploadLimitReached(QuotaExhausted):
    """The account may not upload any more videos today."""


class ReconnectNeeded(StepError):
    """The account has to be connected again."""


class UploadLost(StepError):
    """The provider has forgotten this upload."""


class Cancelled(StepError):
    """The job was cancelled."""


class StaleAttempt(StepError):
    """A newer attempt of the job has taken over."""


class RenderFailed(StepError):
    """The video could not be made."""


class MediaCheckFailed(StepError):
    """The finished video did not pass its checks."""


class EncoderMismatch(StepError):
    """Chunks with different encoder settings cannot be joined."""
