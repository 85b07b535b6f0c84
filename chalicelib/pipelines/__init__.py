"""Long jobs: what each state of the state machines does."""

from chalicelib.pipelines import prompt_video as prompt_video  # registers its steps
from chalicelib.pipelines.runs import run_step as run_step
