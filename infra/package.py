"""What is deployed: one template, the application's zip, and the two layers, stripped."""

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import yaml

from infra import licences

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
LAYERS = {"base": "requirements.txt", "media": "requirements-media.txt"}
LAYER_FILES = {"base": "layer-deployment.zip", "media": "media-layer.zip"}
SOURCES = ("app.py", "chalicelib", ".chalice/config.json", "infra/aws/app.yaml",
           "infra/pipelines", "infra/policies")  # fmt: skip
MACHINE_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
LAMBDA_PYTHON = "3.13"
"""Lambda's Python on AWS. 3.12 and later run on glibc 2.34, which the wheels of numpy need."""

ZIP_EPOCH = 315_619_200
"""The second day of 1980, which zips can tell in every time zone."""
STRIPPED = ("tests", "test", "testing", "__pycache__", "*.pyi", "*.pyc", "*.pxd", "*.h", "*.c",
            "py.typed", "bin", "include", "RECORD", "INSTALLER", "REQUESTED")  # fmt: skip
COMPILED = ("base",)
"""Layers with bytecode beside their sources. The other one would pass the limit, and its steps work
for minutes."""
KEPT = ("numpy/testing", "numpy/_core/tests/_natype.py", "imageio_ffmpeg/binaries")
"""`numpy.testing` is imported by numpy itself."""


