"""Ways around a table's own rows, through SQL: rows of the house, views, partitions, functions."""

import re
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from psycopg import sql
from psycopg.types.json import Jsonb

from chalicelib import db
from chalicelib.actor import Actor
from tests.integration.db import matrix_tables
from tests.integration.db.matrix_rows import HOUSES
from tests.integration.db.matrix_tables import Admin
from tests.integration.db.tenants import Tenants, attempt, forbidden, furnished

UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FUNCTIONS = """
select p.oid::regproc::text as name,
       array(select format_type(type, null) from unnest(proargtypes) with ordinality t (type, nth)
              order by nth) as types,
       coalesce(proargnames[1:pronargs], '{}') as names, provariadic <> 0 as variadic
  from pg_proc p
 where pronamespace in ('public'::regnamespace, 'private'::regnamespace)
   and prorettype <> 'trigger'::regtype and has_function_privilege('service_role', p.oid, 'execute')
 order by 1
"""


TEXTS = {
    "p_type": "grant",
    "p_to": "archived",
    "p_status": "released",
    "p_mode": "semantic",
    "p_what": "hold",
    "p_scope": "account",
}
"""Values that let a function go on."""

ASK_FOR_EACH = """
do $do$
declare
  asked text;
  said text;
  everything text := '';
begin
  foreach asked in array {asked}::text[] loop
    begin
      execute {query} into said using asked;
      everything := everything || ' ' || replace(coalesce(said, ''), asked, '');
    exception when others then
      null;
    end;
  end loop;
  perform set_config('matrix.said', everything, true);
end $do$
"""
"""Runs a query for each identity, and keeps what it said beside the identity itself."""


class Function(NamedTuple):
    """A function by its name; types and names are its parameters'."""

    name: str
    types: list[str]
    names: list[str]
    variadic: bool


def test_every_table_of_the_house_has_a_row_to_try(admin: Admin) -> None:
    tables = matrix_tables.read_tables(admin).values()
    assert {table.full for table in tables if not table.owner} == set(HOUSES)


def test_rows_of_the_house_are_read_by_some_and_written_by_few(
    fresh_database: str, admin: Admin
) -> None:
    tables = matrix_tables.read_tables(admin)
    for statement in HOUSES.values():
        admin.execute(statement.encode())
    nobody, user, house = Actor.anonymous(), Actor.user(uuid4()), Actor.service()
    for name, table in ((name, tables[name]) for name in HOUSES):
        rows = admin.execute(f"select from {name}".encode()).rowcount
        column = table.columns[-1]
        for actor in (nobody, user, Actor.worker(uuid4()), house):
            for verb, statement in {
                "select": f"select from {name}",
                "insert": HOUSES[name],
                "update": f'update {name} set "{column}" = "{column}"',
                "delete": f"delete from {name}",
            }.items():
                outcome = attempt(actor, statement)
                granted = verb in table.enrolled_for(actor.role)
                met = (
                    outcome == (1 if verb == "insert" else rows) if granted else forbidden(outcome)
                )
                assert met, f"{actor.role} {verb} {name}: {outcome!r}"
        assert table.enrolled_for("authenticated") <= {"select"}


def test_views_show_what_their_caller_owns(admin: Admin, tenants: Tenants) -> None:
    views = admin.execute(
        "select oid::regclass::text as name from pg_class where relkind = 'v'"
        " and relnamespace in ('public'::regnamespace, 'private'::regnamespace)"
    ).fetchall()
    traces = traces_of(tenants)
    assert views
    assert traces
    for view in (row["name"] for row in views):
        assert forbidden(attempt(Actor.anonymous(), f"select from {view}")), view
        for actor in (Actor.user(tenants.bob), Actor.worker(tenants.bob)):
            shown = f"select from {view} v where v::text ~ any (%(traces)s)"
            outcome = attempt(actor, shown, traces=list(traces))
            assert outcome == 0 or forbidden(outcome), f"{actor.role} {view}: {outcome!r}"


def test_partitions_are_reached_through_their_table_alone(admin: Admin, tenants: Tenants) -> None:
    parts = admin.execute(
        "select oid::regclass::text as name from pg_class where relispartition and relkind = 'r'"
    ).fetchall()
    assert len(parts) > 12
    for part in (row["name"] for row in parts):
        assert part.startswith("months.")
        statements = (
            f"select from {part}",
            f"insert into {part} default values",
            f"delete from {part}",
        )
        for actor in (Actor.user(tenants.alice), Actor.worker(tenants.alice), Actor.service()):
            for statement in statements:
                assert forbidden(attempt(actor, statement)), f"{actor.role}: {statement}"


