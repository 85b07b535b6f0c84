"""The laptop's AWS names errors as Lambda does: the state machines' retries depend on it."""

from importlib.metadata import version

import pytest

from infra.local import aws

TRACE = """START
Traceback (most recent call last):
  File "/var/task/app.py", line 3, in step
    return run_step(event)
chalicelib.errors.ProviderUnavailable: no answer

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/var/task/app.py", line 4, in step
    raise ProviderThrottled("slow\\ndown")
chalicelib.errors.ProviderThrottled: slow
down
"""


@pytest.mark.parametrize(
    ("message", "log", "name"),
    [
        ("slow\ndown", TRACE, "ProviderThrottled"),
        ("'x'", "Traceback (most recent call last):\n  File 'a'\nKeyError: 'x'\n", "KeyError"),
        ("Worker process died", "", "Runtime.ExitError"),
        ("Worker process died", "a line the worker logged", "Runtime.ExitError"),
        ("[Errno 32] Broken pipe", None, "Runtime.ExitError"),
        ("Worker init failed: No module named 'numpy'", "", "Runtime.ImportModuleError"),
    ],
)
def test_an_error_has_the_name_lambda_gives_it(message: str, log: str | None, name: str) -> None:
    body = {"errorType": "Runtime.HandlerError", "errorMessage": message}
    assert aws.error_type({"error": True, "body": body, "log": log}) == name


def test_a_timeout_keeps_its_name() -> None:
    body = {"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out after 3.00 seconds"}
    assert aws.error_type({"error": True, "body": body, "log": TRACE}) == "Sandbox.Timedout"


def test_answers_and_throttles_pass_through_unchanged() -> None:
    for result in ({"body": {"a": 1}}, {"error": True, "throttle": True, "body": {}}):
        kept = {**result}
        run = aws.named_errors(lambda *_, result=result: result, log=print)
        assert run({}, {}, "id") == kept


def test_branches_that_run_at_once_do_not_share_what_they_know_of_themselves() -> None:
    shared: dict[str, object] = {"Execution": {"Id": "1"}}

    def enter(states: object, start_at: str, data: object, execution: object, ctx: dict) -> dict:
        ctx["State"] = {"Name": start_at}
        return ctx

    run = aws.own_context(enter)
    one, other = (run({}, name, None, {}, shared) for name in ("One", "Other"))
    assert (one, other) == (
        {**shared, "State": {"Name": "One"}},
        {**shared, "State": {"Name": "Other"}},
    )
    assert "State" not in shared


def test_a_map_never_runs_more_items_than_there_are_workers() -> None:
    def seen(state: dict[str, object]) -> object:
        return state["MaxConcurrency"]

    assert aws.bounded(seen, 2)({}) == 2
    assert aws.bounded(seen, 2)({"MaxConcurrency": 40}) == 2
    assert aws.bounded(seen, 2)({"MaxConcurrency": 1}) == 1


def test_ministack_is_the_version_that_was_mended() -> None:
    assert version("ministack") == "1.5.33"
