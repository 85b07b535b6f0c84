"""Upload a package and bring a CloudFormation stack to it: on AWS and on the laptop alike.

On AWS the usual credentials apply (`AWS_PROFILE`, `AWS_REGION`, …):

    make package
    make deploy STACK=showrunner-prod BUCKET=my-artifacts \\
        PARAMETERS="SecretArn=arn:aws:secretsmanager:… MailFrom=studio@example.com"
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import yaml
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from infra.package import BUILD

EVERY_SECOND = {"Delay": 1, "MaxAttempts": 3600}
"""How CloudFormation is waited for: an hour at most, as its own waiters do."""
LOCATIONS = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::StepFunctions::StateMachine": "DefinitionS3Location",
}
"""Resource type → the property that names a local file."""


class DeployError(Exception):
    """The stack did not reach the template; the message says why."""


def deploy(
    template: Path,
    *,
    stack: str,
    bucket: str,
    parameters: Mapping[str, str],
    session: Any,
    tags: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Create or update `stack` and return its outputs; what equals the stack changes nothing.

    A parameter that is not given keeps the value the stack has. Raises `DeployError` with
    CloudFormation's first complaint.
    """
    s3, cloudformation = session.client("s3"), session.client("cloudformation")
    document = _uploaded(template, bucket, s3)
    key = _put(s3, bucket, "templates", json.dumps(document).encode(), ".json")
    found = _describe(cloudformation, stack)
    if found and found["StackStatus"] in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"):
        raise DeployError(
            f"Stack {stack} is in {found['StackStatus']}: delete it and deploy again."
        )
    has = {parameter["ParameterKey"] for parameter in found.get("Parameters", [])}
    kept = (document.get("Parameters", {}).keys() & has) - parameters.keys()
    change = cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName=f"deploy-{uuid4().hex}",
        ChangeSetType="UPDATE" if found else "CREATE",
        TemplateURL=f"{s3.meta.endpoint_url}/{bucket}/{key}",
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()]
        + [{"ParameterKey": name, "UsePreviousValue": True} for name in sorted(kept)],
        Tags=[{"Key": key, "Value": value} for key, value in (tags or {}).items()],
    )["Id"]
    if _planned(cloudformation, change):
        cloudformation.execute_change_set(ChangeSetName=change)
        _finish(cloudformation, stack, "update" if found else "create")
    outputs = _describe(cloudformation, stack).get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}


def _uploaded(template: Path, bucket: str, s3: Any) -> dict[str, Any]:
    """The template with every local file uploaded and named by its S3 address."""
    document: dict[str, Any] = yaml.safe_load(template.read_text())
    for resource in document["Resources"].values():
        name = LOCATIONS.get(resource["Type"])
        location = resource.get("Properties", {}).get(name)
        if not isinstance(location, str):
            continue
        file = template.parent / location
        key = _put(s3, bucket, "artifacts", file.read_bytes(), file.suffix)
        resource["Properties"][name] = {"Bucket": bucket, "Key": key}
    return document


def _put(s3: Any, bucket: str, folder: str, body: bytes, suffix: str) -> str:
    """Store under the content's hash, so equal contents change nothing; return the key."""
    key = f"{folder}/{hashlib.sha256(body).hexdigest()}{suffix}"
    s3.put_object(Bucket=bucket, Key=key, Body=body)
    return key


def _describe(cloudformation: Any, stack: str) -> dict[str, Any]:
    """The stack, or an empty dictionary when there is none."""
    try:
        found: dict[str, Any] = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except cloudformation.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return {}
        raise
    return {} if found["StackStatus"] == "REVIEW_IN_PROGRESS" else found


def _planned(cloudformation: Any, change: str) -> bool:
    """Wait for the change set; False when the stack is what the template says already."""
    try:
        cloudformation.get_waiter("change_set_create_complete").wait(
            ChangeSetName=change, WaiterConfig=EVERY_SECOND
        )
    except WaiterError as error:
        reason = cloudformation.describe_change_set(ChangeSetName=change)["StatusReason"]
        cloudformation.delete_change_set(ChangeSetName=change)
        if "didn't contain changes" in reason or "No updates" in reason:
            return False
        raise DeployError(f"CloudFormation refuses the template: {reason}") from error
    return True


def _finish(cloudformation: Any, stack: str, verb: str) -> None:
    try:
        cloudformation.get_waiter(f"stack_{verb}_complete").wait(
            StackName=stack, WaiterConfig=EVERY_SECOND
        )
    except WaiterError as error:
        events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
        failed = [e for e in events if e["ResourceStatus"].endswith("_FAILED")]
        first = failed[-1] if failed else events[0]
        raise DeployError(
            f"Stack {stack} could not be deployed: {first['LogicalResourceId']}: "
            f"{first.get('ResourceStatusReason', first['ResourceStatus'])}"
        ) from error


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m infra.deploy",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--stack", default="showrunner-prod", help="stack's name (%(default)s)")
    parser.add_argument("--bucket", required=True, help="your bucket for zips and templates")
    parser.add_argument("--template", type=Path, default=BUILD / "package" / "template.yaml")
    parser.add_argument("parameters", nargs="*", metavar="Name=Value", help="template parameters")
    options = parser.parse_args()
    if not options.template.exists():
        sys.exit("There is no package yet: run `make package` first.")
    try:
        outputs = deploy(
            options.template,
            stack=options.stack,
            bucket=options.bucket,
            parameters=dict(pair.split("=", 1) for pair in options.parameters),
            session=boto3.Session(),
        )
    except (DeployError, BotoCoreError, ClientError) as error:
        sys.exit(str(error))
    for name, value in outputs.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
