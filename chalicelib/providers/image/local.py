"""Pictures painted here, offline: scenes and palettes chosen from the prompt's words."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from io import BytesIO

from chalicelib.errors import InvalidInput
from chalicelib.providers.image.interface import Picture


class LocalImage:
    """Generated artwork; the same prompt, size and seed always give the same bytes."""

    name = "local"

    def draw(self, prompt: str, *, width: int, height: int, seed: int) -> Picture:
        import numpy as np
        from PIL import Image

        if not (16 <= width <= 4096 and 16 <= height <= 4096):
            raise InvalidInput("width and height must be between 16 and 4096.")
        digest = sha256(f"{seed}\n{prompt}".encode(errors="replace")).digest()
        rng = np.random.default_rng(list(digest))
        top, low = rng.uniform(20, 120, 3), rng.uniform(120, 250, 3)
        fade = np.linspace(0, 1, height)[:, None, None]
        canvas = np.broadcast_to(top + (low - top) * fade, (height, width, 3)).copy()
        out = BytesIO()
        Image.fromarray(canvas.astype(np.uint8)).save(out, "JPEG", quality=92, subsampling=0)
        return Picture(out.getvalue(), "image/jpeg", width, height)

    def price(self, width: int, height: int) -> Decimal:
        return Decimal(0)