class Layer(NamedTuple):
    """A layer unpacked, as it lies below `/opt`, and zipped."""

    folder: Path
    zipped: Path

    @property
    def size(self) -> int:
        """Bytes unpacked."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())


class PackagingError(Exception):
    """The package cannot be built; the message says what to do."""


def sources_digest() -> str:
    """A hash of everything that goes into the package: equal hashes need no new deployment."""
    digest = hashlib.sha256(MACHINE_PYTHON.encode())
    for path in sorted(_files(*SOURCES, *LAYERS.values())):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def package(out: Path, *, stage: str, python: str = MACHINE_PYTHON, layers: bool = True) -> Path:
    """Write template, zips and the flows to `out`; return the template's path.

    Without `layers` they are empty: the laptop's functions find what they import in the
    virtual environment. Equal sources make equal zips. Raises `PackagingError` when Chalice or pip
    refuses.
    """
    shutil.rmtree(out, ignore_errors=True)
    chalice = ["-c", "from chalice.cli import main; raise SystemExit(main())"]
    region = {"AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION", "us-east-1")}
    with tempfile.TemporaryDirectory() as staged:
        _stage(Path(staged))
        _compile(Path(staged) / "chalicelib", python)
        _run(
            [sys.executable, *chalice, "--project-dir", staged, "package", "--stage", stage,
             "--merge-template", str(ROOT / "infra/aws/app.yaml"), str(out)],
            "The application could not be packaged",
            env={**os.environ, **region, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
    for name, file in LAYER_FILES.items():
        if layers:
            shutil.copy(build_layer(name, python).zipped, out / file)
        else:
            with zipfile.ZipFile(out / file, "w") as zipped:
                zipped.writestr("python/provided_by_the_virtual_environment.txt", "")
    for flow in (ROOT / "infra/pipelines").glob("*.asl.json"):
        shutil.copy(flow, out)
    template = yaml.safe_load((out / "sam.yaml").read_text())
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if "Runtime" in properties:
            properties["Runtime"] = f"python{python}"
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            properties["CompatibleRuntimes"] = [f"python{python}"]
    path = out / "template.yaml"
    path.write_text(yaml.dump(template, Dumper=_PlainDumper, sort_keys=False))
    return path


def build_layer(name: str, python: str = MACHINE_PYTHON) -> Layer:
    """One layer, built once for its pins and Python."""
    requirements = ROOT / LAYERS[name]
    notices = Path(licences.__file__).read_bytes()
    pins = hashlib.sha256(requirements.read_bytes() + notices + python.encode()).hexdigest()[:16]
    compiled = name in COMPILED and _interpreter(python) is not None
    made = BUILD / "layers" / f"{name}-{python}-{pins}{'-compiled' if compiled else ''}"
    made.parent.mkdir(parents=True, exist_ok=True)
    with (made.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            unfinished = made.parent / "unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            _install(name, requirements, python, unfinished / "unpacked" / "python")
            licences.write(name, unfinished / "unpacked")
            if compiled:
                _compile(unfinished / "unpacked" / "python", python)
            _zip(unfinished / "unpacked", unfinished / "layer.zip")
            unfinished.rename(made)
    return Layer(made / "unpacked", made / "layer.zip")


def _install(name: str, requirements: Path, python: str, target: Path) -> None:
    platforms = [f"--platform=manylinux_2_{minor}_x86_64" for minor in range(34, 4, -1)]
    _run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--no-deps", "--no-compile", "--only-binary=:all:", "--implementation=cp",
         f"--python-version={python}", *platforms, "--platform=manylinux2014_x86_64",
         f"--target={target}", f"--requirement={requirements}"],
        f"The {name} layer could not be built",
    )  # fmt: skip
    _strip(target)


def _interpreter(python: str) -> str | None:
    """A Python of this version on this machine, if there is one that runs."""
    found = sys.executable if python == MACHINE_PYTHON else shutil.which(f"python{python}")
    if found is None:
        return None
    works = subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0
    return found if works else None


def _compile(folder: Path, python: str) -> None:
    """Write bytecode beside the sources, where a Python of the functions' version is at hand.

    A function cannot write any: without it, each cold start compiles all it imports.
    """
    interpreter = _interpreter(python)
    if interpreter is None:
        return
    _run(
        [interpreter, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash",
         "-s", str(folder.parent), str(folder)],
        "The code could not be compiled",
    )  # fmt: skip
    for bytecode in folder.rglob("*.pyc"):
        os.utime(bytecode, (ZIP_EPOCH, ZIP_EPOCH))


def _stage(staged: Path) -> None:
    """Copy what ships and nothing else, so that no cache or stray file gets in.

    The layer that Chalice builds from `requirements.txt` is replaced by the stripped one, so
    here it holds a marker only.
    """
    for path in _files(*SOURCES):
        copy = staged / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
    (staged / "vendor").mkdir()
    (staged / "vendor" / "showrunner_layer.txt").write_text("replaced when packaged\n")
    (staged / "requirements.txt").touch()


def _files(*names: str) -> Iterable[Path]:
    for name in names:
        path = ROOT / name
        if path.is_file():
            yield path
        for found in path.rglob("*"):
            if found.is_file() and "__pycache__" not in found.parts:
                yield found


def _strip(site_packages: Path) -> None:
    for path in sorted(site_packages.rglob("*"), reverse=True):
        inside = path.relative_to(site_packages).as_posix()
        if any(inside.startswith(kept) for kept in KEPT):
            continue
        if any(fnmatch(path.name, pattern) for pattern in STRIPPED):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _zip(folder: Path, file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as zipped:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                zipped.write(path, path.relative_to(folder))


def _run(command: list[str], failure: str, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    if done.returncode != 0:
        reason = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise PackagingError(f"{failure}: {' '.join(reason)}")


class _PlainDumper(yaml.SafeDumper):
    """YAML without aliases: CloudFormation does not read them."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__)
    parser.add_argument("--stage", default="prod", choices=("dev", "prod", "local"))
    parser.add_argument("--python", default=LAMBDA_PYTHON, help="Lambda's Python (%(default)s)")
    parser.add_argument("--out", type=Path, default=BUILD / "package", help="folder to write")
    options = parser.parse_args()
    try:
        template = package(options.out, stage=options.stage, python=options.python)
    except PackagingError as error:
        sys.exit(str(error))
    total = 0
    for name in LAYERS:
        unpacked = build_layer(name, options.python).size
        total += unpacked
        print(f"{name} layer: {unpacked / 1e6:.1f} MB unpacked")
    print(f"both layers: {total / 1e6:.1f} MB unpacked (Lambda's limit is 250 MB with the code)")
    if _interpreter(options.python) is None:
        print(f"without bytecode: python{options.python} is not at hand, so cold starts compile")
    print(f"template: {template}")


if __name__ == "__main__":
    main()
