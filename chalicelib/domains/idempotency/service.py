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

sql = queries(__file__)

IdempotencyKey = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,255}$")]
"""What a client calls one request of its own: 1 to 255 visible ASCII characters."""

Answer = TypeVar("Answer")


class Once(Generic[Answer]):
    """One request under its key. True while the effect has still to happen."""

    def __init__(self, tx: Tx, key: str | None, request_hash: str, answer: type[Answer]) -> None:
        self.tx, self.key, self.request_hash = tx, key, request_hash
        self.adapter: TypeAdapter[Answer] = TypeAdapter(answer)
        self.stored: Any = None

    def __bool__(self) -> bool:
        return self.stored is None

    @property
    def answer(self) -> Answer:
        """What the first request was answered."""
        return self.adapter.validate_python(self.stored)

    def keep(self, answer: Answer) -> Answer:
        """Remember the answer with the effect, and give it back."""
        if self.key is not None:
            self.tx.run(
                sql["keep"],
                key=self.key,
                request_hash=self.request_hash,
                body=Jsonb(self.adapter.dump_python(answer, mode="json")),
            )
        return answer


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
        if key is not None:
            if not tx.value(sql["lock"], key=key):
                raise IdempotencyInProgress(headers={"Retry-After": "1"})
            found = tx.maybe(sql["find"], key=key)
            if found is not None:
                if found["request_hash"] != asked.request_hash:
                    raise IdempotencyMismatch
                asked.stored = found["body"]
        yield tx, asked


def _hash(operation: str, request: tuple[Any, ...]) -> str:
    said = json.dumps([operation, to_jsonable_python(request)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()
