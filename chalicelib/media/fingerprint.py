"""What a picture looks like, in 64 bits: pictures that look alike differ in few of them."""

from itertools import pairwise
from pathlib import Path

ACROSS, DOWN = 8, 8


def fingerprint(picture: Path) -> str:
    """The difference hash of a picture, as 16 hexadecimal digits.

    Shrunk to a handful of grey squares, each bit says whether a square is lighter than the one to
    its right (Krawetz, "Kind of like that", 2013). Size, sharpness and compression leave it as it
    is. Raises OSError for what is no picture.
    """
    from PIL import Image

    with Image.open(picture) as image:
        small = image.convert("L").resize((ACROSS + 1, DOWN), Image.Resampling.BOX)
    grey = small.tobytes()
    bits = 0
    for row in range(DOWN):
        line = grey[row * (ACROSS + 1) : (row + 1) * (ACROSS + 1)]
        for left, right in pairwise(line):
            bits = bits << 1 | (left > right)
    return f"{bits:016x}"
