"""Who sees and changes whose rows: every enrolled table, every actor, every verb, through SQL.

`tests/integration/rest/test_matrix.py` asks the same through the API.
"""

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from chalicelib import errors
from chalicelib.actor import Actor
from tests import factories
from tests.integration.db import matrix_tables
from tests.integration.db.matrix_rows import NOBODYS, ROWS
from tests.integration.db.matrix_tables import Admin, Reference
from tests.integration.db.tenants import Row, Tenants, attempt, forbidden, furnished

OTHER_RULES = """
do $$
declare
  rule record;
begin
  for rule in
    select conrelid::regclass as place, conname from pg_constraint c
     where connamespace in ('public'::regnamespace, 'private'::regnamespace)
       and conrelid <> 0 and contype in ('c', 'u', 'x') and conislocal
       and not exists (select from pg_constraint f
                        where f.conindid = c.conindid and f.contype = 'f')
  loop
    execute format('alter table %s drop constraint %I', rule.place, rule.conname);
  end loop;
  for rule in
    select indexrelid::regclass as place from pg_index i join pg_class c on c.oid = i.indexrelid
     where indisunique and relnamespace in ('public'::regnamespace, 'private'::regnamespace)
       and not exists (select from pg_constraint where conindid = indexrelid)
  loop
    execute format('drop index %s', rule.place);
  end loop;
end $$
"""
"""Drops what may refuse a row beside row level security, grants, keys and references."""


def test_every_table_has_a_row_to_try(admin: Admin) -> None:
    tables = matrix_tables.read_tables(admin)
    assert {name for name, table in tables.items() if table.owner} == set(ROWS)
    assert {name for name, table in tables.items() if table.may_be_nobodys} == set(NOBODYS)


def test_roles_were_granted_what_the_registry_says(admin: Admin) -> None:
    verbs = ("select", "insert", "update", "delete")
    for table in matrix_tables.read_tables(admin).values():
        for role in ("anon", "authenticated", "service_role"):
            granted = {verb for verb in verbs if table.allows(role, verb)}
            assert granted == table.enrolled_for(role), f"{role} on {table.full}"


def test_nobody_sees_or_changes_what_is_not_theirs(tenants: Tenants) -> None:
    alice, bob = tenants.alice, tenants.bob
    wrong: list[str] = []
    actors = {
        "anon": (Actor.anonymous(), False),
        "owner": (Actor.user(alice), True),
        "other": (Actor.user(bob), False),
        "house for owner": (Actor.worker(alice), True),
        "house for other": (Actor.worker(bob), False),
        "house for all": (Actor.service(), True),
    }
    for name, table in tenants.tables.items():
        whose = f"where {table.owner} = %(alice)s"
        for who, (actor, may_see) in actors.items():
            column = next(iter(table.allows(actor.role, "update")), table.owner)
            for verb, statement in {
                "select": f"select {table.owner} from {name} {whose}",
                "update": f'update {name} set "{column}" = "{column}" {whose}',
                "delete": f"delete from {name} {whose}",
            }.items():
                outcome = attempt(actor, statement, alice=alice)
                granted = bool(table.allows(actor.role, verb))
                met = isinstance(outcome, int) and bool(outcome) == may_see
                if not (met if granted else forbidden(outcome)):
                    wrong.append(f"{who} {verb} {name}: {outcome!r}, granted {granted}")
    assert not wrong, "\n".join(wrong)


def test_nobody_writes_a_row_for_another(tenants: Tenants) -> None:
    wrong: list[str] = []
    for name, table in tenants.tables.items():
        assert table.owner is not None
        row = {**tenants.spare[name, tenants.alice], table.owner: str(tenants.alice)}
        for actor in (Actor.anonymous(), Actor.user(tenants.bob), Actor.worker(tenants.bob)):
            outcome = attempt(actor, matrix_tables.insertion(table, row), row=Jsonb(row))
            refused = isinstance(outcome, errors.Forbidden)
            # Where the role may insert such a row, it is row level security that says no.
            said = outcome.__cause__ if isinstance(outcome, errors.Forbidden) else None
            by_security = "row-level security" in str(said)
            may = set(row) <= set(table.allows(actor.role, "insert"))
            if not refused or (may and not by_security):
                wrong.append(f"{actor.role} {name}: {outcome!r} {said}")
    assert not wrong, "\n".join(wrong)


def test_a_row_cannot_be_given_away(tenants: Tenants) -> None:
    for name, table in tenants.tables.items():
        for actor in (Actor.user(tenants.alice), Actor.worker(tenants.alice)):
            statement = f"update {name} set {table.owner} = %(bob)s"
            assert forbidden(attempt(actor, statement, bob=tenants.bob)), (actor.role, name)


