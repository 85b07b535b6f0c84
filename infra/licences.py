"""What a layer carries, by whom and on what terms: `NOTICE`, and every licence text beside it."""

import shutil
from collections.abc import Iterator
from importlib.metadata import PathDistribution, distribution
from pathlib import Path
from typing import NamedTuple

FOLDER = "LICENSES"
HEAD = """\
What this layer carries: name and version, licence, source, licence texts (beside this file), and
the libraries of others inside.
"""
TEXTS = ("LICEN[CS]E*", "COPYING*", "NOTICE*", "AUTHORS*")
SOURCES = ("source", "source code", "code", "repository", "homepage", "home")
"""What projects call the address of their source, the best first."""


class Program(NamedTuple):
    """What is inside a package whose metadata does not speak of it."""

    name: str
    version: str
    licence: str
    source: str


PROGRAMS = {
    "imageio-ffmpeg": Program(
        "FFmpeg",
        "7.0.2-static",
        "GPL-3.0-or-later",
        "https://ffmpeg.org/releases/ffmpeg-7.0.2.tar.xz, built by https://johnvansickle.com/ffmpeg/",
    ),
    "espeakng-loader": Program(
        "eSpeak NG",
        "1.52.0",
        "GPL-3.0-or-later",
        "https://github.com/espeak-ng/espeak-ng/releases/tag/1.52.0",
    ),
}
GPL = "GPL-3.0.txt"
GPL_BEGINS = " " * 20 + "GNU GENERAL PUBLIC LICENSE\n"
GPL_ENDS = "<https://www.gnu.org/licenses/why-not-lgpl.html>."


def write(layer: str, unpacked: Path) -> Path:
    """Write `LICENSES/<layer>` of an unpacked layer, and answer it.

    Each layer has a folder of its own: below `/opt` they lie together.
    """
    folder, packages = unpacked / FOLDER / layer, unpacked / "python"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    entries = ["\n".join(_entry(info, folder)) for info in sorted(packages.glob("*.dist-info"))]
    if any("GPL-3.0" in entry for entry in entries):  # the lesser one only adds to the whole
        (folder / GPL).write_text(gpl())
        entries.append(f"GPL-3.0, also as the LGPL-3.0 refers to it\n  text     {GPL}")
    (folder / "NOTICE").write_text("\n\n".join([HEAD.rstrip(), *entries]) + "\n")
    return folder


def gpl() -> str:
    """The GNU General Public License 3.0, which NumPy's wheels quote for a library inside."""
    wheel = distribution("numpy")
    (path,) = (f for f in wheel.files or [] if f.match("*.dist-info/licenses/LICENSE.txt"))
    _, begins, rest = path.read_text().partition(GPL_BEGINS)
    text, ends, _ = rest.partition(GPL_ENDS)
    return f"{begins}{text}{ends}\n"


def _entry(info: Path, folder: Path) -> Iterator[str]:
    """The lines about one package; its texts are copied into a folder of its name."""
    found = PathDistribution(info)
    name: str = found.metadata["Name"]
    yield f"{name} {found.version}"
    yield f"  licence  {_licence(found)}"
    yield f"  source   {_source(found)}"
    for text in sorted({text for pattern in TEXTS for text in info.rglob(pattern)}):
        if text.is_file():
            copy = folder / name / str(text.relative_to(info)).removeprefix("licenses/")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(text, copy)
            yield f"  text     {copy.relative_to(folder)}"
    for library in sorted(info.parent.glob(f"{info.name.partition('-')[0]}.libs/*")):
        yield f"  inside   {library.name}"
    if name in PROGRAMS:
        program = PROGRAMS[name]
        yield f"  inside   {program.name} {program.version}: {program.licence}, {GPL}"
        yield f"           {program.source}"


def _licence(found: PathDistribution) -> str:
    said = found.metadata.get("License-Expression") or found.metadata.get("License")
    return said.splitlines()[0] if said else "its package says none"


def _source(found: PathDistribution) -> str:
    named = {
        label.strip().lower(): address.strip()
        for label, _, address in (
            said.partition(",") for said in found.metadata.get_all("Project-URL") or []
        )
    }
    page = f"https://pypi.org/project/{found.metadata['Name']}/{found.version}/"
    best = next((named[label] for label in SOURCES if label in named), None)
    return best or found.metadata.get("Home-page") or page