def traces_of(tenants: Tenants) -> set[str]:
    """Identities that stand in the owner's rows alone."""
    texts = {
        user: " ".join(str(tenants.stored(name, user)) for name in tenants.tables)
        for user in (tenants.alice, tenants.bob)
    }
    return set(UUIDS.findall(texts[tenants.alice])) - set(UUIDS.findall(texts[tenants.bob]))


def test_no_function_serves_another_tenant(fresh_database: str, admin: Admin) -> None:
    """Every function the house may call, at work for one user and asked for each row of another."""
    tenants = furnished(admin)
    admin.execute("set max_parallel_workers_per_gather = 0")
    functions = [Function(**row) for row in admin.execute(FUNCTIONS)]
    assert len(functions) > 60
    assert served(admin, tenants, functions) == []


def test_a_function_that_serves_another_is_noticed(fresh_database: str, admin: Admin) -> None:
    tenants = furnished(admin)
    admin.execute(
        "create function leak(p_id uuid) returns text language sql security definer"
        " as 'select to_jsonb(j)::text from public.jobs j where id = p_id';"
        "create function spoil(p_id uuid) returns void language sql security definer"
        " as 'update public.scripts set title = $$x$$ where id = p_id';"
        "grant execute on function leak(uuid), spoil(uuid) to service_role"
    )
    functions = [Function(name, ["uuid"], ["p_id"], False) for name in ("leak", "spoil")]
    assert served(admin, tenants, functions) == ["leak shows", "spoil writes"]


def served(admin: Admin, tenants: Tenants, functions: list[Function]) -> list[str]:
    """What functions tell the house at work for one tenant of the other, and do to their rows."""
    traces, wrong = traces_of(tenants), []
    before = fingerprint(admin, tenants)
    for function in functions:
        told: set[str] = set()
        for whose in (tenants.alice, tenants.bob):
            told |= set(UUIDS.findall(answers(tenants, function, whose, traces))) & traces
        if told - {str(tenants.alice)}:
            wrong.append(f"{function.name} shows")
        after = fingerprint(admin, tenants)
        if after != before:
            wrong.append(f"{function.name} writes")
        before = after
    return wrong


def answers(tenants: Tenants, function: Function, whose: UUID, traces: set[str]) -> str:
    """All that the house, at work for the other tenant, is told by a function: asked of `whose`,
    for every identity of the owner."""
    values = [
        argument(tenants, whose, *each) for each in zip(function.types, function.names, strict=True)
    ]
    if function.variadic:
        values[-1] = sql.SQL("variadic {}").format(values[-1])
    query = sql.SQL("select string_agg(f::text, ' ') from {}({}) f").format(
        sql.Identifier(*function.name.split(".")), sql.SQL(", ").join(values)
    )
    asked = list(traces) if "$1" in query.as_string() else [""]
    with db.transaction(Actor.worker(tenants.bob)) as tx:
        tx.connection.execute(
            sql.SQL(ASK_FOR_EACH).format(query=sql.Literal(query.as_string()), asked=asked)
        )
        return str(tx.value("select current_setting('matrix.said')"))


def argument(tenants: Tenants, whose: UUID, kind: str, name: str) -> sql.Composable:
    """A value for a parameter: `whose` for a user, `$1` wherever a row may be named."""
    values: dict[str, Any] = {
        "uuid": str(whose),
        "text": TEXTS.get(name, "any text that is long enough"),
        "integer": 1,
        "numeric": 1,
        "jsonb": '{"field": "source", "op": "eq", "value": "form"}',
        "regclass": "public.scripts",
        "extensions.vector": str([0.1] * 1536),
        "interval": "1 hour",
        "date": "2026-01-05",
        "boolean": True,
        "real": 0,
        "double precision": 0,
    }
    if kind == "uuid[]" or (kind == "uuid" and not re.search("user|owner", name)):
        return sql.SQL("$1::uuid" if kind == "uuid" else "array[$1::uuid]")
    if kind in values:
        return sql.SQL("{}::" + kind).format(values[kind])
    if f"public.{kind}" in tenants.tables:
        return sql.SQL("jsonb_populate_record(null::" + kind + ", {})").format(
            Jsonb(tenants.stored(f"public.{kind}", tenants.alice))
        )
    return sql.SQL("clock_timestamp()" if "time" in kind else f"null::{kind}")


def fingerprint(admin: Admin, tenants: Tenants) -> list[Any]:
    """Count and hash of the owner's rows, table by table."""
    each = [
        f"select count(*), sum(hashtextextended(t::text, 0)) from {name} t"
        f" where {table.owner} = '{tenants.alice}'"
        for name, table in tenants.tables.items()
    ]
    return admin.execute(" union all ".join(each).encode(), prepare=True).fetchall()