def test_a_child_cannot_point_at_anothers_parent(fresh_database: str, admin: Admin) -> None:
    tenants = furnished(admin)
    admin.execute(OTHER_RULES)  # out of the way, so that it is the reference that refuses
    tried = 0
    for reference in matrix_tables.read_references(admin):
        table, theirs = tenants.tables[reference.child], pointing(tenants, reference)
        if not theirs or not set(theirs) <= set(table.columns):
            continue  # the owner alone, or a generated column, that nobody points
        tried += 1
        row = {
            **tenants.spare[reference.child, tenants.bob],
            **theirs,
            reference.owner: str(tenants.bob),
        }
        mine = tenants.stored(reference.child, tenants.bob)
        change = sql.SQL(
            "update {0} t set ({1}) = (select {1} from jsonb_populate_record(t, %(row)s)) where {2}"
        ).format(
            sql.Identifier(table.schema, table.name),
            sql.SQL(", ").join(map(sql.Identifier, theirs)),
            sql.SQL(" and ").join(
                sql.SQL("{}::text = {}").format(sql.Identifier(column), str(mine[column]))
                for column in table.key
            ),
        )
        for statement in (matrix_tables.insertion(table, row), change):
            for actor in (Actor.user(tenants.bob), Actor.worker(tenants.bob)):
                outcome = attempt(actor, statement, row=Jsonb(row))
                assert refused_by_reference(outcome), f"{actor.role} {reference}: {outcome}"
            # The house may file a row under the owner of its parent, but under no other.
            outcome = attempt(
                Actor.service(), statement, strays(tenants, reference), row=Jsonb(row)
            )
            assert outcome == 0 or refused_by_reference(outcome), f"{reference}: {outcome}"
    assert tried >= 90


def refused_by_reference(outcome: int | errors.ShowrunnerError) -> bool:
    """Whether a foreign key said no, or the grants before it."""
    cause = outcome.__cause__ if isinstance(outcome, errors.ShowrunnerError) else None
    return isinstance(cause, psycopg.errors.ForeignKeyViolation) or forbidden(outcome)


def pointing(tenants: Tenants, reference: Reference) -> Row:
    """The values with which a child would point at the owner's parent, but the owner itself."""
    parent = tenants.stored(reference.parent, tenants.alice)
    pairs = zip(reference.columns, reference.points_at, strict=True)
    return {here: parent[there] for here, there in pairs if here != reference.owner}


def strays(tenants: Tenants, reference: Reference) -> sql.Composed:
    """Children whose parent is another's."""
    owner = tenants.tables[reference.parent].owner
    assert owner is not None
    on = [
        sql.SQL("child.{} = parent.{}").format(sql.Identifier(here), sql.Identifier(there))
        for here, there in zip(reference.columns, reference.points_at, strict=True)
        if here != reference.owner
    ]
    return sql.SQL("select from {} child join {} parent on {} where child.{} <> parent.{}").format(
        sql.Identifier(*reference.child.split(".")),
        sql.Identifier(*reference.parent.split(".")),
        sql.SQL(" and ").join(on),
        sql.Identifier(reference.owner),
        sql.Identifier(owner),
    )


def test_an_upsert_reaches_no_row_of_another(tenants: Tenants) -> None:
    for name, table in tenants.tables.items():
        theirs = tenants.stored(name, tenants.alice)
        for key in (key for key in table.uniques if None not in (theirs[part] for part in key)):
            row = {**tenants.spare[name, tenants.bob], **{column: theirs[column] for column in key}}
            row.setdefault(table.owner or "", str(tenants.bob))
            into = matrix_tables.insertion(table, row)
            on = sql.SQL(", ").join(map(sql.Identifier, key))
            some = sql.Identifier(next(c for c in row if c not in key or len(row) == len(key)))
            merge = sql.SQL("{} on conflict ({}) do update set {} = excluded.{}")
            ignore = sql.SQL("{} on conflict ({}) do nothing")
            for actor in (Actor.user(tenants.bob), Actor.worker(tenants.bob)):
                outcome = attempt(actor, merge.format(into, on, some, some), row=Jsonb(row))
                assert not isinstance(outcome, int), f"{actor.role} {name} {key}"
                outcome = attempt(actor, ignore.format(into, on), row=Jsonb(row))
                assert outcome == 0 or not isinstance(outcome, int), f"{actor.role} {name} {key}"


def test_rows_of_nobody_are_the_houses_alone(tenants: Tenants) -> None:
    for name in NOBODYS:
        owner = tenants.tables[name].owner
        asked = f"select from {name} where {owner} is null"
        for actor in (Actor.user(tenants.bob), Actor.anonymous()):
            outcome = attempt(actor, asked)
            assert outcome == 0 or forbidden(outcome), f"{actor.role} sees nobody's {name}"
        open_to_claims = name == "public.draft_prompts"
        assert bool(attempt(Actor.worker(tenants.bob), asked)) == open_to_claims, name
        assert attempt(Actor.service(), asked) != 0


def test_users_write_only_the_columns_that_are_theirs_to_write() -> None:
    alice = factories.user()
    factories.project(alice)
    for statement in (
        "update projects set version = 7",
        "update profiles set stripe_customer_id = 'cus_1'",
        "insert into jobs (project_id) select id from projects",
        "update jobs set status = 'READY'",
        "select wait_token from jobs",
        "select secret_token from webhooks",
        "insert into research_cache (content) values ('x')",
    ):
        assert forbidden(attempt(Actor.user(alice), statement)), statement
    assert attempt(Actor.user(alice), "update projects set title = 'New'") == 1
    assert attempt(Actor.user(alice), "update profiles set display_name = 'New'") == 1
