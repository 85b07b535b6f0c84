"""`@supabase/supabase-js`, unmodified, from npm on Node: see `supabase.mjs`."""

import fcntl
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.rest.harness import ANN, token

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build" / "clients"
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def modules() -> Path:
    """A folder with the pinned packages installed, once for each lock file."""
    lock = (HERE / "package-lock.json").read_bytes()
    folder = BUILD / hashlib.sha256(lock).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    with (BUILD / "lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not (folder / "installed").exists():
            for name in ("package.json", "package-lock.json"):
                (folder / name).write_bytes((HERE / name).read_bytes())
            _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=folder)
            (folder / "installed").touch()
    (folder / "supabase.mjs").write_bytes((HERE / "supabase.mjs").read_bytes())
    return folder


def _run(program: str, *arguments: str, cwd: Path, **env: str) -> str:
    """Run Node's npm or Node itself, as they came from PyPI."""
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


def test_every_operation(address: str, modules: Path) -> None:
    said = _run(
        "node",
        "--test",
        "--test-reporter=tap",
        "supabase.mjs",
        cwd=modules,
        API_URL=address,
        ANON_KEY=token(role="anon"),
        USER_TOKEN=token(ANN),
    )
    passed = re.search(r"^# pass (\d+)$", said, re.MULTILINE)
    assert "# fail 0" in said
    assert passed
    assert int(passed[1]) > 50
