"""The guard of moves and the keeping of months: what holds for every table that uses them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import Forbidden
from tests import factories

pytestmark = pytest.mark.usefixtures("database")

CHECKS = """
select a.column_name, a.table_name, array_agg(distinct a.state) as states,
       (select string_agg(pg_get_constraintdef(c.oid), ' ') from pg_constraint c
         where c.conrelid = format('public.%I', a.table_name)::regclass and c.contype = 'c'
           and c.conkey = array[(select attnum from pg_attribute
             where attrelid = c.conrelid and attname = a.column_name)]) as rule,
       (select array_agg(e.enumlabel::text)
          from pg_attribute t join pg_enum e on e.enumtypid = t.atttypid
         where t.attrelid = format('public.%I', a.table_name)::regclass
           and t.attname = a.column_name) as values
  from (select table_name, column_name, unnest(array[from_state, to_state]) state
          from private.allowed_moves) a
 where a.state <> '' group by 1, 2
"""


def test_every_move_is_between_states_the_column_can_hold(
    admin: psycopg.Connection[dict[str, Any]],
) -> None:
    found = admin.execute(CHECKS).fetchall()
    assert len(found) > 40
    for guarded in found:
        held = guarded["values"] or re.findall(r"'([^']*)'::text", guarded["rule"])
        place = f"{guarded['table_name']}.{guarded['column_name']}"
        assert set(guarded["states"]) == set(held), place


def test_every_guarded_column_has_its_trigger(admin: psycopg.Connection[dict[str, Any]]) -> None:
    missing = admin.execute(
        "select distinct table_name, column_name from private.allowed_moves m where not exists ("
        " select from pg_trigger t where t.tgrelid = format('public.%I', table_name)::regclass"
        " and t.tgname = table_name || '_' || column_name || '_moves' and t.tgenabled = 'O')"
    )
    assert missing.fetchall() == []


def test_the_moves_are_read_by_the_house_and_written_by_nobody() -> None:
    with db.transaction(Actor.service()) as tx:
        assert tx.value("select count(*) from private.allowed_moves") > 100
    with pytest.raises(Forbidden), db.transaction(Actor.service()) as tx:
        tx.run("insert into private.allowed_moves values ('campaigns', 'status', 'draft', 'done')")
    with pytest.raises(Forbidden), db.transaction(Actor.user(factories.user())) as tx:
        tx.all("select from private.allowed_moves")


@pytest.mark.usefixtures("fresh_database")
def test_months_are_made_ahead_and_dropped_when_they_are_old() -> None:
    def tend(now: datetime) -> tuple[list[str], list[str]]:
        with db.transaction(Actor.service()) as tx:
            done = tx.one("select made, retired from private.tend_months(%(now)s)", now=now)
        return done["made"], done["retired"]

    then = datetime(2001, 2, 1, tzinfo=UTC)
    made, _ = tend(then)
    mine = [name for name in made if name.startswith("campaign_performance_metrics")]
    assert [name[-7:] for name in mine] == ["2001_01", "2001_02", "2001_03", "2001_04", "2001_05"]
    assert tend(then) == ([], [])
    _, retired = tend(datetime(2001, 6, 1, tzinfo=UTC))
    assert "campaign_performance_metrics_2001_01" in retired
    assert "campaign_performance_metrics_2001_03" not in retired
    _, retired = tend(datetime.now(UTC) + timedelta(days=3650))
    assert {name[-7:-3] for name in retired} == {"2001"}  # told wrong, it keeps the young
