"""Look a topic up: fresh from the cache, or researched once for everyone who asks meanwhile."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeGuard
from uuid import UUID, uuid4

from psycopg.rows import DictRow

from chalicelib import db, providers
from chalicelib.actor import Actor
from chalicelib.db import Tx, queries
from chalicelib.domains.costs.calls import charged, waited_for
from chalicelib.domains.idempotency.service import taken
from chalicelib.domains.research.models import (
    AskResearch,
    Cached,
    Entry,
    Outcome,
    ResearchQuery,
    Stats,
    StatsQuery,
    params_hash,
    topic_key,
)
from chalicelib.errors import (
    InvalidInput,
    NotFound,
    ProviderGarbage,
    ProviderThrottled,
    ProviderUnavailable,
)
from chalicelib.pages import Page, read
from chalicelib.providers.text.interface import Research

CONTRACT_VERSION = 1  # of what research contains; a new one starts a new cache
FRESH = timedelta(days=7)
USUAL_WORDS = 400  # of a note, for its price before it is there
LEASE_SECONDS = 120
POLL_SECONDS = 0.25
API_PATIENCE = 15  # seconds; the gateway gives up after 29
LONGEST_CONTENT = 100_000

sql = queries(__file__)


def _now() -> datetime:
    return datetime.now(UTC)


def lookup(
    user_id: UUID,
    topic: str,
    niche: str,
    research: Callable[[], Research],
    *,
    force: bool = False,
    stale_ok: bool = False,
    provider: str = "local",
    channel_id: UUID | None = None,
    run_id: UUID | None = None,
    price: Callable[[int], Decimal] = lambda words: Decimal(0),
    keep: Callable[[Tx, Cached], Cached] = lambda tx, cached: cached,
    patience: float = 60,
    clock: Callable[[], datetime] = _now,
    sleep: Callable[[float], None] = time.sleep,
) -> Cached:
    """What is known about a topic, not older than seven days.

    `research` is called when nothing fresh is there, or when `force` asks for it; `price` says
    what its words cost, `channel_id` and `run_id` for what it is wanted. Of callers at the same
    moment one researches, under a lease, and the others wait up to `patience` seconds for it.
    `stale_ok` takes an older entry when the provider is down. `keep` is called with what is
    answered, in the transaction that counts it.

    Raises `ProviderThrottled` and `ProviderUnavailable` (also when the other caller takes too
    long), `ProviderRejected`, and `ProviderGarbage` when the result is nothing to keep.
    """
    asked = _Lookup(user_id, topic, niche, provider, channel_id, run_id, keep, clock)
    waited, first = 0.0, None
    while True:
        with db.transaction(asked.actor) as tx:
            known = asked.known(tx)
            if not waited:
                first = known
            if _newer(known, first):
                return asked.use(tx, known, "coalesced")
            if known and not force and known["updated_at"] + FRESH > clock():
                return asked.use(tx, known, "hit")
            leased = asked.lease(tx)
            if leased and _newer(meanwhile := asked.known(tx), known):
                asked.let_go(tx)
                return asked.use(tx, meanwhile, "coalesced")
        if leased:
            break
        if waited >= patience:
            slow = ProviderUnavailable("Another research of this topic takes long; try again.")
            return asked.stale(known, stale_ok, slow)
        sleep(POLL_SECONDS)
        waited += POLL_SECONDS
    try:
        found = _worth_keeping(research())
    except Exception as error:
        with db.transaction(asked.actor) as tx:
            asked.let_go(tx)
        return asked.stale(known, stale_ok, error)
    with db.transaction(asked.actor) as tx:
        stored = asked.store(tx, found, price(len(found.content.split())))
        return asked.use(tx, stored, "bypass" if force else "miss")


def ask(actor: Actor, asked: AskResearch, key: str | None) -> Cached:
    """Look a topic up for its user.

    Raises `BudgetExceeded`, `Unavailable`, and `InvalidInput`, also for another's channel.
    """
    assert actor.user_id is not None
    text, channel = providers.text(), asked.channel_id
    if channel is not None:
        with db.transaction(actor, read_only=True) as tx:
            if tx.maybe(sql["channel"], id=channel) is None:
                raise InvalidInput.of("channel_id", "exists", "There is no such channel of yours.")
    with waited_for(), taken(actor, key, Cached, "ask_research", asked) as first:
        if not first:
            return first.answer
        return lookup(
            actor.user_id,
            asked.topic,
            asked.niche,
            lambda: charged(
                actor,
                "research",
                text.name,
                text.price(USUAL_WORDS),
                lambda: text.research(asked.topic, asked.niche, 0),
                lambda found: text.price(len(found.content.split())),
                tokens=lambda found: found.tokens,
                channel_id=None if channel is None else str(channel),
            ),
            force=asked.force,
            stale_ok=asked.stale_ok,
            provider=text.name,
            channel_id=channel,
            price=text.price,
            keep=first.keep_in,
            patience=API_PATIENCE,
        )


def entries(actor: Actor, query: ResearchQuery) -> Page[Entry]:
    """What the user's cache holds, about one topic or all, newest first."""
    key = None if query.topic is None else topic_key(query.topic)
    with db.transaction(actor, read_only=True) as tx:
        return read(tx, sql["entries"], query, Entry, topic_key=key)


