"""The studio, up once for all tests here."""

import json
import logging
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.awslambda.models import LambdaFunction
from moto.server import ThreadedMotoServer
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils

from chalicelib import clients, settings
from tests.integration.pipelines.studio import DEADLINE, FLOWS, Hurried, Studio

BUCKET = "studio-media"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "MEDIA_BUCKET": BUCKET,
    "RENDER_HEIGHT": "90",
    "ALBUM_HEIGHT": "90",
    "RENDER_FPS": "10",
    "PAID_CALL_LEASE_SECONDS": "0.2",
}


@pytest.fixture(scope="module")
def hurried() -> Hurried:
    return Hurried()


@pytest.fixture(scope="module")
def studio_up(
    database: str, hurried: Hurried, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Studio]:
    with pytest.MonkeyPatch.context() as patch:
        server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        logging.getLogger("moto").setLevel(logging.CRITICAL)
        server.start()
        _, port = server.get_host_and_port()
        url = f"http://127.0.0.1:{port}"
        for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": url, "MOTO_PORT": str(port)}.items():
            patch.setenv(name, value)
        patch.setattr(retrier_decl, "time", hurried)
        patch.setattr(lambda_eval_utils, "boto_client_for", lambda **_: _lambda())
        machines = _deploy(url)
        for name, arn in machines.items():
            patch.setenv(f"{name.upper()}_ARN", arn)
        clients.client.cache_clear()
        settings.settings.cache_clear()
        studio = Studio(tmp_path_factory.mktemp("studio"), machines["prompt_video"], BUCKET)

        def invoke(function: Any, body: str, request: Any, response: Any) -> bytes:
            answer = studio.invoke(json.loads(body))
            if "errorType" in answer:
                response["x-amz-function-error"] = "Unhandled"
                return json.dumps(answer).encode()
            return json.dumps(answer["result"]).encode()

        patch.setattr(LambdaFunction, "invoke", invoke)
        yield studio
        studio.close()
        server.stop()
        clients.client.cache_clear()
        _lambda.cache_clear()
    settings.settings.cache_clear()


@pytest.fixture
def studio(studio_up: Studio) -> Iterator[Studio]:
    studio_up.reset()
    yield studio_up
    studio_up.reset()


@lru_cache
def _lambda() -> Any:
    """The client moto invokes functions with; by itself it makes a new one for every task.

    A step is asked for once, however long it takes on a busy machine.
    """
    patient = Config(read_timeout=DEADLINE, retries={"total_max_attempts": 1})
    return boto3.client("lambda", config=patient)


def _deploy(url: str) -> dict[str, str]:
    """A bucket, two functions and the state machines by name, as the template makes them."""
    import urllib.request

    urllib.request.urlopen(f"{url}/moto-api/reset", b"").close()
    config = json.dumps({"stepfunctions": {"execute_state_machine": True}}).encode()
    urllib.request.urlopen(f"{url}/moto-api/config", config).close()
    role = boto3.client("iam").create_role(
        RoleName="studio", AssumeRolePolicyDocument="{}", Path="/"
    )["Role"]["Arn"]
    boto3.client("s3").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    for name in ("step", "media_step"):
        boto3.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.11",
            Role=role,
            Handler="app.step",
            Code={"ZipFile": b"nothing"},
        )
    return {
        name: boto3.client("stepfunctions").create_state_machine(
            name=name,
            definition=(FLOWS / f"{name}.asl.json")
            .read_text()
            .replace("${Step}", "step")
            .replace("${MediaStep}", "media_step"),
            roleArn=role,
        )["stateMachineArn"]
        for name in ("prompt_video", "album")
    }
