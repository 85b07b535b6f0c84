"""The mended MiniStack, running: what the application counts on and AWS does."""

import io
import json
import os
import textwrap
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError

from infra.local.stack import Stack
from infra.package import ROOT
from tests.ports import free_port

Json = dict[str, Any]
ROLE = "arn:aws:iam::000000000000:role/any"
CODE = """
    import os


    class ProviderThrottled(Exception):
        pass

    def handler(event, context):
        match event["step"]:
            case "Throttle":
                raise ProviderThrottled("slow\\ndown")
            case "Die":
                os._exit(1)
            case "Buckets":
                import boto3
                boto3.client("s3").list_buckets()
            case "Pid":
                __import__("time").sleep(0.2)
                return os.getpid()
        return event["step"]
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(folder=tmp_path_factory.mktemp("aws"), port=free_port())
    stack.start_aws()
    yield stack
    stack.stop_aws()


@pytest.fixture(scope="module")
def function(stack: Stack) -> str:
    iam = stack.session().client("iam")
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]},
    }
    iam.create_role(RoleName="any", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as file:
        file.writestr("step.py", textwrap.dedent(CODE))
    made = (
        stack.session()
        .client("lambda")
        .create_function(
            FunctionName="step",
            Runtime="python3.13",
            Handler="step.handler",
            Role=ROLE,
            Timeout=600,  # a busy machine is slow
            Code={"ZipFile": zipped.getvalue()},
        )
    )
    return str(made["FunctionArn"])


def task(function: str, step: str, **fields: Any) -> Json:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function, "Payload": {"step": step}},
        **fields,
        "End": True,
    }


def run(stack: Stack, state: Json, data: Json | None = None) -> Json:
    """Run a machine of one state to its end; `output` is read."""
    states = stack.session().client("stepfunctions")
    machine = states.create_state_machine(
        name=f"m-{uuid4()}",
        roleArn=ROLE,
        definition=json.dumps({"StartAt": "Only", "States": {"Only": state}}),
    )["stateMachineArn"]
    started = states.start_execution(stateMachineArn=machine, input=json.dumps(data or {}))
    while True:
        found: Json = states.describe_execution(executionArn=started["executionArn"])
        if found["status"] != "RUNNING":
            return {**found, "output": json.loads(found.get("output") or "null")}
        time.sleep(0.05)


def test_an_exception_reaches_the_state_machine_by_its_class(stack: Stack, function: str) -> None:
    assert run(stack, task(function, "Throttle"))["error"] == "ProviderThrottled"


def test_a_dead_worker_is_an_exit_error_and_the_next_one_works(stack: Stack, function: str) -> None:
    assert run(stack, task(function, "Die"))["error"] == "Runtime.ExitError"
    assert run(stack, task(function, "Fine"))["output"]["Payload"] == "Fine"


def test_a_function_may_do_what_its_role_allows_and_no_more(stack: Stack, function: str) -> None:
    found = run(stack, task(function, "Buckets"))
    assert found["error"] == "AccessDenied"
    assert "not authorized to perform: s3:ListAllMyBuckets" in found["cause"]


def test_mail_is_sent_in_nobody_elses_name(stack: Stack) -> None:
    iam, studio, other = stack.session().client("iam"), "studio@a.example", "ceo@a.example"
    (may_send,) = (
        statement
        for statement in json.loads((ROOT / "infra/policies/queue.json").read_text())["Statement"]
        if statement["Sid"] == "SendMail"
    )
    written = json.dumps({"Version": "2012-10-17", "Statement": [{**may_send, "Resource": "*"}]})
    iam.create_user(UserName="queue")
    iam.put_user_policy(
        UserName="queue",
        PolicyName="mail",
        PolicyDocument=written.replace('{"Ref": "MailFrom"}', f'"{studio}"'),
    )
    key = iam.create_access_key(UserName="queue")["AccessKey"]
    ses = boto3.client(
        "sesv2",
        endpoint_url=stack.endpoint,
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    letter = {"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}}
    for sender in (studio, other):
        stack.session().client("ses").verify_email_identity(EmailAddress=sender)

    def send(sender: str) -> None:
        to = {"ToAddresses": ["b@b.example"]}
        ses.send_email(FromEmailAddress=sender, Destination=to, Content=letter)

    send(studio)
    send(f"The Studio <{studio}>")
    for sender in (other, f"The Studio <{other}>"):
        with pytest.raises(ClientError, match="not authorized to perform"):
            send(sender)


def test_a_function_that_fails_before_keeping_its_token_ends_the_wait(
    stack: Stack, function: str
) -> None:
    waiting = task(function, "Throttle", TimeoutSeconds=3600)
    waiting["Resource"] += ".waitForTaskToken"
    assert run(stack, waiting)["error"] == "ProviderThrottled"


def test_branches_see_their_own_state_names(stack: Stack, function: str) -> None:
    names = [f"Branch{number}" for number in range(6)]
    branch = {"FunctionName": function, "Payload": {"step.$": "$$.State.Name"}}
    state = {
        "Type": "Parallel",
        "End": True,
        "Branches": [
            {"StartAt": name, "States": {name: task(function, "", Parameters=branch)}}
            for name in names
        ],
    }
    assert [answer["Payload"] for answer in run(stack, state)["output"]] == names


def test_a_map_keeps_to_the_cores_of_the_machine(stack: Stack, function: str) -> None:
    pids = {
        answer["Payload"]
        for answer in run(
            stack,
            {
                "Type": "Map",
                "ItemsPath": "$.items",
                "MaxConcurrency": 40,
                "ItemProcessor": {"StartAt": "Each", "States": {"Each": task(function, "Pid")}},
                "End": True,
            },
            {"items": list(range(12))},
        )["output"]
    }

    assert len(pids) <= (os.cpu_count() or 2)


def api(path: str, function: str) -> str:
    """A template with a REST API of one route."""
    proxy = {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": f"arn:aws:apigateway:us-east-1:lambda:path/functions/{function}/invocations",
    }
    preflight = {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {
            "default": {
                "statusCode": "200",
                "responseParameters": {"method.response.header.Access-Control-Allow-Origin": "'*'"},
            }
        },
    }
    return json.dumps(
        {
            "Transform": "AWS::Serverless-2016-10-31",
            "Resources": {
                "Api": {
                    "Type": "AWS::Serverless::Api",
                    "Properties": {
                        "StageName": "api",
                        "GatewayResponses": {
                            "MISSING_AUTHENTICATION_TOKEN": {
                                "StatusCode": 404,
                                "ResponseTemplates": {"application/json": '{"code": "NotFound"}'},
                            }
                        },
                        "DefinitionBody": {
                            "swagger": "2.0",
                            "info": {"title": "mended", "version": "1"},
                            "paths": {
                                path: {
                                    "get": {"x-amazon-apigateway-integration": proxy},
                                    "options": {"x-amazon-apigateway-integration": preflight},
                                }
                            },
                        },
                    },
                }
            },
        }
    )


def test_a_changed_api_keeps_its_id_and_forgets_its_old_routes(stack: Stack, function: str) -> None:
    cloudformation = stack.session().client("cloudformation")
    url = f"{stack.endpoint}/_aws/execute-api/mended/api"
    for verb, path in (("create", "/old"), ("update", "/new")):
        getattr(cloudformation, f"{verb}_stack")(
            StackName="mended",
            TemplateBody=api(path, function),
            Capabilities=["CAPABILITY_AUTO_EXPAND"],
            Tags=[{"Key": "ms-custom-id", "Value": "mended"}],
        )
        cloudformation.get_waiter(f"stack_{verb}_complete").wait(
            StackName="mended", WaiterConfig={"Delay": 1, "MaxAttempts": 600}
        )
        preflight = httpx.options(f"{url}{path}", timeout=300)
        assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    gone = httpx.get(f"{url}/old", timeout=300)
    assert (gone.status_code, gone.json()) == (404, {"code": "NotFound"})


def test_the_state_is_kept_while_running(stack: Stack, tmp_path: Path) -> None:
    stack.session().client("s3").create_bucket(Bucket="kept")
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        saved = stack.folder / "state" / "s3.json"
        if saved.exists() and "kept" in saved.read_text():
            return
        time.sleep(0.2)
    pytest.fail("nothing was saved")
