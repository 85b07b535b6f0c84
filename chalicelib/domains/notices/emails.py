"""E-mail through SES: plain text and simple HTML, each notice sent at most once.

SES takes no key that would make a repeat harmless. So an attempt whose outcome is unknown, cut
off or killed after it began, is not repeated: what a notice says is on the job's page as well,
and a letter that comes twice is worse than one that does not. What SES refuses or cannot be
reached for was surely not sent and is tried again.
"""

from html import escape
from typing import Any, NamedTuple

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.db import queries
from chalicelib.domains.outbox.models import Message, Undeliverable
from chalicelib.settings import settings

WAITS = (30, 300, 1_800, 7_200, 21_600)
"""Seconds before each further attempt."""

REFUSED = {"MessageRejected", "BadRequestException", "AccountSuspendedException"}
"""What SES says of a letter it will never take."""

sql = queries(__file__)


class Letter(NamedTuple):
    """A letter's words; `{title}` and the like are filled in.

    `wanted` says that the user's preferences decide whether it is sent.
    """

    subject: str
    text: str
    link: str
    why: str
    wanted: bool = True


ASKED = "You get this because you asked for it, or somebody with your session did."


LETTERS = {
    "job.completed": Letter(
        "Your video “{title}” is ready",
        "Your video “{title}” is ready. It cost {credits} credits.",
        "{url}",
        "You get this because you asked to be told when a video is ready (`job_complete`).",
    ),
    "job.failed": Letter(
        "Your video “{title}” could not be made",
        "Your video “{title}” could not be made: {error_message}\n\n"
        "Its credits were given back. You can try again from the step that failed.",
        "{url}",
        "You get this because you asked to be told when a video fails (`job_failed`).",
    ),
    "album.completed": Letter(
        "Your album “{title}” is ready",
        "Your album “{title}” is ready for export.",
        "{url}",
        "You get this because you asked to be told when a video is ready (`job_complete`).",
    ),
    "album.review": Letter(
        "Your album “{title}” waits for your review",
        "The tracks and pictures of your album “{title}” are made. Listen to them, look at them,"
        " change what you like, and have it rendered.",
        "{url}",
        "You get this because you asked to be told when a video is ready (`job_complete`).",
    ),
    "album.failed": Letter(
        "Your album “{title}” could not be made",
        "Your album “{title}” could not be made: {error_message}\n\n"
        "What was made for it stays. You can go on from the step that failed.",
        "{url}",
        "You get this because you asked to be told when a video fails (`job_failed`).",
    ),
    "album.published": Letter(
        "Your album “{title}” is published",
        "Your album “{title}” is at the platform. It is {privacy}, from {seen_from} on.",
        "{video_url}",
        "You get this because you asked to be told when albums are published (`published`).",
    ),
    "album.unpublished": Letter(
        "Your album “{title}” could not be published",
        "Your album “{title}” could not be published: {error_message}\n\n"
        "The album is as it was. Asked for again, its publication goes on from where it stood.",
        "{url}",
        "You get this because you asked to be told when albums are published (`published`).",
    ),
    "budget.warning": Letter(
        "Your {period} budget for providers is nearly spent",
        "{spent_usd} USD are spent of your budget of {hard_cap_usd} USD a {period}"
        " ({scope} {scope_id}), not counting calls under way. Once it is spent, calls are refused"
        " until the next {period}.",
        "",
        "You get this because you asked to be told of budgets (`budget`).",
    ),
    "budget.exceeded": Letter(
        "Your {period} budget for providers is spent",
        "A call was refused: it would have passed your budget of {hard_cap_usd} USD a {period}"
        " ({scope} {scope_id}), of which {spent_usd} USD are spent.\n\n"
        "Raise the budget, or wait for the next {period}.",
        "",
        "You get this because you asked to be told of budgets (`budget`).",
    ),
    "budget.stopped": Letter(
        "Your {period} budget for providers refuses every call",
        "A call was refused: the kill switch of your {period} budget ({scope} {scope_id}) is on."
        "\n\nSet the budget again without `kill_switch` to let calls be made.",
        "",
        "You get this because you asked to be told of budgets (`budget`).",
    ),
    "webhook.disabled": Letter(
        "Your webhook “{name}” was switched off",
        "Your webhook “{name}” ({url}) was switched off. {reason}\n\n"
        "Once it is well, switch it on again with `is_active: true`.",
        "",
        "You get this because the webhook is yours.",
    ),
    "export.completed": Letter(
        "A copy of your data is ready ({request_id})",
        "The copy of your data that you asked for is ready. Fetch it, signed in, until"
        " {expires_at}; then it is deleted.",
        "{url}",
        ASKED,
        wanted=False,
    ),
    "deletion.requested": Letter(
        "Confirm that {scope} shall be erased ({request_id})",
        "You asked us to erase {scope}. To confirm it, give this code back within a day:\n\n"
        "{token}\n\n"
        "If it was not you, do nothing: without the code nothing is erased.",
        "",
        ASKED,
        wanted=False,
    ),
    "deletion.scheduled": Letter(
        "Your data will be erased on {day} ({request_id})",
        "Your data will be erased on {day}. Until then you can cancel it at any time, and fetch a"
        " copy of your data. Afterwards nothing brings it back, and if your account goes too we"
        " can no longer write to you.",
        "",
        ASKED,
        wanted=False,
    ),
    "deletion.begun": Letter(
        "Your data is being erased ({request_id})",
        "Your data is being erased now, as you asked. If your account goes too, this is our last"
        " letter: keep the number {request_id}, the proof that it was done is kept under it.",
        "",
        ASKED,
        wanted=False,
    ),
    "deletion.cancelled": Letter(
        "Your data will not be erased ({request_id})",
        "You took your request {request_id} back: nothing is erased.",
        "",
        ASKED,
        wanted=False,
    ),
    "deletion.completed": Letter(
        "Your data was erased ({request_id})",
        "All your data was erased, as you asked in {request_id}. Your account and its credits are"
        " still there.",
        "",
        ASKED,
        wanted=False,
    ),
}


