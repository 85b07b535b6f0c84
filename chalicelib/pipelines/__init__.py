"""Long jobs: what each state of the state machines does."""

import chalicelib.pipelines.prompt_video  # noqa: F401 -- registers its steps
from chalicelib.pipelines.runs import run_step

__all__ = ["run_step"]
