"""Pictures painted here, offline: scenes and light chosen from the prompt's words."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from io import BytesIO

from chalicelib.errors import InvalidInput
from chalicelib.providers.image.interface import LARGEST, SMALLEST, Picture


class LocalImage:
    """Generated artwork; the same prompt, size and seed always give the same bytes."""

    name = "local"
    terms = "Painted by Showrunner itself from no other picture; free for any use."

    def draw(self, prompt: str, *, width: int, height: int, seed: int) -> Picture:
        import numpy as np

        from chalicelib.providers.image.canvas import Canvas
        from chalicelib.providers.image.plan import plan
        from chalicelib.providers.image.scenes.weather import weather
        from chalicelib.providers.image.style import treat

        if not all(SMALLEST <= side <= LARGEST for side in (width, height)):
            raise InvalidInput(f"width and height must be {SMALLEST} … {LARGEST} pixels.")
        digest = sha256(f"{seed}\n{prompt}".encode(errors="replace")).digest()
        rng = np.random.default_rng(list(digest))
        chosen = plan(prompt, rng)
        canvas = Canvas(width, height, rng, chosen.words)
        chosen.scene.paint(canvas, chosen.light)
        if rng.random() < 0.5:
            canvas.rgb = np.ascontiguousarray(canvas.rgb[:, ::-1])
        if not chosen.scene.inside:
            weather(canvas, chosen.light)
        if chosen.style:
            canvas.rgb = treat(canvas.rgb, chosen.style, rng)
        picture = canvas.finish(vignette=0.12, contrast=0) if chosen.style else canvas.finish()
        file = BytesIO()
        picture.save(file, "JPEG", quality=93, subsampling=0)
        return Picture(file.getvalue(), "image/jpeg", width, height)

    def price(self, width: int, height: int) -> Decimal:
        return Decimal(0)
