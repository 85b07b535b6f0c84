"""The first thing `make` runs: a virtual environment with the pinned packages.

Standard library only, and no newer syntax than a Python needs to say that it is too old.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed"
PYTHON = VENV / "bin" / "python"
PINS = ("requirements.txt", "requirements-media.txt", "requirements-dev.txt")
OLDEST, NEWEST = (3, 11), (3, 14)
"""The pins have wheels for these, and nothing here is compiled."""
BYTES_NEEDED = 2e9


def main(arguments: "Sequence[str] | None" = None) -> None:
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        use_another_python()
    if installed() != pins():
        install()


def install() -> None:
    """Make the environment, or bring it to the pins."""
    free = shutil.disk_usage(str(ROOT)).free
    if free < BYTES_NEEDED:
        sys.exit(f"Only {free / 1e9:.1f} GB of disk are free and setting up needs 2: make room.")
    print("Setting up: installing the pinned packages into .venv (about a minute) …", flush=True)
    made = run(sys.executable, "-m", "venv", str(VENV))
    if made.returncode != 0:
        sys.exit(
            "Python cannot make a virtual environment here: install its venv module "
            "(Debian and Ubuntu: apt install python3-venv) and run this again."
        )
    pip = (str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    done = run(*pip, "--requirement", str(ROOT / "requirements-dev.txt"))
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        reason = said[-1] if said else done.stderr.strip()[-200:]
        sys.exit(f"pip failed ({reason}): check network and disk and run this again.")
    STAMP.write_text(pins())


def pins() -> str:
    """A hash of everything that decides what is installed."""
    digest = hashlib.sha256(sys.version.encode())
    for name in PINS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def installed() -> str:
    return STAMP.read_text() if STAMP.exists() and PYTHON.exists() else ""


def use_another_python() -> None:
    """Start again with a Python that will do, or say that there is none."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other and run(other, "-c", "").returncode == 0:  # not a stand-in of a version manager
            os.execv(other, [other, str(Path(__file__).resolve())])  # noqa: S606
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    extreme = "old" if sys.version_info < OLDEST else "new"
    sys.exit(f"Python {version} is too {extreme}: install Python 3.11 to 3.14 and try again.")


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    main()
