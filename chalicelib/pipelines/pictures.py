"""A picture from words, drawn and paid once: a scene's, or that of a place of an album."""

import hashlib
from typing import Any

from chalicelib import __version__, providers
from chalicelib.errors import ProviderGarbage
from chalicelib.pipelines.context import StepContext
from chalicelib.pipelines.paid import Made, Paid

SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg"}
"""Pictures we take, and how their files end."""


def drawn(ctx: StepContext[Any], prompt: str, *, width: int, height: int, seed: int) -> Paid:
    """The picture of `prompt`, paid once for the same words, size and seed.

    Its facts say `sha256`, `size_bytes`, and the vendor's `reference` and `licence`. Raises
    ProviderThrottled, ProviderUnavailable (retried), ProviderRejected, ProviderGarbage.
    """
    import filetype

    image = providers.image()

    def draw() -> Made:
        picture = image.draw(prompt, width=width, height=height, seed=seed)
        suffix = SUFFIXES.get(filetype.guess_mime(picture.data) or "")
        if suffix is None or (picture.width, picture.height) != (width, height):
            raise ProviderGarbage("The picture is not what was asked for.")
        facts = {
            "sha256": hashlib.sha256(picture.data).hexdigest(),
            "size_bytes": len(picture.data),
            "reference": picture.reference,
            "licence": picture.licence,
            "version": __version__,
        }
        return Made(picture.data, suffix, picture.mime, facts, price, units=1, unit="image")

    asked, price = (prompt, width, height, seed), image.price(width, height)
    return ctx.once("image", image.name, *asked, price=price, make=draw)
