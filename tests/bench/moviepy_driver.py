"""Some seconds of the same timeline as MoviePy makes them: run by an environment of its own.

`python moviepy_driver.py SPEC.json`: pictures that zoom by `resized(lambda t)`, crossfades, one
`TextClip` for each look of the captions, the same size, rate, preset and quality.
"""

import json
import sys
from pathlib import Path

from moviepy import ColorClip, CompositeVideoClip, ImageClip, TextClip
from moviepy.video.fx import CrossFadeIn


def main() -> None:
    spec = json.loads(Path(sys.argv[1]).read_text())
    size, begin, seconds = tuple(spec["size"]), spec["begin"], spec["seconds"]
    layers = [ColorClip(size, color=(0, 0, 0), duration=seconds)]
    for scene in spec["scenes"]:
        length = scene["end"] - scene["start"]
        clip = ImageClip(scene["image"], duration=length).resized(width=size[0])
        moving = clip.resized(lambda t, length=length: 1 + 0.1 * t / length)
        placed = moving.with_position("center").with_start(scene["start"] - begin)
        layers.append(placed.with_effects([CrossFadeIn(scene["fade"])]))
    for look in spec["looks"]:
        for text, colour in ((look["text"], "white"), (look["spoken"], "yellow")):
            caption = TextClip(
                font=spec["font"],
                text=text,
                font_size=spec["font_size"],
                color=colour,
                stroke_color="black",
                stroke_width=4,
                method="caption",
                size=(int(size[0] * 0.8), None),
            )
            timed = caption.with_start(look["start"] - begin).with_end(look["end"] - begin)
            layers.append(timed.with_position(("center", int(size[1] * 0.78))))
    film = CompositeVideoClip(layers, size=size).with_duration(seconds)
    film.write_videofile(
        spec["out"],
        fps=spec["fps"],
        codec="libx264",
        preset=spec["preset"],
        ffmpeg_params=spec["params"],
        threads=2,
        audio=False,
        logger=None,
    )


if __name__ == "__main__":
    main()
