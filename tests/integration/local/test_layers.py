"""What the two layers carry is named with its licence, and there is room for it."""

import re
import subprocess
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

from infra import licences
from infra.package import LAYERS, ROOT, Layer, build_layer

pytestmark = pytest.mark.xdist_group("layers")


@pytest.fixture(scope="module", params=LAYERS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def layer(name: str) -> Layer:
    return build_layer(name)


@pytest.fixture(scope="module")
def folder(name: str, layer: Layer) -> Path:
    return layer.folder / "LICENSES" / name


@pytest.fixture(scope="module")
def notice(folder: Path) -> str:
    return (folder / "NOTICE").read_text()


def test_every_package_is_named_with_licence_and_source(
    name: str, layer: Layer, notice: str
) -> None:
    installed = [PathDistribution(info) for info in layer.folder.glob("python/*.dist-info")]
    named = re.findall(r"^(\S+ \S+)\n  licence  \S.*\n  source   https?://", notice, re.MULTILINE)
    assert sorted(named) == sorted(f"{one.metadata['Name']} {one.version}" for one in installed)
    pins = (ROOT / LAYERS[name]).read_text().splitlines()
    assert len(named) == sum("==" in pin for pin in pins)
    for library in layer.folder.glob("python/*.libs/*"):
        assert f"  inside   {library.name}\n" in notice


def test_the_texts_are_there_and_named(folder: Path, notice: str) -> None:
    named = re.findall(r"^  text     (.+)$", notice, re.MULTILINE)
    assert len(named) == len(set(named)) > 1
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert there == {"NOTICE", *named}
    assert all((folder / path).stat().st_size for path in named)
    assert "numpy/LICENSE.txt" in named or "psycopg/LICENSE.txt" in named


def test_the_gpl_is_whole(folder: Path) -> None:
    text = (folder / licences.GPL).read_text()
    assert text.lstrip().startswith("GNU GENERAL PUBLIC LICENSE\n")
    assert "\n                       Version 3, 29 June 2007\n" in text
    assert re.findall(r"^  (\d+)\. [A-Z]", text, re.MULTILINE) == [str(n) for n in range(18)]
    assert "END OF TERMS AND CONDITIONS" in text
    assert "GCC" not in text


def test_the_programs_inside_are_those_that_are_named() -> None:
    packages = build_layer("media").folder / "python"
    (ffmpeg,) = packages.glob("imageio_ffmpeg/binaries/ffmpeg-*")
    said = subprocess.run([ffmpeg, "-version"], capture_output=True, text=True, check=True).stdout
    known = licences.PROGRAMS["imageio-ffmpeg"]
    assert said.startswith(f"ffmpeg version {known.version} https://johnvansickle.com/ffmpeg/")
    assert "--enable-gpl --enable-version3" in said
    version = licences.PROGRAMS["espeakng-loader"].version
    assert (packages / "espeakng_loader" / f"libespeak-ng.so.{version}").exists()


def test_both_layers_fit() -> None:
    assert sum(build_layer(name).size for name in LAYERS) < 250_000_000
