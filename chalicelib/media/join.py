"""The whole video from its chunks and its sound, by copying alone."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib.errors import EncoderMismatch, InvalidInput, RenderFailed
from chalicelib.media import ffmpeg
from chalicelib.media.package import Chapter
from chalicelib.media.probe import Probe, probe


def join(
    chunks: Sequence[Path], audio: Path, out: Path, *, title: str, chapters: Sequence[Chapter] = ()
) -> Probe:
    """Join chunks in their order, lay `audio` under them, and write an mp4 that starts at once.

    Raises `EncoderMismatch` when chunks were encoded differently, `RenderFailed` when one of
    them, or the result, is not whole.
    """
    if not chunks:
        raise InvalidInput("There is nothing to join.", field="chunks")
    found = [probe(chunk) for chunk in chunks]
    for chunk, facts in zip(chunks, found, strict=True):
        if facts.encoder != found[0].encoder:
            raise EncoderMismatch(f"{chunk.name} was encoded unlike {chunks[0].name}.")
    with TemporaryDirectory() as name:
        folder = Path(name)
        for index, chunk in enumerate(chunks):
            (folder / f"{index:05}.mp4").symlink_to(chunk.absolute())
        listed = "".join(f"file {index:05}.mp4\n" for index in range(len(chunks)))
        (folder / "chunks.txt").write_text(listed)
        (folder / "facts.txt").write_text(_facts(title, chapters), encoding="utf-8")
        ffmpeg.run(
            [
                *("-f", "concat", "-i", "chunks.txt", "-i", audio.absolute()),
                *("-f", "ffmetadata", "-i", "facts.txt"),
                *("-map", "0:v:0", "-map", "1:a:0", "-map_metadata", "2", "-map_chapters", "2"),
                *("-c", "copy", "-movflags", "+faststart", "-fflags", "+bitexact"),
                out.absolute(),
            ],
            folder=folder,
        )
    whole = probe(out)
    expected = sum(facts.frames for facts in found)
    if whole.frames != expected:
        raise RenderFailed(f"{whole.frames} frames were joined, not {expected}.")
    return whole


def _facts(title: str, chapters: Sequence[Chapter]) -> str:
    """Title and chapters in ffmpeg's own metadata format."""
    lines = [";FFMETADATA1", f"title={_escaped(title)}"]
    for chapter in chapters:
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={round(chapter.start * 1000)}"]
        lines += [f"END={round(chapter.end * 1000)}", f"title={_escaped(chapter.title)}"]
    return "\n".join([*lines, ""])


def _escaped(text: str) -> str:
    one_line = " ".join(text.split())
    return "".join(f"\\{char}" if char in "=;#\\" else char for char in one_line)
