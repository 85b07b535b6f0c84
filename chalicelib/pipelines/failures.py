"""What went wrong, in plain words: the errors Step Functions catches, for a job's user."""

import json

from chalicelib import errors


def explain(error: dict[str, str]) -> tuple[str, str]:
    """Code and plain words of an error as Step Functions catches it: `{Error, Cause}`."""
    code, cause = error.get("Error", "Unknown"), error.get("Cause", "")
    if code in ("States.Timeout", "States.HeartbeatTimeout"):
        return code, "A step took too long and was stopped."
    kind = getattr(errors, code, None)
    if isinstance(kind, type) and issubclass(kind, errors.ShowrunnerError):
        try:
            said = json.loads(cause)["errorMessage"]
        except (ValueError, KeyError, TypeError):
            said = kind().message
        return code, said.removeprefix(f"{code}: ")
    if code.startswith(("Lambda.", "Runtime.", "Sandbox.")):
        return code, "A worker broke down again and again."
    return code, "Something went wrong on our side."
