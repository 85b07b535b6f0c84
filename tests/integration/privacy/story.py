"""A user with a row in every table and a mark in every field, and a look into all there is."""

import io
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, NamedTuple
from uuid import UUID, uuid4
from zipfile import ZipFile

import psycopg
from psycopg import sql

from chalicelib.clients import client
from chalicelib.domains.outbox.models import Undelivered
from chalicelib.domains.privacy import collecting, erasing
from chalicelib.settings import settings
from tests.integration.db.matrix_rows import ROWS

Admin = psycopg.Connection[dict[str, Any]]

OURS = ("public.data_export_requests", "public.data_deletion_requests")
"""The requests themselves: all their words are the house's."""

TEXTS = ("text", "character varying", "jsonb", "ARRAY", "USER-DEFINED")


class Table(NamedTuple):
    """An enrolled table with an owner."""

    place: str
    owner: str
    export: str
    erase: str

    @property
    def name(self) -> str:
        """As the export calls it."""
        return self.place.removeprefix("public.")


class Marked(NamedTuple):
    """A user whose fields carry `mark`; `fields` are those that took it, as `table.column`."""

    id: UUID
    email: str
    mark: str
    fields: dict[str, str]

    @property
    def needles(self) -> list[str]:
        return [str(self.id), self.id.hex, self.email, self.mark]


def tables(admin: Admin) -> list[Table]:
    rows = admin.execute(
        "select schema_name || '.' || table_name as place, owner_column as owner, export, erase"
        " from private.registry where owner_column is not null order by 1"
    )
    return [Table(**row) for row in rows]


def fill(admin: Admin, name: str) -> Marked:
    """A new user with a row in every table, and a mark in every field that takes one."""
    user = Marked(uuid4(), f"{name}@secret.example", f"mark-of-{name}", {})
    admin.execute("alter table auth.users disable trigger on_auth_user_created")
    admin.execute(
        "insert into auth.users (id, email, raw_user_meta_data) values (%s, %s, %s)",
        (user.id, user.email, json.dumps({"name": user.mark})),
    )
    admin.execute("alter table auth.users enable trigger on_auth_user_created")
    for row in ROWS.values():
        admin.execute(row.encode(), {"user": user.id})
    for table in tables(admin):
        if table.place not in OURS:
            _mark(admin, table, user)
    return user


def _mark(admin: Admin, table: Table, user: Marked) -> None:
    """Write the mark into the fields of a user's rows, past triggers but not past checks."""
    schema, name = table.place.split(".")
    columns = admin.execute(
        "select c.column_name as name, data_type as kind from information_schema.columns c"
        " where (table_schema, table_name) = (%s, %s) and data_type = any (%s)"
        "  and is_generated = 'NEVER' and not exists (select from private.kept_columns k"
        "   where (k.schema_name, k.table_name, k.column_name, k.becomes)"
        "       = (c.table_schema, c.table_name, c.column_name, 'itself'))",
        (schema, name, list(TEXTS)),
    ).fetchall()
    with admin.transaction():
        admin.execute("set local session_replication_role = replica")
        for column in columns:
            mark = f"{user.mark}-{name}-{column['name']} <{user.email}> {user.id}"
            value = {"jsonb": json.dumps({"mark": mark}), "ARRAY": f"{{{mark}}}"}.get(
                column["kind"], mark
            )
            statement = sql.SQL("update {} set {} = {} where {} = {}").format(
                sql.Identifier(schema, name),
                sql.Identifier(column["name"]),
                sql.Literal(value),
                sql.Identifier(table.owner),
                sql.Literal(user.id),
            )
            with suppress(psycopg.Error), admin.transaction():  # a word of the house, a hash
                admin.execute(statement)
                user.fields[f"{table.name}.{column['name']}"] = mark


def counts(admin: Admin, user_id: UUID) -> dict[str, int]:
    """Rows of a user by table."""
    found = {}
    for table in tables(admin):
        statement = f"select count(*) as n from {table.place} where {table.owner} = %s"
        row = admin.execute(statement.encode(), (user_id,)).fetchone()
        assert row is not None
        found[table.name] = row["n"]
    return found


def fingerprint(admin: Admin, user_id: UUID) -> dict[str, str]:
    """What a user's rows say, by table."""
    found = {}
    for table in tables(admin):
        statement = (
            f"select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as md5"
            f" from {table.place} t where {table.owner} = %s"
        )
        row = admin.execute(statement.encode(), (user_id,)).fetchone()
        assert row is not None
        found[table.name] = row["md5"]
    return found


