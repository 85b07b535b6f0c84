"""Every way in: requests, uploads, queued work, the clock, and the steps of the state machines.

Everything that is not HTTP is declared here and nowhere else: Lambda imports this module for
it, so the middleware below is in force. Each entry delegates in one line.
"""

from typing import Any

from chalice.app import (
    Chalice,
    CloudWatchEvent,
    ConvertToMiddleware,
    Cron,
    Rate,
    SQSEvent,
)

from chalicelib.http import (
    albums,
    channels,
    connections,
    costs,
    credits,
    docs,
    drafts,
    experiments,
    health,
    jobs,
    me,
    openapi,
    privacy,
    projects,
    publishing,
    research,
    rest,
    runs,
    scripts,
    stripe_hook,
    uploads,
    webhooks,
)
from chalicelib.http.edge import CORS, edge
from chalicelib.observability import logger

app = Chalice(app_name="showrunner", configure_logs=False)
app.api.cors = CORS  # before any route: a route takes it when it registers
app.register_middleware(ConvertToMiddleware(logger.inject_lambda_context))
app.register_middleware(edge, "http")

for part in (
    albums,
    channels,
    connections,
    costs,
    credits,
    docs,
    drafts,
    experiments,
    health,
    jobs,
    me,
    openapi,
    privacy,
    projects,
    publishing,
    research,
    rest,
    runs,
    scripts,
    stripe_hook,
    uploads,
    webhooks,
):
    app.register_blueprint(part.routes)


@app.lambda_function(name="step")
def step(event: dict[str, Any], context: Any) -> Any:
    """One light state of a state machine."""
    from chalicelib.pipelines import run_step

    return run_step(event, context)


@app.lambda_function(name="media_step")
def media_step(event: dict[str, Any], context: Any) -> Any:
    """One state that works on sound or pictures: the same dispatch with more memory and disk."""
    from chalicelib.pipelines import run_step

    return run_step(event, context)


@app.on_sqs_message(queue="showrunner-uploads", name="uploads", batch_size=1)
def uploaded(event: SQSEvent) -> None:
    """An object arrived in the media bucket."""
    from chalicelib.events.uploads import handle

    handle(event)


@app.on_sqs_message(queue="showrunner-queue", name="queue", batch_size=1)
def queue(event: SQSEvent) -> None:
    """A row of the outbox is due."""
    from chalicelib.events.queues import handle

    handle(event)


@app.schedule(Rate(1, unit=Rate.MINUTES), name="minute")
def minute(event: CloudWatchEvent) -> None:
    """Every minute: what was missed is sent again, what is stale is taken up."""
    from chalicelib.events import schedules

    schedules.minute(event)


@app.schedule(Rate(1, unit=Rate.HOURS), name="hourly")
def hourly(event: CloudWatchEvent) -> None:
    """Every hour: what is due expires."""
    from chalicelib.events import schedules

    schedules.hourly(event)


@app.schedule(Cron(0, 2, "*", "*", "?", "*"), name="daily")
def daily(event: CloudWatchEvent) -> None:
    """02:00 UTC: the books are checked and old things are cleared away."""
    from chalicelib.events import schedules

    schedules.daily(event)
