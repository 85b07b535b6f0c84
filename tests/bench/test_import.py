"""What importing the application costs beyond the libraries it cannot do without."""

import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = "import boto3, chalice, psycopg, aws_lambda_powertools; from pydantic import BaseModel"
PAIRS = 15
TIMED = "import time; began = time.perf_counter(); {}; print(time.perf_counter() - began)"


def seconds(statement: str) -> float:
    """Time of an import in a fresh interpreter, without the interpreter's own start."""
    done = subprocess.run(
        [sys.executable, "-c", TIMED.format(statement)],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def test_importing_the_application_adds_little_to_its_libraries() -> None:
    for statement in (LIBRARIES, "import app"):
        seconds(statement)  # bytecode is written and files are in memory
    pairs = [(seconds(LIBRARIES), seconds("import app")) for _ in range(PAIRS)]
    bare = statistics.median(libraries for libraries, _ in pairs)
    ours = statistics.median(application for _, application in pairs)
    ratio = statistics.median(application / libraries for libraries, application in pairs)
    print(f"\nlibraries {bare * 1000:.0f} ms, application {ours * 1000:.0f} ms, {ratio:.2f}x")
    assert ratio <= 1.25
