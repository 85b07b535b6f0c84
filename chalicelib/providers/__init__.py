"""Who does the outside work: settings choose one provider per capability by name."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from chalicelib.settings import settings

if TYPE_CHECKING:
    from chalicelib.providers.image.interface import Image
    from chalicelib.providers.music.interface import Composer
    from chalicelib.providers.publisher.interface import Publisher
    from chalicelib.providers.text.interface import Text
    from chalicelib.providers.voice.interface import Voice

REGISTRY: dict[str, dict[str, str]] = {
    "text": {"local": "chalicelib.providers.text.local:LocalText"},
    "voice": {"local": "chalicelib.providers.voice.local:LocalVoice"},
    "image": {"local": "chalicelib.providers.image.local:LocalImage"},
    "music": {"local": "chalicelib.providers.music.local:LocalComposer"},
    "publisher": {
        "local": "chalicelib.providers.publisher.local:LocalPublisher",
        "youtube": "chalicelib.providers.publisher.youtube:YouTube",
    },
}
"""Capability → name → `module:Class`. A vendor is one line here (see docs/providers.md)."""

PAID = ("text", "voice", "image", "music")
"""Capabilities whose calls cost money."""

for _capability in REGISTRY:  # loaded now: loaded later, a folder would hide its function below
    import_module(f"{__name__}.{_capability}")


@lru_cache
def text() -> Text:
    """Who researches topics and writes scripts (`TEXT_PROVIDER`)."""
    provider: Text = make("text", settings().text_provider)
    return provider


@lru_cache
def voice() -> Voice:
    """Who speaks narration (`VOICE_PROVIDER`)."""
    provider: Voice = make("voice", settings().voice_provider)
    return provider


@lru_cache
def image() -> Image:
    """Who makes pictures (`IMAGE_PROVIDER`)."""
    provider: Image = make("image", settings().image_provider)
    return provider


@lru_cache
def music() -> Composer:
    """Who makes the music bed (`MUSIC_PROVIDER`)."""
    provider: Composer = make("music", settings().music_provider)
    return provider


@lru_cache
def publisher() -> Publisher:
    """Where videos are published and measured (`PUBLISHER_PROVIDER`)."""
    provider: Publisher = make("publisher", settings().publisher_provider)
    return provider


def paid() -> list[str]:
    """Names of the providers that calls can be paid to."""
    return sorted({name for capability in PAID for name in REGISTRY[capability]})


def make(capability: str, name: str) -> Any:
    """A new provider by its name in the registry, imported only now.

    Raises LookupError naming the setting and what it may be.
    """
    known = REGISTRY[capability]
    if name not in known:
        raise LookupError(
            f"{capability.upper()}_PROVIDER is {name!r}; it can be: {', '.join(sorted(known))}."
        )
    return resolve_name(known[name])()
