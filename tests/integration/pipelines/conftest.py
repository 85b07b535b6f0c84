"""The studio, up once for all tests here."""

import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.awslambda.models import LambdaFunction
from moto.server import ThreadedMotoServer
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl

from chalicelib import clients, settings
from tests.integration.pipelines.studio import DEFINITION, Studio

BUCKET = "studio-media"
RETRY_SECONDS = 0.05
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "MEDIA_BUCKET": BUCKET,
    "RENDER_HEIGHT": "90",
    "RENDER_FPS": "10",
    "PAID_CALL_LEASE_SECONDS": "0.2",
}


class Hurried:
    """`time` for moto's retries: a wait is as short as can be."""

    @staticmethod
    def sleep(seconds: float) -> None:
        time.sleep(min(seconds, RETRY_SECONDS))


@pytest.fixture(scope="session")
def studio_up(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with pytest.MonkeyPatch.context() as patch:
        server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        logging.getLogger("moto").setLevel(logging.CRITICAL)
        server.start()
        _, port = server.get_host_and_port()
        url = f"http://127.0.0.1:{port}"
        for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": url, "MOTO_PORT": str(port)}.items():
            patch.setenv(name, value)
        patch.setattr(retrier_decl, "time", Hurried)
        machine = _deploy(url, patch)
        patch.setenv("PROMPT_VIDEO_ARN", machine)
        clients.client.cache_clear()
        settings.settings.cache_clear()
        studio = Studio(tmp_path_factory.mktemp("studio"), machine, BUCKET)

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
    settings.settings.cache_clear()


@pytest.fixture
def studio(studio_up: Studio) -> Iterator[Studio]:
    studio_up.reset()
    yield studio_up
    studio_up.reset()


def _deploy(url: str, patch: pytest.MonkeyPatch) -> str:
    """A bucket, two functions and the state machine, as the template makes them."""
    import urllib.request

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
    definition = DEFINITION.read_text().replace("${Step}", "step")
    return boto3.client("stepfunctions").create_state_machine(
        name="prompt_video",
        definition=definition.replace("${MediaStep}", "media_step"),
        roleArn=role,
    )["stateMachineArn"]
