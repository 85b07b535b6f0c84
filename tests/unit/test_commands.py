"""Every program of the repository says how it is used when it is asked, and does nothing else."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.package import ROOT

RUNNABLE = sorted(
    path.relative_to(ROOT)
    for folder in ("infra", "chalicelib", "tests")
    for path in (ROOT / folder).rglob("*.py")
    if re.search(r'^if __name__ == "__main__":', path.read_text(), re.MULTILINE)
)
WATCHED = """
import os, runpy, sys

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
DOES = ("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.mkdir",
        "os.remove", "os.rename", "os.rmdir", "socket.bind", "socket.connect")

def watch(event, args):
    if event in DOES or (event == "open" and args[2] & WRITES):
        raise PermissionError(f"{event} {args}")

sys.addaudithook(watch)
sys.argv = [sys.argv[1], "--help"]
runpy.run_module(sys.argv[0], run_name="__main__")
"""
"""Runs a module, and ends it when it writes, starts a process or calls anybody."""


def module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__main__")


@pytest.mark.parametrize("path", RUNNABLE, ids=module)
def test_a_program_explains_itself(path: Path, tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED, module(path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("usage: ")
    assert "-h, --help" in said.stdout


def test_what_make_runs_of_ours_is_among_them() -> None:
    known = {module(path) for path in RUNNABLE}
    makefile = (ROOT / "Makefile").read_text()
    ours = set(re.findall(r"-m (infra[.\w]*)", makefile))
    assert {"infra.local", "infra.package"} <= ours <= known
    assert {"infra/local/venv.py"} == set(re.findall(r"\$\(PYTHON\) (\S+)", makefile))
