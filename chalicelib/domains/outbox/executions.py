"""Messages to Step Functions: start an execution, answer a task that waits with a token."""

import json
from typing import Any

from chalicelib.clients import client
from chalicelib.domains.outbox.models import Message, Undeliverable
from chalicelib.settings import settings

RESOLVED = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}
"""What Step Functions says of a token that has had its answer."""


def start(message: Message) -> None:
    """Start `{pipeline, name, input}`; one that runs under this name already is a success.

    Raises `Undeliverable` when the name stands for another input.
    """
    from botocore.exceptions import ClientError

    machines = {"prompt_video": settings().prompt_video_arn, "album": settings().album_arn}
    machine = machines[message.payload["pipeline"]]
    name, given = message.payload["name"], message.payload["input"]
    try:
        client("stepfunctions").start_execution(
            stateMachineArn=machine, name=name, input=json.dumps(given)
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
            raise
        if _input_of(machine, name) != given:
            raise Undeliverable(f"execution {name} exists with another input") from error


def resolve(message: Message) -> None:
    """Answer a waiting task: `{token, output}`, or `{token, error, cause}` when it failed.

    A token that is resolved already, timed out or forgotten needs no answer any more.
    """
    from botocore.exceptions import ClientError

    answer = message.payload
    try:
        if "error" in answer:
            client("stepfunctions").send_task_failure(
                taskToken=answer["token"], error=answer["error"], cause=answer.get("cause", "")
            )
        else:
            client("stepfunctions").send_task_success(
                taskToken=answer["token"], output=json.dumps(answer["output"])
            )
    except ClientError as error:
        if error.response["Error"]["Code"] not in RESOLVED:
            raise


def _input_of(machine: str, name: str) -> Any:
    execution = f"{machine.replace(':stateMachine:', ':execution:', 1)}:{name}"
    found = client("stepfunctions").describe_execution(executionArn=execution)
    return json.loads(found["input"])
