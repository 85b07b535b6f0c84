"""Secrecy: what a column's comment calls encrypted or never shown, no user can select."""

from typing import Any

import psycopg
import pytest

from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.errors import Forbidden
from tests import factories

pytestmark = pytest.mark.usefixtures("database")

SHOWN = """
select format('%I.%I', c.relname, a.attname) as name
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
 where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
   and (col_description(c.oid, a.attnum) ~ '; encrypted|never shown'
        or a.attname ~ '(_encrypted|token_hash|_secret|secret_token|encrypted_value)$')
   and (has_column_privilege('authenticated', c.oid, a.attnum, 'select')
        or has_column_privilege('anon', c.oid, a.attnum, 'select'))
"""

SECRET = """
select c.relname as table_name, a.attname as column_name
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
 where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
   and col_description(c.oid, a.attnum) ~ '; encrypted|never shown'
"""


def shown(admin: psycopg.Connection[Any]) -> list[str]:
    return [row["name"] for row in admin.execute(SHOWN)]


def test_no_secret_column_is_granted(admin: psycopg.Connection[Any]) -> None:
    assert shown(admin) == []


def test_a_secret_that_is_granted_is_noticed(admin: psycopg.Connection[Any]) -> None:
    with admin.transaction(force_rollback=True):
        admin.execute("grant select (admin_notes) on support_tickets to authenticated")
        assert shown(admin) == ["support_tickets.admin_notes"]


def test_every_secret_is_refused_to_a_signed_in_user(admin: psycopg.Connection[Any]) -> None:
    alice = factories.user()
    secrets = [(row["table_name"], row["column_name"]) for row in admin.execute(SECRET)]
    assert ("oauth_connections", "access_token_encrypted") in secrets
    for table, column in secrets:
        with pytest.raises(Forbidden), db.transaction(Actor.user(alice)) as tx:
            tx.connection.execute(
                psycopg.sql.SQL("select {} from {}").format(
                    psycopg.sql.Identifier(column), psycopg.sql.Identifier(table)
                )
            )