def forget(actor: Actor, entry_id: UUID) -> None:
    """Drop one entry, so that the topic is researched anew. Raises `NotFound`."""
    with db.transaction(actor.working()) as tx:
        if not tx.run(sql["forget"], id=entry_id):
            raise NotFound


def stats(actor: Actor, query: StatsQuery) -> Stats:
    """How well the user's cache serves, in all and by day or channel."""
    channel = None if query.channel_id is None else str(query.channel_id)
    with db.transaction(actor, read_only=True) as tx:
        found = tx.one(sql["stats"], channel_id=channel)
        items = tx.all(sql["rates"], channel_id=channel, group=query.group)
    return Stats.model_validate({**found, "items": items})


class _Lookup:
    """One topic of one user, and whoever asks for it now."""

    def __init__(
        self,
        user_id: UUID,
        topic: str,
        niche: str,
        provider: str,
        channel_id: UUID | None,
        run_id: UUID | None,
        keep: Callable[[Tx, Cached], Cached],
        clock: Callable[[], datetime],
    ) -> None:
        self.actor = Actor.worker(user_id)
        self.keep, self.clock = keep, clock
        self.topic = topic
        self.caller = str(uuid4())
        self.row_id: UUID | None = None
        self.entry = {
            "user_id": user_id,
            "topic_key": topic_key(topic),
            "params_hash": params_hash(niche=niche, provider=provider),
            "contract_version": CONTRACT_VERSION,
        }
        self.provider = provider
        self.channel = "none" if channel_id is None else str(channel_id)
        self.run_id = run_id

    def known(self, tx: Tx) -> DictRow | None:
        """The entry, of any age, or None before the topic was ever researched."""
        return tx.maybe(sql["find"], **self.entry)

    def lease(self, tx: Tx) -> bool:
        """Take the right to research, unless another caller has it."""
        self.row_id = tx.value(
            sql["lease"],
            **self.entry,
            topic=self.topic,
            lease_owner=self.caller,
            lease=LEASE_SECONDS,
        )
        return self.row_id is not None

    def let_go(self, tx: Tx) -> None:
        """Give the right to research back, unused."""
        tx.run(sql["let_go"], id=self.row_id, lease_owner=self.caller)

    def store(self, tx: Tx, found: Research, cost_usd: Decimal) -> DictRow:
        """Keep a result; one whose lease has passed on is answered, and the newer one kept."""
        result = {
            "id": self.row_id,
            "topic": self.topic,
            "content": found.content,
            "provider": self.provider,
            "tokens": found.tokens,
            "cost_usd": cost_usd,
        }
        stored = tx.maybe(sql["store"], **result, lease_owner=self.caller)
        return stored or {**result, "updated_at": self.clock()}

    def use(self, tx: Tx, row: DictRow, outcome: Outcome) -> Cached:
        """Answer with a row, and count it."""
        free = outcome in ("hit", "coalesced", "stale")
        saved = row["cost_usd"] if free else Decimal(0)
        if free:
            tx.run(sql["hit"], id=row["id"])
        counted = {
            "user_id": self.entry["user_id"],
            "channel_id": self.channel,
            "saved_usd": saved,
        }
        tx.run(sql["count"], **counted, day=self.clock().date(), outcome=outcome)
        if saved:
            tx.run(sql["saved"], **counted, run_id=self.run_id, provider=self.provider)
        cached = Cached.model_validate({**row, "outcome": outcome, "saved_usd": saved})
        return self.keep(tx, cached)

    def stale(self, known: DictRow | None, allowed: bool, error: Exception) -> Cached:
        """The older entry, when the provider is down and the caller takes it; else the error."""
        down = isinstance(error, (ProviderUnavailable, ProviderThrottled))
        if not (down and allowed and known):
            raise error
        with db.transaction(self.actor) as tx:
            return self.use(tx, known, "stale")


def _newer(known: DictRow | None, before: DictRow | None) -> TypeGuard[DictRow]:
    """Whether another caller's research has come in since `before` was read."""
    return known is not None and (before is None or known["updated_at"] != before["updated_at"])


def _worth_keeping(found: Research) -> Research:
    if not (found.content.strip() and len(found.content) <= LONGEST_CONTENT):
        raise ProviderGarbage("The research is empty, or far too long.")
    if "\0" in found.content or found.tokens < 0:
        raise ProviderGarbage
    return found
