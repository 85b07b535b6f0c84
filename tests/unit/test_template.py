"""The template that AWS and the laptop get: well-formed, complete, and narrow in what it allows."""

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from cfnlint.api import lint_all

from chalicelib.settings import Settings
from infra.package import ROOT, package

FLOWS = sorted((ROOT / "infra/pipelines").glob("*.asl.json"))
NETWORKS = [ROOT / "infra/aws/network.yaml", ROOT / "infra/aws/database.yaml"]
RUNTIME_SETS = {
    "STAGE", "STATEMENT_TIMEOUT_MS", "JWT_AUDIENCE", "WELCOME_CREDITS", "CREDITS_PER_MINUTE",
    "OUTBOUND_LOCAL", "YOUTUBE_ADDRESS",
}  # fmt: skip
"""Settings whose defaults hold everywhere, or that a stage sets in .chalice/config.json."""
Json = dict[str, Any]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return package(tmp_path_factory.mktemp("package") / "out", stage="prod", layers=False)


@pytest.fixture(scope="module")
def resources(path: Path) -> dict[str, Json]:
    found: dict[str, Json] = yaml.safe_load(path.read_text())["Resources"]
    return found


def complaints(template: str) -> list[str]:
    """What cfn-lint finds wrong or doubtful; what it merely suggests is not asked for."""
    return [str(match) for match in lint_all(template) if not match.rule.id.startswith("I")]


def alarms(resources: dict[str, Json], namespace: str) -> list[Json]:
    """Alarms by where their metric comes from."""
    return [
        resource["Properties"]
        for resource in resources.values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
        and resource["Properties"]["Namespace"] == namespace
    ]