def where(admin: Admin, needles: Iterable[str]) -> dict[str, list[str]]:
    """Every column of every table, months included, that holds one of `needles`, and which.

    The columns come from the catalogue; bytes are looked through as hex too.
    """
    columns = admin.execute(
        "select format('%I.%I', n.nspname, c.relname) as place, a.attname as name"
        " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
        " where c.relkind in ('r', 'm') and n.nspname !~ '^(pg_|information_schema$)'"
        " order by 1, a.attnum"
    ).fetchall()
    places: dict[str, list[str]] = {}
    for column in columns:
        places.setdefault(column["place"], []).append(column["name"])
    found: dict[str, list[str]] = {}
    patterns = [f"%{form}%" for n in needles for form in (n, n.encode().hex())]
    for place, names in places.items():
        hits = ", ".join(f'bool_or("{name}"::text ilike any (%(p)s)) as "{name}"' for name in names)
        row = admin.execute(f"select {hits} from {place}".encode(), {"p": patterns}).fetchone()
        assert row is not None
        for name, hit in row.items():
            if hit:
                found.setdefault(place, []).append(name)
    return found


class Died(BaseException):
    """A worker that is cut off between two pages."""


def dying(after: int) -> Callable[[], float]:
    """A clock that goes on by a second when it is asked, and kills who asks too often."""
    asked = 0

    def clock() -> float:
        nonlocal asked
        asked += 1
        if asked > after:
            raise Died
        return float(asked)

    return clock


class Copy(NamedTuple):
    """An export, opened."""

    index: dict[str, Any]
    rows: dict[str, list[dict[str, Any]]]
    files: list[dict[str, Any]]
    text: str

    @classmethod
    def of(cls, data: bytes) -> "Copy":
        rows: dict[str, list[dict[str, Any]]] = {}
        with ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
            texts = {name: archive.read(name).decode() for name in archive.namelist()}
        index = json.loads(texts["index.json"])
        for name, table in index["tables"].items():
            lines = [line for file in table["files"] for line in texts[file].splitlines()]
            rows[name] = [json.loads(line) for line in lines]
        listed = [json.loads(line) for line in texts["files.ndjson"].splitlines()]
        return cls(index, rows, listed, "\n".join(texts.values()))


def store(key: str, body: bytes = b"something") -> None:
    """A file in the bucket."""
    client("s3").put_object(Bucket=settings().media_bucket, Key=key, Body=body)


def stored(prefix: str) -> set[str]:
    """The keys in the bucket under a prefix."""
    found = client("s3").list_objects_v2(Bucket=settings().media_bucket, Prefix=prefix)
    return {file["Key"] for file in found.get("Contents", [])}


def loaded(key: str) -> bytes:
    """A file's bytes."""
    body: bytes = client("s3").get_object(Bucket=settings().media_bucket, Key=key)["Body"].read()
    return body


def the(admin: Admin, request: str, user: Marked) -> UUID:
    """The one request of a user there is."""
    row = admin.execute(
        f"select id from {request} where user_id = %s".encode(), (user.id,)
    ).fetchone()
    assert row is not None
    found: UUID = row["id"]
    return found


def copy_of(admin: Admin, user: Marked) -> Copy:
    export = the(admin, "data_export_requests", user)
    assert collecting.collect(user.id, export)
    row = admin.execute("select * from data_export_requests where id = %s", (export,)).fetchone()
    assert row is not None
    return Copy.of(loaded(row["asset_path"]))


def confirmed(admin: Admin, user: Marked, **changes: Any) -> UUID:
    """The user's request, confirmed past the letter."""
    deletion = the(admin, "data_deletion_requests", user)
    for column, value in {**changes, "status": "confirmed"}.items():
        admin.execute(
            f"update data_deletion_requests set {column} = %s where id = %s".encode(),
            (value, deletion),
        )
    admin.execute("update private.outbox set delivered_at = now() where user_id = %s", (user.id,))
    return deletion


def erase(admin: Admin, deletion: UUID) -> None:
    """Work on an erasure until it is done; the wait for stopped steps is over at once."""
    while True:
        try:
            if erasing.erase(deletion):
                return
        except Undelivered:
            admin.execute(
                "update data_deletion_requests"
                " set plan = plan || jsonb_build_object('quiet_at', now()) where id = %s",
                (deletion,),
            )
