"""The same Idempotency-Key twice: one effect, one answer, for 24 hours.

The answer is stored in the transaction of the effect, so there is never one without the other.
A request that ends in an error stores nothing: its key may be used again.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Generic, TypeVar

from psycopg.types.json import Jsonb
from pydantic import StringConstraints, TypeAdapter
from pydantic_core import to_jsonable_python

from chalicelib.actor import Actor
from chalicelib.db import Tx, queries, transaction
from chalicelib.errors import IdempotencyInProgress, IdempotencyMismatch
from chalicelib.providers import calls

sql = queries(__file__)

IdempotencyKey = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,255}$")]
"""What a client calls one request of its own: 1 to 255 visible ASCII characters."""

LEASE_SECONDS = 30
"""As long as a request may take: the gateway gives up after 29."""

Answer = TypeVar("Answer")


class Asked(Generic[Answer]):
    """One request under its key. True while the effect has still to happen."""

    def __init__(self, key: str | None, request_hash: str, answer: type[Answer]) -> None:
        self.key, self.request_hash = key, request_hash
        self.adapter: TypeAdapter[Answer] = TypeAdapter(answer)
        self.stored: Any = None

    def look(self, tx: Tx) -> None:
        """Find what was answered. Raises `IdempotencyInProgress` and `IdempotencyMismatch`."""
        if self.key is None:
            return
        mine = tx.value(sql["lock"], key=self.key)
        found = tx.maybe(sql["find"], key=self.key) if mine else None
        if not mine or (found and found["state"] == "running"):
            raise IdempotencyInProgress(headers={"Retry-After": "1"})
        if found:
            if found["request_hash"] != self.request_hash:
                raise IdempotencyMismatch
            self.stored = found["body"]

    def __bool__(self) -> bool:
        return self.stored is None

    @property
    def answer(self) -> Answer:
        """What the first request was answered."""
        return self.adapter.validate_python(self.stored)

    def keep_in(self, tx: Tx, answer: Answer) -> Answer:
        """Remember the answer in the transaction of its effect, and give it back."""
        if self.key is not None:
            tx.run(
                sql["keep"],
                key=self.key,
                request_hash=self.request_hash,
                body=Jsonb(self.adapter.dump_python(answer, mode="json")),
            )
        return answer


class Once(Asked[Answer]):
    """A request that is done in one transaction."""

    def __init__(self, tx: Tx, key: str | None, request_hash: str, answer: type[Answer]) -> None:
        super().__init__(key, request_hash, answer)
        self.tx = tx

    def keep(self, answer: Answer) -> Answer:
        """Remember the answer with the effect, and give it back."""
        return self.keep_in(self.tx, answer)


@contextmanager
def once(
    actor: Actor, key: str | None, answer: type[Answer], operation: str, *request: Any
) -> Iterator[tuple[Tx, Once[Answer]]]:
    """Do `operation` once for this user, key and request. Without a key it is simply done.

        with once(actor, key, Job, "start_job", project_id, order) as (tx, first):
            if not first:
                return first.answer
            ...
            return first.keep(job)

    The transaction is the house's, working for the user: the keys are not the user's to write.
    Raises `IdempotencyInProgress` while the first request is being answered, and
    `IdempotencyMismatch` when the key was used for another operation or request.
    """
    with transaction(actor.working()) as tx:
        asked = Once(tx, key, _hash(operation, request), answer)
        asked.look(tx)
        yield tx, asked


@contextmanager
def taken(
    actor: Actor, key: str | None, answer: type[Answer], operation: str, *request: Any
) -> Iterator[Asked[Answer]]:
    """`once` for what takes longer than a transaction should: the key is taken before, then given
    back or kept with the answer. A worker that dies leaves it taken for `LEASE_SECONDS`; when the
    request is repeated then, vendors are asked under the same key as before.

        with taken(actor, key, Cached, "ask_research", asked) as first:
            if not first:
                return first.answer
            ...
            with db.transaction(actor.working()) as tx:
                return first.keep_in(tx, cached)

    Raises what `once` does.
    """
    asked = Asked(key, _hash(operation, request), answer)
    if key is None:
        yield asked
        return
    mine = {"key": key, "request_hash": asked.request_hash}
    with transaction(actor.working()) as tx:
        asked.look(tx)
        if asked:
            tx.run(sql["take"], **mine, lease=LEASE_SECONDS)
    try:
        with calls.keyed(_hash(key, (actor.user_id, asked.request_hash))):
            yield asked
    except BaseException:
        with transaction(actor.working()) as tx:
            tx.run(sql["give_back"], **mine)
        raise


def _hash(operation: str, request: tuple[Any, ...]) -> str:
    said = json.dumps([operation, to_jsonable_python(request)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()