def allowed(resources: dict[str, Json], function: Json) -> list[tuple[str, str]]:
    """What a function's role lets it do, and where, as the policies write it."""
    role = resources[function["Role"]["Fn::GetAtt"][0]]["Properties"]
    found = []
    for policy in role["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            named = statement["Resource"]
            for place in named if isinstance(named, list) else [named]:
                where = place if isinstance(place, str) else str(*place.values())
                found += [(action, where) for action in statement["Action"]]
    return found


def functions(resources: dict[str, Json]) -> dict[str, Json]:
    return {
        name: resource["Properties"]
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def test_the_code_carries_bytecode_of_its_own_python_alone(path: Path) -> None:
    with zipfile.ZipFile(path.with_name("deployment.zip")) as code:
        names = [Path(name) for name in code.namelist()]
    bytecode = {name for name in names if name.suffix == ".pyc"}
    tag = f".{sys.implementation.cache_tag}.pyc"
    assert bytecode == {
        name.parent / "__pycache__" / f"{name.stem}{tag}"
        for name in names
        if name.suffix == ".py" and name.parts[0] == "chalicelib"
    }


def test_equal_sources_make_equal_packages(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deployment that changes nothing uploads nothing."""
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    again = package(tmp_path / "out", stage="prod", layers=False)
    for name in ("deployment.zip", "template.yaml"):
        assert again.with_name(name).read_bytes() == path.with_name(name).read_bytes()


def test_cloudformation_finds_nothing_to_say(path: Path) -> None:
    assert complaints(path.read_text()) == []


@pytest.mark.parametrize("optional", NETWORKS, ids=lambda path: path.stem)
def test_the_optional_templates_are_clean_too(optional: Path) -> None:
    assert complaints(optional.read_text()) == []


@pytest.mark.parametrize("flow", FLOWS, ids=lambda path: path.name)
def test_the_flows_are_valid_state_machines(flow: Path) -> None:
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "RoleArn": "arn:aws:iam::123456789012:role/any",
            "DefinitionSubstitutions": {"Step": "any", "MediaStep": "any"},
            "Definition": json.loads(flow.read_text()),
        },
    }
    assert complaints(json.dumps({"Resources": {"Machine": machine}})) == []


def test_every_function_is_entered_through_app(resources: dict[str, Json]) -> None:
    found = functions(resources)
    assert set(found) == {
        "APIHandler", "Step", "MediaStep", "Uploads", "Queue", "Minute", "Hourly", "Daily",
    }  # fmt: skip
    assert all(function["Handler"].startswith("app.") for function in found.values())


def test_only_the_media_step_carries_the_media_layer(resources: dict[str, Json]) -> None:
    carrying = [
        name
        for name, found in functions(resources).items()
        if {"Ref": "MediaLayer"} in found["Layers"]
    ]
    assert carrying == ["MediaStep"]
    media = resources["MediaStep"]["Properties"]
    assert media["MemorySize"] >= 3008
    assert media["EphemeralStorage"] == {"Size": 10240}
    assert media["Timeout"] == 900


def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_run(
    resources: dict[str, Json],
) -> None:
    for function, queue in (("Uploads", "UploadsQueue"), ("Queue", "OutboxQueue")):
        properties = resources[function]["Properties"]
        (event,) = properties["Events"].values()
        assert event["Properties"]["Queue"] == {"Fn::Sub": f"${{{queue}.Arn}}"}
        hidden = resources[queue]["Properties"]["VisibilityTimeout"]
        assert hidden >= 6 * properties["Timeout"]


def test_every_queue_with_work_has_a_dead_letter_queue_with_an_alarm(
    resources: dict[str, Json],
) -> None:
    watched = {
        alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0] for alarm in alarms(resources, "AWS/SQS")
    }
    redrives = [
        found["Properties"].get("RedrivePolicy")
        for found in resources.values()
        if found["Type"] == "AWS::SQS::Queue"
    ]
    dead = {redrive["deadLetterTargetArn"]["Fn::GetAtt"][0] for redrive in redrives if redrive}
    assert dead == watched == {"UploadsDeadLetters", "OutboxDeadLetters"}
    assert len(redrives) == 2 * len(dead)


def test_a_function_has_a_role_of_its_own_that_allows_no_more_than_named(
    resources: dict[str, Json],
) -> None:
    roles = [found["Role"]["Fn::GetAtt"][0] for found in functions(resources).values()]
    assert len(set(roles)) == len(roles)
    for function in functions(resources).values():
        for action, where in allowed(resources, function):
            assert "*" not in action
            assert where != "*" or action.startswith("xray:Put")


def test_files_are_written_and_deleted_where_a_functions_work_lies(
    resources: dict[str, Json],
) -> None:
    everywhere, uploads, copies = (
        f"${{MediaBucket.Arn}}/{below}" for below in ("*", "*/uploads/*", "*/exports/*")
    )
    put, delete = "s3:PutObject", "s3:DeleteObject"
    changed = {
        name: {
            (does, where) for does, where in allowed(resources, function) if does in (put, delete)
        }
        for name, function in functions(resources).items()
    }
    assert changed == {
        "APIHandler": {(put, uploads)},
        "Uploads": {(delete, uploads)},
        **{
            name: {(put, everywhere), (delete, everywhere)}
            for name in ("Step", "MediaStep", "Queue")
        },
        **{name: {(delete, uploads), (delete, copies)} for name in ("Minute", "Hourly", "Daily")},
    }


def test_who_reads_files_is_told_that_one_is_missing(resources: dict[str, Json]) -> None:
    """S3 says so to those alone who may list; to others every missing file is forbidden."""
    for function in functions(resources).values():
        actions = {action for action, _ in allowed(resources, function)}
        assert "s3:GetObject" not in actions or "s3:ListBucket" in actions


def test_what_lies_somewhere_is_encrypted(resources: dict[str, Json]) -> None:
    kept = {"AWS::SQS::Queue": "SqsManagedSseEnabled", "AWS::KMS::Key": "EnableKeyRotation"}
    for name, resource in resources.items():
        if wanted := kept.get(resource["Type"]):
            assert resource["Properties"][wanted] is True, name
    (rule,) = resources["MediaBucket"]["Properties"]["BucketEncryption"][
        "ServerSideEncryptionConfiguration"
    ]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_every_function_and_flow_has_a_log_that_forgets(resources: dict[str, Json]) -> None:
    logs = [
        resource["Properties"]
        for resource in resources.values()
        if resource["Type"] == "AWS::Logs::LogGroup"
    ]
    flows = ("prompt-video", "album")
    assert {log["LogGroupName"]["Fn::Sub"] for log in logs} == {
        *(f"/aws/lambda/${{{name}}}" for name in functions(resources)),
        *(f"/aws/vendedlogs/states/${{AWS::StackName}}-{flow}" for flow in flows),
    }
    assert {log["RetentionInDays"] for log in logs} == {30}


def test_an_alarm_tells_when_the_work_of_the_clock_fails(resources: dict[str, Json]) -> None:
    watched = {alarm["Dimensions"][0]["Value"]["Ref"] for alarm in alarms(resources, "AWS/Lambda")}
    assert watched == {"Minute", "Hourly", "Daily"}


def test_an_alarm_tells_of_messages_that_are_given_up(resources: dict[str, Json]) -> None:
    watched = {alarm["MetricName"] for alarm in alarms(resources, "Showrunner")}
    assert watched == {"DeadMessages", "UnbalancedAccounts"}


def test_an_alarm_tells_of_runs_that_fail_or_are_over_time(resources: dict[str, Json]) -> None:
    watched = {
        (alarm["Dimensions"][0]["Value"]["Ref"], alarm["MetricName"])
        for alarm in alarms(resources, "AWS/States")
    }
    assert watched == {
        (machine, metric)
        for machine in ("PromptVideo", "Album")
        for metric in ("ExecutionsFailed", "ExecutionsTimedOut")
    }


def test_every_setting_can_be_given_when_deploying(path: Path) -> None:
    template = yaml.safe_load(path.read_text())
    given = template["Globals"]["Function"]["Environment"]["Variables"].keys() | RUNTIME_SETS
    wanted = {
        name.upper()
        for name in Settings.model_fields
        if name == "publisher_provider" or not name.endswith(("_provider", "_seconds"))
    }
    assert given == wanted


def test_secrets_never_stand_in_the_template(path: Path) -> None:
    parameters = yaml.safe_load(path.read_text())["Parameters"]
    secret = {name for name in parameters if name.endswith("Secret")} | {"DatabaseUrl"}
    assert len(secret) == 5
    for name in secret:
        assert parameters[name]["NoEcho"] is True
        assert parameters[name]["Default"] == ""
