"""Each fault, planted into a good video, is found and named; the good one passes."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from chalicelib.errors import RenderFailed
from chalicelib.media import audio, captions, ffmpeg
from chalicelib.media.check import check, clips
from chalicelib.media.chunk import render_chunk
from chalicelib.media.join import join
from chalicelib.media.timeline import Timeline, chunks
from tests.unit.media.material import TEXT, music, pictures, speech, timeline


@dataclass(frozen=True)
class Film:
    timeline: Timeline
    picture: Path
    sound: Path
    video: Path
    folder: Path

    def again(self, *, picture: Path | None = None, sound: Path | None = None) -> Path:
        """The same video with another picture or sound."""
        out = self.folder / "again.mp4"
        join([picture or self.picture], sound or self.sound, out, title="Again")
        return out

    def problems(self, video: Path, **more: str) -> str:
        return " ".join(check(video, self.timeline, **more).problems)  # type: ignore[arg-type]


def filmed(made: Timeline, folder: Path) -> Path:
    images = pictures(made, folder)
    (part,) = chunks(made, at_most=1)
    render_chunk(made, part, images, folder / "picture.mp4")
    return folder / "picture.mp4"


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    folder = tmp_path_factory.mktemp("film")
    made = timeline(TEXT, TEXT, short_side=240, fps=15)
    picture, sound, video = filmed(made, folder), folder / "sound.m4a", folder / "video.mp4"
    audio.mix(made, speech(made, folder), music(folder), sound)
    join([picture], sound, video, title="Film")
    return Film(made, picture, sound, video, folder)


def refilmed(film: Film, filters: str) -> Path:
    """The picture through an ffmpeg filter."""
    out = film.folder / "filtered.mp4"
    ffmpeg.run(["-i", film.picture, "-vf", filters, "-c:v", "libx264", "-crf", "10", out])
    return film.again(picture=out)


def remixed(film: Film, filters: str) -> Path:
    """The sound through an ffmpeg filter."""
    out = film.folder / "filtered.m4a"
    ffmpeg.run(["-i", film.sound, "-af", filters, "-c:a", "aac", "-b:a", "256k", out])
    return film.again(sound=out)


def moved(made: Timeline, seconds: float) -> Timeline:
    """The same timeline with its words so much later."""
    scenes = []
    for scene in made.scenes:
        words = tuple(
            word.model_copy(update={"start": word.start + seconds, "end": word.end + seconds})
            for word in scene.words
        )
        scenes.append(scene.model_copy(update={"words": words}))
    return made.model_copy(update={"scenes": tuple(scenes)})


def test_a_good_video_passes(film: Film) -> None:
    report = check(film.video, film.timeline, srt=captions.srt(film.timeline))
    assert report.problems == ()
    assert report.figures["frames"] == film.timeline.frames
    assert abs(report.figures["words_off_by"]) <= 0.03
    assert abs(report.figures["highlight_off_by"]) <= 1 / film.timeline.fps
    assert report.figures["lufs"] == pytest.approx(-14, abs=0.5)


def test_black_frames_are_found(film: Film) -> None:
    found = film.problems(refilmed(film, "drawbox=color=black:t=fill:enable='between(t,2,2.6)'"))
    assert "Black from 2.00 to 2.6" in found


def test_silence_is_found(film: Film) -> None:
    found = film.problems(remixed(film, "volume=0:enable='between(t,1,5)'"))
    assert "Silence from 1.0" in found


def test_clipping_is_found(film: Film) -> None:
    clipped = film.folder / "clipped.wav"
    pcm = audio.read_audio(film.sound)
    audio.write_wav(clipped, np.clip(pcm * 20, -1, 1))
    joined = film.folder / "clipped.mp4"
    ffmpeg.run(["-i", film.picture, "-i", clipped, "-c:v", "copy", "-c:a", "alac", joined])
    found = film.problems(joined)
    assert "The sound clips at" in found
    assert "The loudness is" in found


@pytest.mark.parametrize(
    ("run", "sign", "found"), [(3, 1, False), (4, 1, True), (4, -1, True), (9, -1, True)]
)
def test_a_flat_top_clips_and_a_short_peak_does_not(run: int, sign: int, found: bool) -> None:
    sound = np.full(audio.RATE, 0.3, np.float32)
    sound[24_000 : 24_000 + run] = sign
    assert clips(sound) == (0.5 if found else None)
    assert clips(sound[24_000 : 24_000 + run]) == (0.0 if found else None)
    assert clips(sound[:0]) is None


def test_a_wrong_loudness_is_found(film: Film) -> None:
    assert "The loudness is -20" in film.problems(remixed(film, "volume=-6dB"))


def test_a_short_picture_is_found(film: Film) -> None:
    short = refilmed(film, f"trim=end_frame={film.timeline.frames - 3}")
    assert f"{film.timeline.frames - 3} frames, not {film.timeline.frames}" in film.problems(short)


def test_a_short_sound_is_found(film: Film) -> None:
    assert "The sound lasts" in film.problems(remixed(film, "atrim=end=5"))


def test_a_missing_sound_is_found(film: Film) -> None:
    assert "There is no sound." in film.problems(film.picture)


def test_a_wrong_size_is_found(film: Film) -> None:
    assert "The picture is 240x240." in film.problems(refilmed(film, "scale=240:240"))


@pytest.mark.parametrize("seconds", [-0.4, 0.25, 0.6])
def test_captions_off_the_speech_are_found(film: Film, seconds: float) -> None:
    """Plan and burned captions agree, but the voice speaks at another time."""
    late = moved(film.timeline, seconds)
    report = check(film.video, late)
    assert report.figures["words_off_by"] == pytest.approx(-seconds, abs=0.03)
    assert "Captions are off the words: speech is" in " ".join(report.problems)


@pytest.mark.parametrize("seconds", [-0.4, 0.6])
def test_burned_captions_off_the_words_are_found(
    film: Film, tmp_path: Path, seconds: float
) -> None:
    found = film.problems(film.again(picture=filmed(moved(film.timeline, seconds), tmp_path)))
    assert f"they are {abs(seconds):.1f}" in found
    assert ("late" if seconds > 0 else "early") in found


def test_missing_burned_captions_are_found(film: Film, tmp_path: Path) -> None:
    bare = filmed(film.timeline.model_copy(update={"captions": False}), tmp_path)
    assert "no highlight moves" in film.problems(film.again(picture=bare))


def test_a_caption_file_off_the_words_is_found(film: Film) -> None:
    late = captions.srt(moved(film.timeline, 1.5))
    assert "is not in its cue" in film.problems(film.video, srt=late)
    other = captions.srt(film.timeline).replace("ocean", "desert")
    assert "do not say the same" in film.problems(film.video, srt=other)
    half = captions.srt(film.timeline)[:200]
    assert "do not say the same" in film.problems(film.video, srt=half)


def test_a_broken_video_is_no_video(film: Film) -> None:
    broken = film.folder / "broken.mp4"
    broken.write_bytes(film.video.read_bytes()[:-500])
    with pytest.raises(RenderFailed):
        check(broken, film.timeline)
