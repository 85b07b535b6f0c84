"""Costs: one function writes down what providers were paid, once, for whom it was paid."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import Forbidden, InvalidInput
from tests import factories
from tests.integration.db import rows

pytestmark = pytest.mark.usefixtures("database")


def record(actor: Actor, user_id: UUID, cost: str, key: str | None, **more: Any) -> bool:
    also = "".join(f", p_{name} := %({name})s" for name in more)
    with db.transaction(actor) as tx:
        written = tx.value(
            f"select record_cost(%(user)s, 'leonardo', %(cost)s, %(key)s{also})",  # type: ignore[arg-type]
            user=user_id, cost=Decimal(cost), key=key, **more,
        )  # fmt: skip
    return written is True


def test_a_cost_is_written_once_for_its_key() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    key = str(uuid4())
    assert [record(house, alice, "0.04", key), record(house, alice, "0.04", key)] == [True, False]
    assert record(Actor.service(), alice, "0", str(uuid4()), cached=True, saved_usd=Decimal("0.04"))
    with db.transaction(Actor.user(alice)) as tx:
        seen = tx.one("select sum(cost_usd) cost, sum(saved_usd) saved from channel_costs")
    assert (seen["cost"], seen["saved"]) == (Decimal("0.04"), Decimal("0.04"))


def test_nobody_writes_anothers_costs_or_a_cost_without_a_key() -> None:
    alice, bob = factories.user(), factories.user()
    with pytest.raises(Forbidden):
        record(Actor.worker(bob), alice, "1", "key")
    with pytest.raises(Forbidden):
        record(Actor.user(alice), alice, "1", "key")
    with pytest.raises(InvalidInput):
        record(Actor.worker(alice), alice, "1", None)
    with pytest.raises(InvalidInput):
        record(Actor.worker(alice), alice, "-1", "key")


@pytest.mark.parametrize("whose", ["user", "worker", "service"])
def test_nobody_writes_past_the_function(whose: str) -> None:
    alice = factories.user()
    actor = {"user": Actor.user(alice), "worker": Actor.worker(alice), "service": Actor.service()}
    with pytest.raises(Forbidden):
        rows.insert(actor[whose], "channel_costs", user_id=alice, channel_id="a", provider="p")


def test_no_other_function_writes_costs(admin: psycopg.Connection[Any]) -> None:
    writing = admin.execute(
        "select proname from pg_proc"
        " where prosrc ~* '(insert into|update|merge into)\\s+(public\\.)?channel_costs'"
    ).fetchall()
    assert [row["proname"] for row in writing] == ["record_cost"]
    may_insert = admin.execute(
        "select rolname from pg_roles where not rolsuper and rolname !~ '^pg_'"
        " and has_table_privilege(oid, 'public.channel_costs', 'insert')"
        " and rolname not in (select tableowner from pg_tables where tablename = 'channel_costs')"
    ).fetchall()
    assert [row["rolname"] for row in may_insert] == ["bookkeeper"]