def deliver(message: Message) -> None:
    """Send a letter to the user's address; without one there is nothing to send.

    Raises `Undeliverable` when SES refuses the letter for good, and when an attempt's outcome is
    unknown; botocore's errors when it was surely not sent.
    """
    from botocore.exceptions import (
        ClientError,
        ConnectionClosedError,
        ReadTimeoutError,
        ResponseStreamingError,
    )

    assert message.user_id is not None
    if message.unconfirmed:
        raise Undeliverable("an attempt was cut off: the letter may have been sent")
    with db.transaction(Actor.worker(message.user_id), read_only=True) as tx:
        address = tx.value(sql["address"], user_id=message.user_id)
    if not address:
        return
    try:
        client("sesv2").send_email(
            FromEmailAddress=settings().mail_from,
            Destination={"ToAddresses": [address]},
            Content={"Simple": content(message.payload["notice"], message.payload["data"])},
        )
    except (ReadTimeoutError, ConnectionClosedError, ResponseStreamingError) as error:
        raise Undeliverable("SES did not answer: the letter may have been sent") from error
    except ClientError as error:
        if error.response["Error"]["Code"] in REFUSED:
            raise Undeliverable(f"SES refused: {error.response['Error']['Code']}") from error
        raise


def content(notice: str, data: dict[str, Any]) -> dict[str, Any]:
    """Subject, text and HTML of a letter, as SES takes them."""
    letter = LETTERS[notice]
    words = {name: " ".join(str(value or "").split()) for name, value in data.items()}
    text, link = letter.text.format(**words), letter.link.format(**words)
    preferences = letter.why
    if letter.wanted:
        preferences += f" Change it with PATCH {settings().api_url}/v1/me."
    paragraphs = [f"<p>{escape(part)}</p>" for part in text.split("\n\n")]
    if link:
        paragraphs.append(f'<p><a href="{escape(link)}">{escape(link)}</a></p>')
    paragraphs.append(f'<p style="color:#666"><small>{escape(preferences)}</small></p>')
    return {
        "Subject": {"Data": letter.subject.format(**words), "Charset": "UTF-8"},
        "Body": {
            "Text": {
                "Data": "\n\n".join(part for part in (text, link, preferences) if part) + "\n",
                "Charset": "UTF-8",
            },
            "Html": {"Data": "".join(paragraphs), "Charset": "UTF-8"},
        },
    }
