"""The camera: which part of a scene's picture a frame shows, with sub-pixel precision."""

from math import pi, sin
from typing import NamedTuple

from chalicelib.media.timeline import CLOSEST, Move, Scene, Timeline

SPEED = 0.016
"""Zoom, or travel as a share of the frame, per second: slow enough for any length of scene."""
LEAST, MOST = 0.03, 0.11
"""Bounds of a scene's whole zoom or travel."""
CALM = 0.6
"""How much of the speed goes at both ends of a move: 0 is linear, 1 comes to a stop."""


class Window(NamedTuple):
    """A part of a picture, in its pixels, measured from its top left corner."""

    x: float
    y: float
    width: float
    height: float


class View(NamedTuple):
    """Where the camera looks: -1…1 from edge to edge of what the zoom leaves free."""

    across: float
    down: float
    zoom: float


def window(timeline: Timeline, scene: Scene, frame: int) -> Window:
    """What `scene` shows at `frame` of the video, its share of both transitions included."""
    first, last = span(timeline, scene)
    begin, end = _views(scene.move, (last - first) / timeline.fps)
    at = ease((frame - first + 0.5) / (last - first))
    zoom = begin.zoom * (end.zoom / begin.zoom) ** at  # even steps to the eye
    across = begin.across + (end.across - begin.across) * at
    down = begin.down + (end.down - begin.down) * at
    width, height = timeline.width * (CLOSEST / zoom), timeline.height * (CLOSEST / zoom)
    picture_width, picture_height = timeline.picture_size
    return Window(
        (picture_width - width) * (1 + across) / 2,
        (picture_height - height) * (1 + down) / 2,
        width,
        height,
    )


def span(timeline: Timeline, scene: Scene) -> tuple[int, int]:
    """First frame, and the frame after the last, in which any of the scene is seen."""
    following = next((s for s in timeline.scenes if s.start == scene.end), None)
    out = following.transition_frames // 2 if following else 0
    return scene.start - scene.transition_frames // 2, scene.end + out


def ease(at: float) -> float:
    """0…1 → 0…1, gentle at both ends and never still."""
    return at - CALM * sin(2 * pi * at) / (2 * pi)


def _views(move: Move, seconds: float) -> tuple[View, View]:
    """Begin and end. Pans keep to the closest zoom: there a picture's pixel is a frame's."""
    by = min(MOST, max(LEAST, SPEED * seconds))
    far = by / (CLOSEST - 1)
    match move:
        case "zoom_in":
            return View(0, 0, 1), View(0.2, -0.2, 1 + by)
        case "zoom_out":
            return View(-0.2, 0.2, 1 + by), View(0, 0, 1)
        case "pan_left":
            return View(far, 0.1, CLOSEST), View(-far, -0.1, CLOSEST)
        case "pan_right":
            return View(-far, 0.1, CLOSEST), View(far, -0.1, CLOSEST)
        case "drift_up":
            return View(0.2, far, CLOSEST), View(-0.2, -far, CLOSEST)
        case "drift_down":
            return View(-0.2, -far, CLOSEST), View(0.2, far, CLOSEST)
