"""A state's work is over before its function's time is."""

import os
from pathlib import Path
from uuid import UUID

import pytest

from chalicelib.errors import RenderFailed
from chalicelib.media import ffmpeg
from chalicelib.pipelines import run_step, runs
from chalicelib.pipelines.runs import Call, Result


class Context:
    """Lambda's, a second before a step should end."""

    def get_remaining_time_in_millis(self) -> int:
        return round(1000 * runs.SPARE) + 1000


def test_a_decoder_that_is_stuck_ends_before_its_function(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stuck = tmp_path / "stuck.wav"
    os.mkfifo(stuck)

    def listen(call: Call) -> Result:
        return {"read": len(list(ffmpeg.decode(["-i", stuck, "-f", "s16le", "-"], piece=10)))}

    monkeypatch.setitem(runs.STEPS, "Listen", listen)
    given = {"job_id": str(UUID(int=1)), "user_id": str(UUID(int=2)), "attempt": 1}
    with pytest.raises(RenderFailed, match="took longer"):
        run_step({"step": "Listen", "input": given}, Context())
