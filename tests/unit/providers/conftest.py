"""Every provider in the registry, one after the other: what a protocol promises holds for all."""

import pytest

from chalicelib import providers
from chalicelib.providers.image.interface import Image
from chalicelib.providers.music.interface import Composer
from chalicelib.providers.text.interface import Text
from chalicelib.providers.voice.interface import Voice


@pytest.fixture(params=sorted(providers.REGISTRY["text"]))
def text(request: pytest.FixtureRequest) -> Text:
    made: Text = providers.make("text", request.param)
    return made


@pytest.fixture(params=sorted(providers.REGISTRY["voice"]))
def voice(request: pytest.FixtureRequest) -> Voice:
    made: Voice = providers.make("voice", request.param)
    return made


@pytest.fixture(params=sorted(providers.REGISTRY["image"]))
def image(request: pytest.FixtureRequest) -> Image:
    made: Image = providers.make("image", request.param)
    return made


@pytest.fixture(params=sorted(providers.REGISTRY["music"]))
def composer(request: pytest.FixtureRequest) -> Composer:
    made: Composer = providers.make("music", request.param)
    return made
