"""The base of the product's models."""

from pydantic import BaseModel, ConfigDict, RootModel


class Model(BaseModel):
    """A model that is built when it is first used: a cold start pays for what it needs alone."""

    model_config = ConfigDict(defer_build=True)


class Svg(RootModel[str]):
    """A drawing, answered as `image/svg+xml`."""
