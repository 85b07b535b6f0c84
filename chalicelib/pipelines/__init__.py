"""Long jobs: what each state of the state machines does."""

import chalicelib.pipelines.album_video
import chalicelib.pipelines.prompt_video  # noqa: F401 -- they register their steps
from chalicelib.pipelines.runs import run_step

__all__ = ["run_step"]
