"""An album made known: titles, the description with its chapters, and the links to its files."""

from dataclasses import replace
from uuid import UUID

from chalicelib import db, providers
from chalicelib.actor import Actor
from chalicelib.db import Tx, queries
from chalicelib.domains.albums import rendering
from chalicelib.domains.albums.making import clipped
from chalicelib.domains.albums.models import Described, Export, ExportedFile, Titles
from chalicelib.domains.albums.places import locked
from chalicelib.domains.albums.work import File, Held, Pair
from chalicelib.domains.costs.calls import charged, waited_for
from chalicelib.domains.files.links import Download, signed
from chalicelib.domains.idempotency.service import taken
from chalicelib.errors import IllegalMove, NotFound, ProviderGarbage
from chalicelib.providers.text.interface import Titles as Named

WORDS_OF_A_TITLE = 15
DISCLOSURE = "The music and the pictures were made with the help of machines."

sql = queries(__file__)


def suggest_titles(
    actor: Actor, job_id: UUID, count: int, seed: int | None, key: str | None
) -> Titles:
    """Titles to choose from; the first becomes the album's when it has none.

    Raises `NotFound`, `BudgetExceeded`, `Unavailable` when the provider does not answer, and
    `InvalidInput` when it refuses.
    """
    with waited_for(), taken(actor, key, Titles, "suggest_titles", job_id, count, seed) as first:
        if not first:
            return first.answer
        with db.transaction(actor.working()) as tx:
            job = locked(tx, job_id)
        text = providers.text()
        price = text.price(WORDS_OF_A_TITLE * count)

        def ask() -> Named:
            wanted = job.seed if seed is None else seed
            found = text.titles(job.niche_label, job.mood_keywords, count=count, seed=wanted)
            if titles := [title for title in map(clipped, found.candidates) if title]:
                return replace(found, candidates=tuple(titles))
            raise ProviderGarbage("There is no title among the answers.")

        def keep(tx: Tx, found: Named) -> None:
            tx.run(sql["titled"], id=job_id, cost_usd=price, title=found.candidates[0])
            first.keep_in(tx, Titles(candidates=list(found.candidates)))

        found = charged(
            actor,
            "titles",
            text.name,
            price,
            ask,
            lambda _: price,
            tokens=lambda found: found.tokens,
            channel_id=str(job.channel_id),
            run_id=job_id,
            keep=keep,
        )
        return Titles(candidates=list(found.candidates))


def describe(actor: Actor, job_id: UUID) -> Described:
    """Write the description anew from the pairs there are now, and keep it.

    Raises `NotFound`, and `IllegalMove` while a place lacks its track or picture.
    """
    with db.transaction(actor.working()) as tx:
        job = locked(tx, job_id)
        said = description(job, rendering.pairs(tx, job_id))
        tx.run(sql["describe"], id=job_id, description=said)
        return Described(video_title=job.video_title, video_description=said)


def description(job: Held, pairs: list[Pair]) -> str:
    """What to publish beside an album: what it is, its chapters, and that machines made it."""
    from chalicelib.media.album import description as described  # few requests need it

    intro = job.prompts_json.description if job.prompts_json else ""
    return described(
        rendering.laid_out(job, pairs),
        intro or f"{job.niche_label}. {job.mood_keywords}.",
        DISCLOSURE if job.synthetic_content else "",
    )


def export(actor: Actor, job_id: UUID) -> Export:
    """All there is to publish, with links. Raises `IllegalMove` before the album is ready."""
    with db.transaction(actor, read_only=True) as tx:
        row = tx.one(sql["export"], id=job_id)
    files = {name: File.model_validate(file) for name, file in row["files"].items()}
    if "video" not in files:
        raise IllegalMove("The album has no video yet.", state=row["status"])
    title = row["video_title"] or row["niche_label"]
    manifest = row["manifest_json"] or {}
    return Export.model_validate(
        {
            **row,
            "seconds": manifest.get("seconds"),
            "files": [
                ExportedFile(
                    name=name,
                    content_type=file.content_type,
                    size_bytes=file.size_bytes,
                    sha256=file.sha256,
                    **signed(file.key, file.content_type, title=title).model_dump(),
                )
                for name, file in sorted(files.items())
            ],
        }
    )


def file_link(actor: Actor, job_id: UUID, name: str) -> Download:
    """A link to look at one of the album's files. Raises `NotFound` while there is none."""
    with db.transaction(actor, read_only=True) as tx:
        row = tx.one(sql["export"], id=job_id)
    found = row["files"].get(name)
    if found is None:
        raise NotFound(f"The album has no {name.replace('-', ' ')} yet.")
    file = File.model_validate(found)
    return signed(
        file.key, file.content_type, title=row["video_title"] or row["niche_label"], shown=True
    )
