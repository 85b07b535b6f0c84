"""What a video costs in credits: every started minute has a price."""

import math

from chalicelib.errors import InvalidInput
from chalicelib.settings import settings

WORDS_PER_MINUTE = 150
LONGEST_MINUTES = 10


def price(minutes: int) -> int:
    """Credits for a video of that many started minutes."""
    return minutes * settings().credits_per_minute


def started_minutes(seconds: float) -> int:
    """Minutes begun by a video of that length; at least one."""
    return max(1, math.ceil(seconds / 60 - 1e-6))


def minutes_of(transcript: str | None, asked: int) -> int:
    """The minutes to hold credits for: those asked for, or those a given text takes to speak.

    Raises `InvalidInput` when the text is too long for any video.
    """
    if transcript is None:
        return asked
    spoken = max(1, math.ceil(len(transcript.split()) / WORDS_PER_MINUTE))
    if spoken > LONGEST_MINUTES:
        message = f"The transcript takes {spoken} minutes to speak; at most {LONGEST_MINUTES} fit."
        raise InvalidInput(
            message,
            errors=[{"field": "transcript_text", "rule": "max_length", "message": message}],
        )
    return max(asked, spoken)
