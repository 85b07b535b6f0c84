"""The enrolled tables as the matrices see them: whose rows, who may do what, what points where.

Read from the registry and the catalogue, so that a new table is tested without a new line here.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import DictRow

from tests.integration.db.matrix_rows import ROWS

Admin = psycopg.Connection[DictRow]

TABLES = """
select r.schema_name as schema, r.table_name as name, r.owner_column as owner, r.kind,
       coalesce(r.users_may, '') as users_may, r.service_may,
       case r.kind when 'LOG' then r.retention::text end as kept,
       exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = r.owner_column
                  and not a.attnotnull) as may_be_nobodys,
       array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0
                and not attisdropped and attgenerated = '' and attidentity <> 'a') as columns,
       (select array_agg(a.attname::text order by array_position(i.indkey::int2[], a.attnum))
          from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
         where i.indrelid = c.oid and i.indisprimary) as key
  from private.registry r
  join pg_class c on c.oid = format('%I.%I', r.schema_name, r.table_name)::regclass
 order by 1, 2
"""
GRANTS = """
select format('%I.%I', r.schema_name, r.table_name) as table, role, verb,
       array_agg(a.attname::text order by a.attnum) as columns
  from private.registry r
  join pg_attribute a on a.attrelid = format('%I.%I', r.schema_name, r.table_name)::regclass
   and a.attnum > 0 and not a.attisdropped,
       unnest('{anon,authenticated,service_role}'::text[]) role,
       unnest('{select,insert,update,delete}'::text[]) verb
 where case verb when 'delete' then has_table_privilege(role, a.attrelid, verb)
                 else has_column_privilege(role, a.attrelid, a.attnum, verb) end
   and (verb in ('select', 'delete') or (a.attgenerated = '' and a.attidentity <> 'a'))
 group by 1, 2, 3
"""
UNIQUES = """
select i.indrelid::regclass::text as table,
       array_agg(a.attname::text order by array_position(i.indkey::int2[], a.attnum)) as columns
  from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
 where i.indisunique and i.indpred is null and i.indexprs is null
 group by i.indexrelid, i.indrelid
"""
REFERENCES = """
select c.conname::text as name, format('%I.%I', n.nspname, t.relname) as child,
       format('%I.%I', m.nspname, u.relname) as parent, r.owner_column::text as owner,
       array(select attname::text from unnest(c.conkey) with ordinality k (attnum, nth)
               join pg_attribute a using (attnum) where attrelid = c.conrelid order by nth)
         as columns,
       array(select attname::text from unnest(c.confkey) with ordinality k (attnum, nth)
               join pg_attribute a using (attnum) where attrelid = c.confrelid order by nth)
         as points_at
  from pg_constraint c
  join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
  join pg_class u on u.oid = c.confrelid join pg_namespace m on m.oid = u.relnamespace
  join private.registry r on (r.schema_name, r.table_name) = (n.nspname, t.relname)
  join private.registry p on (p.schema_name, p.table_name) = (m.nspname, u.relname)
 where c.contype = 'f' and r.owner_column is not null and p.owner_column is not null
 order by 2, 1
"""


@dataclass(frozen=True)
class Table:
    """An enrolled table. `may` holds the columns that a role was granted a verb on."""

    schema: str
    name: str
    owner: str | None
    kind: str
    users_may: str
    service_may: str
    kept: str | None
    """How old a row that is never changed must be to go; None where age decides nothing."""
    may_be_nobodys: bool
    columns: list[str]
    """Those that take a value at all."""
    key: list[str]
    may: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    uniques: list[list[str]] = field(default_factory=list)

    @property
    def full(self) -> str:
        return f"{self.schema}.{self.name}"

    def allows(self, role: str, verb: str) -> list[str]:
        """Columns that `role` may select, insert or update; all when it may delete."""
        return self.may.get((role, verb), [])

    def enrolled_for(self, role: str) -> set[str]:
        """The verbs that the registry says a role was granted."""
        said = {"authenticated": self.users_may, "service_role": self.service_may}.get(role, "")
        return set(re.findall(r"\w+", re.sub(r"\([^)]*\)", "", said)))


class Reference(NamedTuple):
    """A foreign key from one owned table to another; `columns` and `points_at` are pairs."""

    name: str
    child: str
    parent: str
    owner: str
    """The child's owner column."""
    columns: list[str]
    points_at: list[str]


def read_tables(admin: Admin) -> dict[str, Table]:
    """Every enrolled table by its full name."""
    found = {(table := Table(**row)).full: table for row in admin.execute(TABLES)}
    for row in admin.execute(GRANTS):
        found[row["table"]].may[row["role"], row["verb"]] = row["columns"]
    for row in admin.execute(UNIQUES):
        name = row["table"] if "." in row["table"] else f"public.{row['table']}"
        if name in found:
            found[name].uniques.append(row["columns"])
    return found


def read_references(admin: Admin) -> list[Reference]:
    """Foreign keys between owned tables."""
    return [Reference(**row) for row in admin.execute(REFERENCES)]


def add_user(admin: Admin, user: UUID) -> None:
    """A user without anything, the profile included."""
    admin.execute("alter table auth.users disable trigger on_auth_user_created")
    admin.execute("insert into auth.users (id) values (%s)", (user,))
    admin.execute("alter table auth.users enable trigger on_auth_user_created")


def new_row(admin: Admin, table: Table, user: UUID) -> dict[str, Any]:
    """What `matrix_rows` would insert for a user, as JSON; nothing stays."""
    line = re.match(r"insert into \S+ \(([^)]*)\)", ROWS[table.full])
    assert line is not None, ROWS[table.full]
    statement = f"{ROWS[table.full]} returning to_jsonb({table.name}) as row"
    with admin.transaction(force_rollback=True):
        made = admin.execute(statement.encode(), {"user": user}).fetchone()
    assert made is not None, f"{table.full} took no row"
    return {column.strip(): made["row"][column.strip()] for column in line[1].split(",")}


def insertion(table: Table, row: Mapping[str, Any]) -> sql.Composed:
    """The insert of a row given as JSON: `%(row)s`."""
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in row)
    name = sql.Identifier(table.schema, table.name)
    return sql.SQL(
        "insert into {0} ({1}) select {1} from jsonb_populate_record(null::{0}, %(row)s)"
    ).format(name, columns)


def age(admin: Admin, tables: Iterable[Table], users: list[UUID]) -> None:
    """Rows that only go when their time is over have had it, and none is on its way to a platform,
    so that who may delete decides."""
    admin.execute("select private.tend_months(now() - keep) from private.monthly")
    with admin.transaction():
        admin.execute("set local session_replication_role = replica")  # past the trigger
        admin.execute(
            "update publications set state = 'cancelled', finished_at = now()"
            " where user_id = any(%s)",
            (users,),
        )
        for table in tables:
            if table.kept is not None:
                old = (
                    f"update {table.full} set created_at = now() - %s::interval - interval '1 hour'"
                    f" where {table.owner} = any(%s)"
                )
                admin.execute(old.encode(), (table.kept, users))
