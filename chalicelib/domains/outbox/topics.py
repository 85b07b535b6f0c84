"""Every topic of the outbox: who delivers it and how patiently."""

from chalicelib.domains.files import clearing
from chalicelib.domains.notices import deliveries, emails
from chalicelib.domains.outbox import executions
from chalicelib.domains.outbox.models import Message, Topic, Undelivered
from chalicelib.domains.privacy import collecting, erasing
from chalicelib.domains.publishing import figures, platform, rotating, sending

PROMPT = (2, 5, 15, 60, 300, 900, 1_800, 3_600)  # a person waits for what these start

TOPICS = {
    "start_execution": Topic(executions.start, PROMPT),
    "task_result": Topic(executions.resolve, PROMPT),
    "webhook": Topic(deliveries.deliver, deliveries.WAITS, deliveries.failed, ours=False),
    "email": Topic(emails.deliver, emails.WAITS),
    "privacy_export": Topic(collecting.deliver, PROMPT, collecting.failed),
    "publish": Topic(sending.deliver, platform.WAITS, sending.failed),
    "figures": Topic(figures.deliver, platform.WAITS),
    "rotate": Topic(rotating.deliver, platform.WAITS),
    "clear_files": Topic(clearing.deliver, clearing.WAITS),
    "privacy_erasure": Topic(erasing.deliver, erasing.WAITS, erasing.failed),
}


def _nobody(message: Message) -> None:
    raise Undelivered(f"nobody delivers the topic {message.topic!r} yet")


UNKNOWN = Topic(_nobody, PROMPT)
"""A topic of a newer release that this function does not run yet: kept, and tried again."""
