"""Times of day and weathers: the colours a scene is painted in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Colour = NDArray[np.floating[Any]]


def colour(code: str) -> Colour:
    """`"ffcc00"` as three floats in [0, 1]."""
    return np.array([int(code[i : i + 2], 16) for i in (0, 2, 4)], np.float32) / 255


def mix(a: Colour, b: Colour, part: float) -> Colour:
    """`a` with `part` of `b` in it."""
    return (a + (b - a) * np.float32(part)).astype(np.float32)


@dataclass(frozen=True)
class Light:
    """What lights a scene. `sky` runs from the zenith to the horizon; `haze` is the colour of
    distance, `near` of the closest silhouettes; `stars` and `clouds` are amounts 0 … 1."""

    time: str
    sky: tuple[Colour, ...]
    sun: Colour
    haze: Colour
    near: Colour
    stars: float = 0.0
    clouds: float = 0.5
    moon: bool = False
    height: float = 0.25

    def depth(self, near: float) -> Colour:
        """The colour of a silhouette, from 0 (lost in haze) over the upper sky's to 1 (closest)."""
        between = mix(mix(self.haze, self.near, 0.5), self.sky[1], 0.6)
        if near < 0.5:
            return mix(self.haze, between, near * 2)
        return mix(between, self.near, near * 2 - 1)


def _light(time: str, sky: str, sun: str, haze: str, near: str, **more: float | bool) -> Light:
    stops = tuple(colour(code) for code in sky.split())
    plain = Light(time, stops, colour(sun), colour(haze), colour(near))
    return replace(plain, **more)  # type: ignore[arg-type]


LIGHTS: tuple[Light, ...] = (
    _light("dawn", "1c2c54 5d6298 f0997d ffd9ae", "fff3d6", "f3b79c", "161b33", height=0.12),
    _light("dawn", "123049 3f7a8c e9bf83 fff0d2", "fff6dc", "dcc39c", "10242e", height=0.16),
    _light("dawn", "34406b 8c7aa6 f3a6a0 ffe3d0", "fff2e4", "e8b4b4", "231f3d", height=0.1),
    _light("day", "2a65a8 66ace0 d9edf8", "fffdf0", "c5def0", "14384c", height=0.6, clouds=0.8),
    _light("day", "35759f 86c3d6 f3f4e6", "fffbe6", "d2e2dc", "1c3f3c", height=0.5, clouds=0.7),
    _light("day", "4b6fa6 a7c6dd f8e9d2", "fff6e0", "dfd9d0", "2b3a55", height=0.45),
    _light("sunset", "2a1b4d 8f376f ee8434 ffd27a", "fff0c2", "e98a5b", "1b0f2c", height=0.1),
    _light("sunset", "0e3756 8d6a7b f79d3c ffe6b0", "fff2cf", "e3a06c", "0e1d2e", height=0.14),
    _light("sunset", "3a2033 b4435f ee7558 ffd7a0", "ffeec8", "e58a72", "230f20", height=0.08),
    _light("dusk", "0d1b30 21406a 74648a e8a79b", "ffe2d0", "9a7d97", "0a1220", stars=0.25),
    _light("dusk", "150a38 43207a a25bc9 ffb3cc", "ffe0ee", "9b63b3", "120a28", stars=0.3),
    _light("dusk", "0a2135 1d5566 6ea39a f3d9b1", "fff0d8", "82a79d", "081a22", stars=0.15),
    _light(
        "night",
        "030817 0b1c3b 1c3a62 3d6089",
        "f3f0de",
        "2f527c",
        "030813",
        stars=1.0,
        moon=True,
        clouds=0.25,
        height=0.62,
    ),
    _light(
        "night",
        "020a14 082537 12505c 3c8480",
        "eef5e6",
        "2a6668",
        "020b10",
        stars=1.0,
        moon=True,
        clouds=0.2,
        height=0.6,
    ),
    _light(
        "night",
        "07051a 1b1145 3e2a70 6d5093",
        "f2e8f8",
        "4d3a80",
        "060414",
        stars=1.0,
        moon=True,
        clouds=0.25,
        height=0.65,
    ),
    _light(
        "storm", "1b2530 36444f 6d7a83 b9c0bf", "e9ecdf", "7f8b90", "10181d", clouds=1.6, height=0.3
    ),
    _light(
        "storm", "231f2f 46425a 86809a d8c4b8", "fff0dd", "8f879b", "151320", clouds=1.5, height=0.2
    ),
    _light("fog", "93a7b2 bccad0 e7e7de", "ffffff", "d3dbdb", "33474f", clouds=0.2, height=0.4),
    _light("fog", "b7a089 dcc6a6 f7ead0", "fffaf0", "e6d3b6", "4a3c34", clouds=0.2, height=0.3),
)


def choose(time: str, rng: np.random.Generator) -> Light:
    """One of the lights of that time of day, its colours a little its own."""
    kinds = [light for light in LIGHTS if light.time == time]
    light = kinds[int(rng.integers(len(kinds)))]
    tint = (1 + rng.uniform(-0.05, 0.05, 3)).astype(np.float32)
    return replace(
        light,
        sky=tuple(np.clip(stop * tint, 0, 1) for stop in light.sky),
        haze=np.clip(light.haze * tint, 0, 1),
        near=np.clip(light.near * tint, 0, 1),
    )
