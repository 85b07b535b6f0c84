"""Executions are started once under their name; tasks that wait get their answer."""

import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.clients import client
from chalicelib.domains.outbox import service as outbox
from tests import factories
from tests.aws import pretended_aws, set_environment

PATIENCE = 300.0
"""Seconds after which a test gives up on what hangs; a busy machine is slow."""

Admin = psycopg.Connection[dict[str, Any]]
ROLE = "arn:aws:iam::123456789012:role/states"


def machine(definition: dict[str, Any]) -> str:
    """A state machine's ARN."""
    made = client("stepfunctions").create_state_machine(
        name=f"machine-{uuid4().hex}", definition=json.dumps(definition), roleArn=ROLE
    )
    return str(made["stateMachineArn"])


def promised(topic: str, payload: dict[str, Any]) -> UUID:
    user_id = factories.user()
    with db.transaction(Actor.worker(user_id)) as tx:
        return outbox.put(tx, topic, payload, user_id=user_id, dedupe_key=str(uuid4()))


@pytest.fixture
def prompt_video(database: str) -> Iterator[str]:
    """A state machine that goes on for ever."""
    with pretended_aws():
        arn = machine(
            {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 9, "End": True}}}
        )
        set_environment({"PROMPT_VIDEO_ARN": arn})
        yield arn
        set_environment({"PROMPT_VIDEO_ARN": None})


def started(arn: str) -> list[str]:
    found = client("stepfunctions").list_executions(stateMachineArn=arn)["executions"]
    return [execution["name"] for execution in found]


def order(name: str, **given: Any) -> dict[str, Any]:
    return {"pipeline": "prompt_video", "name": name, "input": given}


def test_an_execution_is_started_under_its_name(prompt_video: str) -> None:
    assert outbox.deliver(promised("start_execution", order("job-a-1", job_id="a", attempt=1)))
    assert started(prompt_video) == ["job-a-1"]
    execution = f"{prompt_video.replace(':stateMachine:', ':execution:')}:job-a-1"
    told = client("stepfunctions").describe_execution(executionArn=execution)["input"]
    assert json.loads(told) == {"job_id": "a", "attempt": 1}


def test_a_second_start_of_the_same_is_a_success(prompt_video: str) -> None:
    """Even when the first execution has ended and Step Functions refuses the name."""
    assert outbox.deliver(promised("start_execution", order("job-b-1", job_id="b")))
    assert outbox.deliver(promised("start_execution", order("job-b-1", job_id="b")))
    execution = f"{prompt_video.replace(':stateMachine:', ':execution:')}:job-b-1"
    client("stepfunctions").stop_execution(executionArn=execution)
    assert outbox.deliver(promised("start_execution", order("job-b-1", job_id="b")))
    assert started(prompt_video) == ["job-b-1"]


def test_a_name_taken_by_another_input_is_no_success(prompt_video: str, admin: Admin) -> None:
    assert outbox.deliver(promised("start_execution", order("job-c-1", job_id="c")))
    row_id = promised("start_execution", order("job-c-1", job_id="other"))
    assert not outbox.deliver(row_id)
    found = admin.execute(
        "select dead_at, last_error from private.outbox where id = %s", (row_id,)
    ).fetchone()
    assert found is not None
    assert found["dead_at"] is not None
    assert found["last_error"] == "execution job-c-1 exists with another input"


def test_a_machine_that_is_not_there_is_tried_again(prompt_video: str, admin: Admin) -> None:
    set_environment({"PROMPT_VIDEO_ARN": prompt_video + "-gone"})
    row_id = promised("start_execution", order("job-d-1"))
    assert not outbox.deliver(row_id)
    found = admin.execute(
        "select dead_at, last_error from private.outbox where id = %s", (row_id,)
    ).fetchone()
    assert found is not None
    assert found["dead_at"] is None
    assert found["last_error"].startswith("StateMachineDoesNotExist")


@pytest.fixture
def waiting(database: str) -> Iterator[tuple[str, str]]:
    """An execution whose task waits with a token: its ARN and the token."""
    with pretended_aws({"stepfunctions": {"execute_state_machine": True}}):
        url = client("sqs").create_queue(QueueName=f"tokens-{uuid4().hex}")["QueueUrl"]
        task = {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {"QueueUrl": url, "MessageBody.$": "$$.Task.Token"},
            "TimeoutSeconds": 3600,
            "End": True,
        }
        arn = machine({"StartAt": "Ask", "States": {"Ask": task}})
        execution = client("stepfunctions").start_execution(
            stateMachineArn=arn, name="waits", input="{}"
        )["executionArn"]
        token = eventually(
            lambda: client("sqs").receive_message(QueueUrl=url).get("Messages", [{}])[0].get("Body")
        )
        yield execution, token


def eventually(look: Any) -> Any:
    """What `look` finds, once it finds something."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError("it never came")


def ended(execution: str) -> dict[str, Any]:
    def look() -> Any:
        found = client("stepfunctions").describe_execution(executionArn=execution)
        return found if found["status"] != "RUNNING" else None

    answer: dict[str, Any] = eventually(look)
    return answer


def test_a_waiting_task_gets_its_result_and_a_second_answer_is_harmless(
    waiting: tuple[str, str],
) -> None:
    execution, token = waiting
    answer = {"token": token, "output": {"upload_id": "u"}}
    assert outbox.deliver(promised("task_result", answer))
    found = ended(execution)
    assert (found["status"], json.loads(found["output"])) == ("SUCCEEDED", {"upload_id": "u"})
    assert outbox.deliver(promised("task_result", answer))
    assert outbox.deliver(promised("task_result", {"token": token, "error": "Late"}))


def test_a_waiting_task_is_told_of_a_failure(waiting: tuple[str, str]) -> None:
    execution, token = waiting
    answer = {"token": token, "error": "InvalidInput", "cause": "not a recording"}
    assert outbox.deliver(promised("task_result", answer))
    found = ended(execution)
    assert (found["status"], found["error"]) == ("FAILED", "InvalidInput")
