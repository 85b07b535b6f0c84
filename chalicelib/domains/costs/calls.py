"""A paid call outside a pipeline: its price is kept free first, its cost written down after."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TypeVar
from uuid import UUID, uuid4

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.db import Tx
from chalicelib.errors import (
    BudgetExceeded,
    InvalidInput,
    ProviderGarbage,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    Unavailable,
)

sql = db.queries(__file__)

Answer = TypeVar("Answer")


def charged(
    actor: Actor,
    operation: str,
    provider: str,
    price: Decimal,
    call: Callable[[], Answer],
    cost: Callable[[Answer], Decimal],
    *,
    tokens: Callable[[Answer], int | None] = lambda answer: None,
    channel_id: str | None = None,
    run_id: UUID | None = None,
    keep: Callable[[Tx, Answer], None] = lambda tx, answer: None,
) -> Answer:
    """What `call` answers, when every budget has room for its `price` in USD.

    `cost` and `tokens` say what the answer took in the end, `run_id` for which job; `keep` stores
    what comes of it in the transaction that writes the cost down. Raises `BudgetExceeded`, and what
    `call` does; then nothing is kept free and nothing written.
    """
    worker = actor.working()
    with db.transaction(worker) as tx:
        held = tx.value(
            sql["reserve"],
            user_id=actor.user_id,
            estimate=price,
            key=f"{operation}:{uuid4()}",
            channel_id=channel_id,
            provider=provider,
            run_id=run_id,
        )
    if held is None:
        raise BudgetExceeded
    try:
        answer = call()
    except Exception:
        with db.transaction(worker) as tx:
            tx.run(sql["release"], id=held)
        raise
    with db.transaction(worker) as tx:
        took = {"cost_usd": cost(answer), "tokens": tokens(answer)}
        tx.run(sql["settle"], id=held, operation=operation, **took)
        keep(tx, answer)
    return answer


@contextmanager
def waited_for() -> Iterator[None]:
    """What a provider's errors are to a user who waits for its answer.

    Raises `Unavailable` for what may go better the next time, `InvalidInput` for what it refuses.
    """
    try:
        yield
    except (ProviderUnavailable, ProviderThrottled, ProviderGarbage) as error:
        raise Unavailable(error.message, headers={"Retry-After": "5"}) from error
    except ProviderRejected as error:
        raise InvalidInput(error.message) from error
