"""The laptop's AWS: MiniStack, with the few places mended where it is not like AWS.

Its settings come from the environment (`environment()`).
Every mend wraps one function of MiniStack and says what AWS does instead. They are tested against
the pinned version, in `tests/unit/test_adapter.py` and `tests/integration/local/test_aws.py`.
"""

import argparse
import contextvars
import importlib.util
import json
import logging
import os
import re
import sys
import threading
import zipfile
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from infra.local import api_gateway

RAISED = re.compile(r"^Traceback \(most recent call last\):\n(?:[ \n].*\n?)*(?P<name>[\w.]+)", re.M)
"""A traceback: its first line that is not indented starts with the exception's class."""

SAVE_SECONDS = 5
RUNTIME_BRINGS = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
"""What Lambda's Python has beside the standard library."""

Json = dict[str, Any]
_waiting: contextvars.ContextVar[str] = contextvars.ContextVar("waiting", default="")
_sender: contextvars.ContextVar[str | None] = contextvars.ContextVar("sender", default=None)


def environment(folder: Path, port: int, *, real_layers: bool = False) -> dict[str, str]:
    """What MiniStack and the functions it runs are started with.

    With `real_layers` a function sees its layers and what Lambda's runtime brings, and nothing
    of the virtual environment.
    """
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "PYTHONPATH"))}
    return {
        **inherited,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AUTH": "true",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "PERSIST_STATE": "0" if real_layers else "1",  # the layers are part of the state
        "STATE_DIR": str(folder / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "objects"),
        "FUNCTIONS_LOG": str(folder / "logs" / "functions.log"),
        "TMPDIR": str(folder / "tmp"),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        **({"SHOWRUNNER_RUNTIME": str(folder / "runtime")} if real_layers else {}),
    }


def error_type(result: Json) -> str:
    """The `errorType` that Lambda gives a failed invocation of its Python runtime.

    MiniStack says `Runtime.HandlerError` for everything; Lambda names the exception's class, and
    `Runtime.ExitError` when the process is gone.
    """
    said: str = result["body"].get("errorType", "")
    if said == "Sandbox.Timedout":
        return said
    raised = list(RAISED.finditer(result.get("log") or ""))
    if raised:
        return raised[-1]["name"].rpartition(".")[2]
    if result["body"].get("errorMessage", "").startswith("Worker init failed"):
        return "Runtime.ImportModuleError"
    return "Runtime.ExitError"


def named_errors(execute: Callable[..., Json], log: Callable[[str], object]) -> Callable[..., Json]:
    """Wrap the function that runs an invocation: errors have Lambda's names, `log` gets its log."""

    def run(func: Json, event: Any, request_id: str) -> Json:
        result = execute(func, event, request_id)
        if result.get("log"):
            log(result["log"] + "\n")
        if result.get("error") and not result.get("throttle"):
            result["body"]["errorType"] = error_type(result)
        return result

    return run


def keep_log(lines: str) -> None:
    """Add what a function logged to the file that `make dev` names."""
    with Path(os.environ["FUNCTIONS_LOG"]).open("a") as file:
        file.write(lines)


def own_context(run_sub_machine: Callable[..., Any]) -> Callable[..., Any]:
    """Branches of a Parallel run at once: on AWS each has its own context object."""

    def run(states: Json, start_at: str, data: Any, execution: Json, ctx: Json) -> Any:
        return run_sub_machine(states, start_at, data, execution, dict(ctx))

    return run


def bounded(run_map_items: Callable[..., Any], workers: int) -> Callable[..., Any]:
    """AWS has a machine for each item of a Map; here there are only so many cores.

    The limit holds items back before their time starts to run.
    """

    def run(state: Json, *rest: Any) -> Any:
        asked = state.get("MaxConcurrency") or workers
        return run_map_items({**state, "MaxConcurrency": min(asked, workers)}, *rest)

    return run


def failing_wait(states: Any) -> None:
    """A function that fails before it kept its task token fails the state, as on AWS.

    MiniStack would go on waiting for the token.
    """
    invoke, call = states._invoke_with_callback, states._call_lambda

    def invoke_with_callback(resource: str, data: Any, token: str, state: Json) -> Any:
        kept = _waiting.set(token)
        try:
            return invoke(resource, data, token, state)
        finally:
            _waiting.reset(kept)

    def call_lambda(function: str, event: Any) -> Any:
        try:
            return call(function, event)
        except states._ExecutionError as error:
            waiting = states._task_tokens.get(_waiting.get())
            if waiting:
                waiting["error"] = {"Error": error.error, "Cause": error.cause}
                waiting["event"].set()
            raise

    states._invoke_with_callback, states._call_lambda = invoke_with_callback, call_lambda


