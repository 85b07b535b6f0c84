"""The base of the product's models."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A model that is built when it is first used: a cold start pays for what it needs alone."""

    model_config = ConfigDict(defer_build=True)
