"""What a user reads when a job fails names what happened, never how the house is built."""

import json

import pytest

from chalicelib.pipelines.failures import explain


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            {
                "Error": "ProviderRejected",
                "Cause": json.dumps({"errorMessage": "This content is refused."}),
            },
            ("ProviderRejected", "This content is refused."),
        ),
        (
            {"Error": "MediaCheckFailed", "Cause": "not json"},
            ("MediaCheckFailed", "The finished video did not pass its checks."),
        ),
        (
            {"Error": "States.Timeout", "Cause": ""},
            ("States.Timeout", "A step took too long and was stopped."),
        ),
        (
            {"Error": "Runtime.ExitError", "Cause": "signal: killed"},
            ("Runtime.ExitError", "A worker broke down again and again."),
        ),
        (
            {"Error": "KeyError", "Cause": json.dumps({"errorMessage": "'/var/task/secret'"})},
            ("KeyError", "Something went wrong on our side."),
        ),
        ({}, ("Unknown", "Something went wrong on our side.")),
    ],
)
def test_an_error_is_said_in_plain_words(error: dict[str, str], said: tuple[str, str]) -> None:
    assert explain(error) == said
