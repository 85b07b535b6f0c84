"""Some seconds of the same timeline as MoviePy makes them: run by an environment of its own.

Pictures that zoom by `resized(lambda t)`, crossfades, one `TextClip` for each look of the captions,
the same size, rate, preset and quality.
"""

import argparse
import json
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("spec", type=Path, help="JSON: what is to be made, and where")
    spec = json.loads(parser.parse_args().spec.read_text())
    # Loaded now: what is asked for help needs no MoviePy.
    from moviepy import ColorClip, CompositeVideoClip, ImageClip, TextClip
    from moviepy.video.fx import CrossFadeIn

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
