"""Moves: every status column of the schema is guarded, or says why it is not."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from chalicelib.actor import Actor
from chalicelib.errors import IllegalMove
from tests import factories
from tests.integration.db import rows

pytestmark = pytest.mark.usefixtures("database")

GUARDED_ELSEWHERE = {
    "jobs": "its own trigger: forward only",
    "job_steps": "follows its job",
    "credit_holds": "the ledger's functions alone write it",
}
NEVER_MOVES = {
    "pipeline_runs": "append-only",
    "ai_model_update_logs": "append-only",
}


def test_every_status_is_guarded(admin: psycopg.Connection) -> None:
    open_ones = {
        row["relname"]
        for row in admin.execute(
            "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid"
            " where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace"
            " and a.attname in ('status', 'state', 'connection_status', 'sync_status')"
            " and not exists (select from private.allowed_moves m"
            "   where m.table_name = c.relname and m.column_name = a.attname)"
        ).fetchall()
    }
    mirrored = {"social_platform_connections"}
    assert open_ones <= GUARDED_ELSEWHERE.keys() | NEVER_MOVES.keys() | mirrored


def test_every_allowed_move_is_between_known_states(admin: psycopg.Connection) -> None:
    """A state that no check or enum knows is a slip of the pen."""
    strange = admin.execute(
        "select m.table_name, m.column_name, state from private.allowed_moves m,"
        " lateral (values (m.from_state), (m.to_state)) named (state)"
        " where state <> '' and not exists ("
        "   select from pg_constraint k"
        "   where k.conrelid = format('public.%I', m.table_name)::regclass"
        "   and k.contype = 'c' and pg_get_constraintdef(k.oid) like '%''' || state || '''%')"
        " and not exists (select from pg_enum e join pg_attribute a on a.atttypid = e.enumtypid"
        "   where a.attrelid = format('public.%I', m.table_name)::regclass"
        "   and a.attname = m.column_name and e.enumlabel = state)"
    ).fetchall()
    assert strange == []


def test_no_status_leads_into_a_corner_it_cannot_be_made_in(admin: psycopg.Connection) -> None:
    """Every state that a move leaves can be reached, or begins a row."""
    lost = admin.execute(
        "select m.table_name, m.from_state from private.allowed_moves m where m.from_state <> ''"
        " and exists (select from private.allowed_moves b where b.table_name = m.table_name"
        "   and b.column_name = m.column_name and b.from_state = '')"
        " and not exists (select from private.allowed_moves r where r.table_name = m.table_name"
        "   and r.column_name = m.column_name and r.to_state = m.from_state)"
    ).fetchall()
    assert lost == []


def test_a_verdict_knows_when_it_was_given() -> None:
    alice = factories.user()
    house = Actor.worker(alice)
    when = {"start_date": datetime.now(UTC), "end_date": datetime.now(UTC) + timedelta(days=7)}
    variant = rows.insert(house, "metadata_experiments", status="running", **when)
    rows.update(house, "metadata_experiments", variant, status="decided")
    seen = rows.row(Actor.user(alice), "metadata_experiments", variant, "decided_at")
    assert seen["decided_at"] is not None
    with pytest.raises(IllegalMove):
        rows.update(house, "metadata_experiments", variant, status="draft")
