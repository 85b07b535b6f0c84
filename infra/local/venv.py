"""The first thing `make` runs: a virtual environment with the pinned packages.

Standard library only, and written so that an old Python can still say that it is too old.
"""

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120
VENV = os.path.join(ROOT, ".venv")  # noqa: PTH118
STAMP = os.path.join(VENV, "installed")  # noqa: PTH118
PINS = ("requirements.txt", "requirements-media.txt", "requirements-dev.txt")
OLDEST = (3, 11)
NEEDED = 2_000_000_000


def main():
    if sys.version_info < OLDEST:
        _with_a_newer_python()
    pins = hashlib.sha256(sys.version.encode())
    for name in PINS:
        with open(os.path.join(ROOT, name), "rb") as file:  # noqa: PTH118, PTH123
            pins.update(file.read())
    if _installed() == pins.hexdigest():
        return
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED:
        sys.exit(
            "Only %.1f GB of disk are free and setting up needs 2: make room and run this again."
            % (free / 1e9)
        )
    print("Setting up: installing the pinned packages into .venv (once, about a minute) …", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
    if made.returncode != 0:
        sys.exit(
            "Python cannot make a virtual environment here: install its venv module "
            "(Debian and Ubuntu: apt install python3-venv) and run this again."
        )
    command = [_python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*command, "--requirement", os.path.join(ROOT, "requirements-dev.txt")],  # noqa: PTH118
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode != 0:
        reason = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        sys.exit(
            "The packages could not be installed (%s): check the network and run this again."
            % (reason[-1] if reason else done.stderr.strip()[-200:])
        )
    with open(STAMP, "w") as file:  # noqa: PTH123
        file.write(pins.hexdigest())


def _installed():
    try:
        with open(STAMP) as file:  # noqa: PTH123
            return file.read()
    except OSError:
        return ""


def _python():
    return os.path.join(VENV, "bin", "python")  # noqa: PTH118


def _with_a_newer_python():
    for minor in (13, 12, 11, 14):
        newer = shutil.which("python3.%d" % minor)
        if newer:
            os.execv(newer, [newer, os.path.abspath(__file__)])  # noqa: PTH100, S606
    sys.exit(
        "Python %d.%d is too old: install Python 3.11 or newer and run this again."
        % sys.version_info[:2]
    )


if __name__ == "__main__":
    main()
