"""Pictures from anywhere: looked at before they are believed, and made fit for a frame."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.errors import InvalidInput

if TYPE_CHECKING:
    from PIL.Image import Image

LEAST_SIDE = 320
"""Pixels: less of a picture that is brought cannot be shown large."""
MOST_PIXELS = 80_000_000
"""More would not fit in memory."""
ORIENTATION, TURNED = 0x0112, (5, 6, 7, 8)
"""Where Exif says how a picture was held, and what it says of those that lie on their side."""
REDUCIBLE = {"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"}
"""Modes whose pixels are levels of light, so that neighbours have a mean."""


@dataclass(frozen=True)
class PictureFacts:
    """A picture as it came: size after turning it upright, colour mode, format, and whether it
    must be enlarged to fill the frame."""

    width: int
    height: int
    mode: str
    format: str
    upscaled: bool


def check_picture(path: Path, width: int = 1920, height: int = 1080) -> PictureFacts:
    """Decode a picture wholly, and say what it is.

    Raises `InvalidInput` when it cannot be read (`unreadable`), has a side below 320 pixels
    (`too_small`), more than 80 megapixels (`too_large`), or moves (`animated`).
    """
    with _opened(path, LEAST_SIDE) as image:
        _rgb(image.crop((0, 0, 1, 1)))  # what has no colours that we know fails here
        across, down = image.size
        if image.getexif().get(ORIENTATION, 1) in TURNED:
            across, down = down, across
        return PictureFacts(
            width=across,
            height=down,
            mode=image.mode,
            format=image.format or "",
            upscaled=across < width or down < height,
        )


def load(path: Path, size: tuple[int, int]) -> "Image":
    """A picture of any size as sRGB, upright, cut to fill `size`; what shines through becomes
    black. Raises `InvalidInput` when it cannot be read (`unreadable`), is too large or moves.

    What is much larger than needed is made smaller before anything else: every step holds a copy.
    """
    from PIL import Image, ImageOps

    with _opened(path, 1) as opened:
        ImageOps.exif_transpose(opened, in_place=True)
        profile = opened.info.get("icc_profile")
        image = _smaller(opened, size)
        if profile and image.mode == "CMYK":
            image = _managed(image, profile)
        image = _rgb(image)
        if profile and opened.mode != "CMYK":
            image = _managed(image, profile)
    return image if image.size == size else ImageOps.fit(image, size, Image.Resampling.LANCZOS)


@contextmanager
def _opened(path: Path, least: int) -> "Iterator[Image]":
    """A picture, decoded wholly. What goes wrong while it is used is its fault, too."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as opened:
            _sized(opened, least)
            opened.load()
            yield opened
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        message = "The file is no picture, or not a whole one."
        raise InvalidInput.of("picture", "unreadable", message) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise _too_large() from error


def _sized(opened: "Image", least: int) -> None:
    width, height = opened.size
    if width * height > MOST_PIXELS:
        raise _too_large()
    if min(width, height) < least:
        message = f"A picture has at least {least} pixels on each side, not {width}x{height}."
        raise InvalidInput.of("picture", "too_small", message)
    if getattr(opened, "is_animated", False) and opened.format != "MPO":  # a camera's preview
        raise InvalidInput.of("picture", "animated", "A picture stands still; this one moves.")


def _smaller(image: "Image", size: tuple[int, int]) -> "Image":
    """The picture in a whole fraction of its size, but at least twice as large as needed."""
    factor = min(image.width // size[0], image.height // size[1]) // 2
    return image.reduce(factor) if factor > 1 and image.mode in REDUCIBLE else image


def _rgb(image: "Image") -> "Image":
    from PIL import Image

    if image.mode.startswith(("I", "F")):  # more than 8 bits, or signed: bring it into 8
        wide = image.convert("F")
        high = float(str(wide.getextrema()[1]))
        scale = 1.0 if high <= 255 else 255 / max(65_535.0, high)
        image = wide.point(lambda level: level * scale).convert("L")
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        ground = Image.new("RGB", image.size)
        clear = image if image.mode == "RGBA" else image.convert("RGBA")
        ground.paste(clear, mask=clear)
        return ground
    return image if image.mode == "RGB" else image.convert("RGB")


def _managed(image: "Image", profile: bytes) -> "Image":
    """The colours that a picture's own profile says it has, as sRGB. A profile that is none, or is
    not for such pictures, says nothing."""
    from PIL import ImageCms

    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        if own.profile.xcolor_space.strip() != image.mode:
            return image
        srgb = ImageCms.createProfile("sRGB")
        made = ImageCms.profileToProfile(image, own, srgb, outputMode="RGB")
    except (OSError, ImageCms.PyCMSError):
        return image
    return made or image


def _too_large() -> InvalidInput:
    message = f"A picture has at most {MOST_PIXELS // 1_000_000} megapixels."
    return InvalidInput.of("picture", "too_large", message)