def enforced_policies(app: Any, iam_evaluator: Any) -> None:
    """Functions may do what their roles allow and no more, as on AWS.

    There, SQS has no actions of its own for batches. Where MiniStack cannot tell which resource
    is meant, the action decides. TLS, which the bucket asks for, is taken as given: nothing
    leaves this machine.
    """
    action_matches, resource_matches = (
        iam_evaluator._action_matches,
        iam_evaluator._resource_matches,
    )
    pin = app.pin_request_origin

    def single_action_matches(action: str, *rest: Any) -> bool:
        single = action.removesuffix("Batch") if action.startswith("sqs:") else action
        return bool(action_matches(single, *rest))

    def known_resource_matches(resource: str, *rest: Any) -> bool:
        return resource == "*" or bool(resource_matches(resource, *rest))

    iam_evaluator._action_matches = single_action_matches
    iam_evaluator._resource_matches = known_resource_matches
    app.pin_request_origin = lambda source, secure: pin(source, True)


def named_sender(app: Any, iam_evaluator: Any) -> None:
    """A policy may say in whose name mail is sent; MiniStack does not tell it who is named."""
    enforce, resolve = app._enforce_ses_v2, iam_evaluator._resolve_condition_key

    def enforce_ses_v2(method: str, path: str, headers: Json, body: bytes, *rest: Any) -> Any:
        try:
            said = json.loads(body or b"{}").get("FromEmailAddress")
        except ValueError:
            said = None
        kept = _sender.set(parseaddr(said)[1] if said else None)
        try:
            return enforce(method, path, headers, body, *rest)
        finally:
            _sender.reset(kept)

    def resolve_condition_key(key: str, context: Any) -> Any:
        return _sender.get() if key.lower() == "ses:fromaddress" else resolve(key, context)

    app._enforce_ses_v2 = enforce_ses_v2
    iam_evaluator._resolve_condition_key = resolve_condition_key


class ZipWithModes(zipfile.ZipFile):
    """Unpacks programs as programs: Lambda does, Python's own does not."""

    def _extract_member(self, member: Any, targetpath: Any, pwd: Any) -> str:
        path = str(super()._extract_member(member, targetpath, pwd))  # type: ignore[misc]
        info = member if isinstance(member, zipfile.ZipInfo) else self.getinfo(member)
        if mode := info.external_attr >> 16:
            Path(path).chmod(mode)
        return path


def bare_runtime(lambda_runtime: Any, folder: Path) -> None:
    """Run functions as Lambda does: the standard library, boto3, and what the layers hold."""
    site_packages = folder / "site-packages"
    site_packages.mkdir(parents=True, exist_ok=True)
    for name in RUNTIME_BRINGS:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        found = Path(spec.origin)
        source = found.parent if found.name == "__init__.py" else found
        (site_packages / source.name).unlink(missing_ok=True)
        (site_packages / source.name).symlink_to(source)
    python = folder / "python"
    base = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{site_packages}" exec "{base}" -S -s "$@"\n')
    python.chmod(0o755)
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    lambda_runtime.zipfile = SimpleNamespace(**{**vars(zipfile), "ZipFile": ZipWithModes})
    lambda_runtime._detect_runtime_binary = lambda runtime: (str(python), script)


def save_often(app: Any, seconds: float) -> None:
    """Keep the state on disk while running, so that a power cut costs seconds, not everything."""

    def save() -> None:
        while not stop.wait(seconds):
            app.save_all(app._build_persistence_save_dict())

    stop = threading.Event()
    logging.getLogger("persistence").setLevel(logging.WARNING)
    threading.Thread(target=save, daemon=True, name="save-often").start()


def main() -> None:
    argparse.ArgumentParser(
        prog="python -m infra.local.aws",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args()
    import ministack.app as app
    from ministack.core import iam_evaluator, lambda_runtime
    from ministack.services import apigateway_v1, lambda_svc, stepfunctions
    from ministack.services.cloudformation import provisioners

    lambda_svc._execute_function_warm = named_errors(lambda_svc._execute_function_warm, keep_log)
    stepfunctions._run_sub_machine = own_context(stepfunctions._run_sub_machine)
    stepfunctions._run_map_items = bounded(stepfunctions._run_map_items, os.cpu_count() or 2)
    failing_wait(stepfunctions)
    api_gateway.install(apigateway_v1, provisioners)
    enforced_policies(app, iam_evaluator)
    named_sender(app, iam_evaluator)
    if "SHOWRUNNER_RUNTIME" in os.environ:
        bare_runtime(lambda_runtime, Path(os.environ["SHOWRUNNER_RUNTIME"]))
    if app.PERSIST_STATE:
        save_often(app, SAVE_SECONDS)
    sys.argv = ["ministack"]
    app.main()


if __name__ == "__main__":
    main()
