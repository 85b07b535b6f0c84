"""Node and the pinned npm packages, as they come from PyPI and npm."""

import fcntl
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build" / "clients"
BIN = Path(sys.executable).parent


def modules() -> Path:
    """A folder with the packages of the lock file installed, once for each lock file."""
    lock = (HERE / "package-lock.json").read_bytes()
    folder = BUILD / hashlib.sha256(lock).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    with (BUILD / "lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not (folder / "installed").exists():
            for name in ("package.json", "package-lock.json"):
                (folder / name).write_bytes((HERE / name).read_bytes())
            run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=folder)
            (folder / "installed").touch()
    return folder


def run(program: str, *arguments: str, cwd: Path, **env: str) -> str:
    """What a program of Node said. Fails the test with it when it does not succeed."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [str(BIN / program), *arguments],
        cwd=cwd,
        env={**os.environ, **env, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.fail(f"{done.stdout}\n{done.stderr}", pytrace=False)
    return done.stdout


def passed(script: str, **env: str) -> int:
    """How many tests of a script passed: all of them."""
    folder = modules()
    (folder / script).write_bytes((HERE / script).read_bytes())
    said = run("node", "--test", "--test-reporter=tap", script, cwd=folder, **env)
    counts = dict(re.findall(r"^# (pass|fail|skipped|cancelled) (\d+)$", said, re.MULTILINE))
    assert counts["fail"] == counts["skipped"] == counts["cancelled"] == "0"
    return int(counts["pass"])
