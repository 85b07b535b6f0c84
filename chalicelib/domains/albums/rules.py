"""What can be asked of an album when, and which lengths its tracks can make."""

from collections.abc import Mapping

from chalicelib.domains.albums.models import SLOTS
from chalicelib.domains.albums.places import CROSSFADES
from chalicelib.domains.albums.work import Held, Wishes
from chalicelib.errors import IllegalMove, InvalidInput

SHORT_BY, LONG_BY = 30, 300
"""Seconds by which an album may miss the length asked for, below and above."""


def check_allowed(job: Held, action: str) -> None:
    """Raises `IllegalMove` naming what can be asked of the album now when `action` cannot."""
    can = _allowed_of(job)
    if action not in can:
        raise IllegalMove(
            f"The album {_doing(job)}: {action} is not possible now.",
            hint=f"Allowed next: {', '.join(can)}." if can else _nothing(job),
            state=job.status,
            allowed=can,
        )


def check_editable(job: Held) -> None:
    """Raises `IllegalMove` while somebody works on the album or publishes it, and afterwards."""
    at_work = job.goal is not None and job.wait_token is None
    if at_work or job.publishing or job.status == "completed":
        raise IllegalMove(
            f"The album {_doing(job)}; it cannot change now.",
            state=job.status,
            allowed=_allowed_of(job),
        )


def allowed(status: str, goal: str | None, *, waiting: bool, publishing: bool) -> list[str]:
    """What can be asked of an album now."""
    if publishing:
        return []
    if goal is not None:
        return ["render", "cancel"] if waiting else ["cancel"]
    return {
        "planned": ["plan", "start", "cancel"],
        "ready_for_export": ["render", "publish"],
        "failed": ["retry"],
        "cancelled": ["retry"],
    }.get(status, [])


def _allowed_of(job: Held) -> list[str]:
    waiting = job.wait_token is not None
    return allowed(job.status, job.goal, waiting=waiting, publishing=job.publishing)


def _nothing(job: Held) -> str:
    return "Call the publication off first." if job.publishing else "Nothing follows; it has ended."


def _doing(job: Held) -> str:
    if job.publishing:
        return "is being published"
    return "is being made" if job.goal else f"is {job.status.replace('_', ' ')}"


def check_length(wishes: Wishes | None, minutes: int) -> None:
    """Raises `InvalidInput` when the planned tracks do not make an album of that length.

    Where it is not planned yet, the planner sees to it.
    """
    planned = planned_seconds(wishes, {})
    if planned is None or -SHORT_BY <= planned - minutes * 60 <= LONG_BY:
        return
    fitting = [m for m in range(60, 91) if -SHORT_BY <= planned - m * 60 <= LONG_BY]
    each = (minutes * 60 + CROSSFADES) / SLOTS
    instead = f"Ask for {fitting[0]} to {fitting[-1]} minutes, or make" if fitting else "Make"
    raise InvalidInput.of(
        "target_duration_minutes",
        "reachable",
        f"The planned tracks make {_clock(planned)} with their crossfades, and {minutes}:00 is"
        f" asked for. {instead} the tracks {_clock(each)} long on average.",
    )


def planned_seconds(wishes: Wishes | None, known: Mapping[str, float]) -> float | None:
    """How long the album will be: tracks there are count as they are, others as planned.

    `known` are seconds by place. None while a length is open.
    """
    if wishes is None:
        return None
    lengths = [
        float(known[str(wish.order_index)])
        if str(wish.order_index) in known
        else wish.duration_minutes and wish.duration_minutes * 60
        for wish in wishes.music_prompts
    ]
    if not all(lengths):
        return None
    return round(sum(length or 0.0 for length in lengths) - CROSSFADES, 2)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
