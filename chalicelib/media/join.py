"""The whole video from its chunks and its sound, by copying alone."""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib.errors import EncoderMismatch, InvalidInput, RenderFailed
from chalicelib.media import ffmpeg, mp4
from chalicelib.media.album import Album, chapters
from chalicelib.media.loop import repeated
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
    found = _alike(chunks)
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


def join_album(
    album: Album,
    pieces: Sequence[Path],
    audio: Path,
    out: Path,
    *,
    on_progress: Callable[[float], None] | None = None,
) -> Probe:
    """Repeat every visual's loop for as long as its segment, and lay the album's sound under.

    Nothing is decoded; the file is written once, index first, with its chapters. `on_progress`
    gets 0…1. Raises `EncoderMismatch` when pieces were encoded differently, `InvalidInput` when
    their number is not that of tracks, `RenderFailed` when one of them or the result is not
    whole.
    """
    if len(pieces) != len(album.tracks):
        raise InvalidInput("Every track needs one visual.", field="pieces")
    _alike(pieces)
    kinds, runs = [], []
    for segment, piece in zip(album.segments, pieces, strict=True):
        kind, samples = mp4.read(piece)
        kinds.append(kind)
        runs += repeated(samples, segment.frames, kind.tick)
    video = mp4.Line(kinds[0], runs)
    mp4.write(
        out,
        video,
        audio,
        title=album.title,
        chapters=chapters(album),
        on_progress=on_progress,
    )
    whole = probe(out)
    if whole.frames != album.frames or whole.seconds != album.frames / album.fps:
        raise RenderFailed(f"{whole.frames} frames were joined, not {album.frames}.")
    return whole


def _alike(paths: Sequence[Path]) -> list[Probe]:
    """What the videos are. Raises `EncoderMismatch` when they cannot follow one another."""
    found = [probe(path) for path in paths]
    for path, facts in zip(paths, found, strict=True):
        if facts.encoder != found[0].encoder:
            raise EncoderMismatch(f"{path.name} was encoded unlike {paths[0].name}.")
    return found


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
