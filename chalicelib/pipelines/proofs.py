"""Proofs of origin: a file for every track and picture of an album, named in its licence record.

It is the licence document that the user sent for it. Where there is none, it is written here: what
made it, of which words, when, and on what terms.
"""

import hashlib
import json
import mimetypes
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from chalicelib.domains.albums.models import Kind
from chalicelib.domains.albums.places import seed_of
from chalicelib.domains.albums.work import Document, Pair, Source
from chalicelib.errors import InvalidInput
from chalicelib.pipelines import artifacts

NAMES: dict[Kind, str] = {"audio": "track", "image": "picture"}


def halves(pairs: Iterable[Pair]) -> Iterator[tuple[Pair, Kind, Source]]:
    """Every track and picture in the order of their places."""
    for pair in pairs:
        yield pair, "audio", pair.audio
        yield pair, "image", pair.image


def name(pair: Pair, kind: Kind, source: Source) -> str:
    """What a proof is called in the package."""
    suffix = mimetypes.guess_extension(source.proof.content_type) if source.proof else ".json"
    return f"proofs/{NAMES[kind]}-{pair.order_index:02}{suffix or '.txt'}"


def state(pairs: Sequence[Pair]) -> str:
    """A short name that changes with the documents there are: they are packed once for it."""
    documents = [source.proof.sha256 if source.proof else "" for _, _, source in halves(pairs)]
    return hashlib.sha256(repr(documents).encode()).hexdigest()[:8]


def collect(pairs: Sequence[Pair], folder: Path) -> dict[str, Path]:
    """Every proof under its name in the package.

    Raises InvalidInput when a document is not the one that was checked.
    """
    found = {}
    for number, (pair, kind, source) in enumerate(halves(pairs)):
        place = folder / f"proof{number:02}"
        place.mkdir()
        if source.proof is not None:
            path = _document(source.proof, pair, kind, place)
        else:
            path = place / "proof.json"
            said = json.dumps(origin(pair, kind, source), ensure_ascii=False, indent=1)
            path.write_text(said, encoding="utf-8")
        found[name(pair, kind, source)] = path
    return found


def origin(pair: Pair, kind: Kind, source: Source) -> dict[str, Any]:
    """What made a track or picture: what is known of it, and nothing else."""
    said = {
        "what": NAMES[kind],
        "place": pair.order_index,
        "title": pair.title if kind == "audio" else None,
        "provider": source.provider,
        "version": source.version,
        "reference": source.reference,
        "terms": source.terms,
        "licence": source.licence,
        "rights": source.rights,
        "made_at": source.made_at and source.made_at.isoformat(),
        "sha256": source.sha256,
    }
    if source.provider != "upload":
        said["prompt"] = source.prompt
        said["prompt_sha256"] = hashlib.sha256(source.prompt.encode()).hexdigest()
        said["seed"] = seed_of(source.making) if source.making else None
    return {word: value for word, value in said.items() if value is not None}


def _document(proof: Document, pair: Pair, kind: Kind, place: Path) -> Path:
    path = artifacts.fetch(proof.key, place)
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != proof.sha256:
            what = f"{NAMES[kind]} {pair.order_index}"
            raise InvalidInput(f"The licence of {what} was replaced after it was checked.")
    return path
