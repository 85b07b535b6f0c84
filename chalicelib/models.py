"""The base of the product's models."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written_out(value: Any) -> Any:
    """A day is `2026-03-01`, not the seconds since 1970 that pydantic would take too."""
    if isinstance(value, str) and WRITTEN.fullmatch(value):
        return date.fromisoformat(value)
    if isinstance(value, date):
        return value
    raise ValueError("is a day, written 2026-03-01")


Day = Annotated[date, BeforeValidator(_written_out)]


class Model(BaseModel):
    """A model that is built when it is first used: a cold start pays for what it needs alone."""

    model_config = ConfigDict(defer_build=True)


@dataclass(frozen=True)
class Svg:
    """A drawing, answered as `image/svg+xml`."""

    text: str
