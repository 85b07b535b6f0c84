"""Ways around a table's own rows: parents, embeds, functions, views, partitions, rows of nobody."""

import pytest

from chalicelib.http import rows
from chalicelib.rest import Catalogue, catalog
from chalicelib.rest.catalog.values import Relationship
from tests.integration.db.matrix_rows import HOUSES, NOBODYS, ROWS
from tests.integration.rest.matrix import ALICE, BOB, ROLES, TRY, Row, Studio, total, where

PUBLIC = [name for name in ROWS if name.startswith("public.")]
COUNTED = "count=exact"
TOKEN = "a-token-that-its-writer-alone-has"
VECTOR = str([0.1] * 1536)

WITHIN_REACH = f"""
set session_replication_role = replica;
update brand_assets b set digital_asset_id =
  (select id from digital_assets where uploaded_by = b.created_by limit 1);
update conversation_messages
   set embedding_model = 'local', embedding = '{VECTOR}', embedded_at = now();
update knowledge_documents set status = 'ready', stage = 'done', processed_at = now();
update knowledge_chunks c set embedding = '{VECTOR}', document_version =
  (select version from knowledge_documents d where d.id = c.document_id);
insert into scripts (user_id, content, parent_id) select user_id, 'Rewritten', id from scripts;
update credit_accounts set available = 7 where user_id = '{ALICE}';
insert into leads (created_by, source, phone)
select created_by, 'form', '912345678' from leads, generate_series(1, 2);
update lead_merges m set undone_at = null, merged_id =
  (select id from leads l where l.created_by = m.created_by and phone is not null limit 1);
reset session_replication_role;
select save_draft_prompt('{TOKEN}', 'A prompt of some length');
"""
"""Gives every function that users may call something of each tenant to find."""

GATES = {"visitor": (401, "42501"), "owner": (403, "42501"), "other": (403, "42501")}
"""How those are refused who were granted nothing."""


@pytest.fixture(scope="module")
def within_reach(studio: Studio) -> None:
    studio.admin.execute("set search_path to public, extensions")
    studio.admin.execute(WITHIN_REACH.encode())
    for statement in HOUSES.values():
        studio.admin.execute(statement.encode())


@pytest.fixture
def known(studio: Studio) -> Catalogue:
    """What the data API knows of the database."""
    return catalog.current(rows.options())


pytestmark = pytest.mark.usefixtures("within_reach", "nothing_left")


@pytest.mark.parametrize("name", PUBLIC)
def test_a_child_stands_under_its_owners_parent_alone(studio: Studio, name: str) -> None:
    table, mine = studio.tables[name], studio.rows(name, BOB)[0]
    for reference in studio.references:
        pairs = zip(reference.columns, reference.points_at, strict=True)
        theirs = {here: there for here, there in pairs if here != reference.owner}
        if reference.child != name or not theirs or not set(theirs) <= set(table.columns):
            continue
        parent = studio.rows(reference.parent, ALICE)[0]
        theirs = {here: parent[there] for here, there in theirs.items()}
        for who in ("other", "service"):
            may = table.allows(ROLES[who], "insert")
            row = {**studio.spare[name, BOB], **theirs, reference.owner: str(BOB)}
            if set(theirs) <= set(may):
                row = {column: row[column] for column in row if column in may}
            filed = table.name == "support_ticket_messages" and who == "service"
            answer = studio.api[who].post(
                f"/{table.name}", row, **({"prefer": TRY} if filed else {})
            )
            assert answer.status >= 400 or filed, f"{who} {reference.name}: {answer.text}"
            assert not studio.leaked(answer, theirs), answer.text
            url = f"/{table.name}?{where(mine, table.key)}"
            answer = studio.api[who].patch(url, theirs)
            assert answer.status >= 400, f"{who} {reference.name}: {answer.text}"


@pytest.mark.parametrize("name", [*PUBLIC, *(name for name in HOUSES if "public" in name)])
def test_an_embedded_row_is_its_owners(studio: Studio, known: Catalogue, name: str) -> None:
    table = studio.tables[name]
    for relationship in known.relationships.get((table.schema, table.name), ()):
        view = known.tables[relationship.foreign] if relationship.foreign_is_view else None
        foreign = studio.tables.get(".".join(relationship.foreign))
        for who in ("owner", "other"):
            here = table.allows("authenticated", "select")
            there = list(view.columns) if view else foreign.allows("authenticated", "select")
            if not (here and there):
                continue
            met = () if relationship.junction else relationship.pairs
            shown = all(a in here and b in there for a, b in met)
            embed = f"{_hinted(relationship)}({','.join(there)})"
            answer = studio.api[who].get(f"/{table.name}?select={','.join(here)},{embed}")
            if not shown:  # they meet in a column that users may not see
                assert answer.refusal == GATES[who], answer.text
                continue
            assert answer.status == 200, answer.text
            assert who == "owner" or not studio.leaked(answer), answer.text
            owner = foreign.owner if foreign else "user_id"
            if owner is not None:
                whose = {"owner": BOB, "other": ALICE}[who]
                url = f"/{table.name}?select=found:{_hinted(relationship)}!inner({owner})"
                assert studio.api[who].rows(f"{url}&found.{owner}=eq.{whose}") == []


def _hinted(relationship: Relationship) -> str:
    """The name of an embed that means this relationship and no other."""
    if relationship.table == relationship.foreign and not relationship.parent:
        return relationship.name
    return f"{relationship.foreign[1]}!{relationship.name}"


def test_a_row_is_embedded_with_its_parent_and_its_children(studio: Studio) -> None:
    first = "Once upon a time"
    for key in ("parent_id", "scripts_of_own_parent"):
        select = f"content,parent:{key}(content),children:scripts!{key}(content)"
        for who in ("owner", "other"):
            assert studio.api[who].rows(f"/scripts?select={select}&order=content") == [
                {"content": first, "parent": None, "children": [{"content": "Rewritten"}]},
                {"content": "Rewritten", "parent": {"content": first}, "children": []},
            ]


def calls(studio: Studio) -> dict[str, Row]:
    """The functions that users may call, each asked for what is the owner's."""

    def first(name: str) -> str:
        return str(studio.rows(f"public.{name}", ALICE)[0]["id"])

    twins = [lead["id"] for lead in studio.rows("public.leads", ALICE) if lead["phone"]]
    owner, found = str(ALICE), {"p_query_embedding": VECTOR, "p_similarity_threshold": 0}
    is_from = {"field": "source", "op": "eq", "value": "form"}
    return {
        "campaign_transition": {"p_campaign_id": first("campaigns"), "p_to": "archived"},
        "claim_draft_prompt": {"p_session_token": TOKEN, "p_user_id": owner},
        "digital_asset_uses": {"p_asset_id": first("digital_assets")},
        "duplicate_leads": {},
        "get_autopilot_dashboard_stats": {"p_user_id": owner},
        "get_credit_balance": {"p_user_id": owner},
        "get_default_model": {"p_provider": "openai", "p_type": "fast"},
        "lead_scoring_preview": {"p_conditions": is_from, "p_score_weight": 10},
        "merge_leads": {"p_into": twins[0], "p_leads": twins[1:]},
        "search_conversations": {**found, "p_embedding_model": "local"},
        "search_knowledge": {
            "p_user_id": owner,
            "p_query_embedding": VECTOR,
            "p_mode": "semantic",
        },
        "search_knowledge_chunks": {**found, "p_user_id": owner},
        "unmerge_lead": {"p_merge_id": first("lead_merges")},
    }


def test_every_function_that_users_may_call_is_tried(studio: Studio, known: Catalogue) -> None:
    public = [function for each in known.functions.values() for function in each]
    may = {
        role: {function.name for function in public if {role, ""} & function.callers}
        for role in ("anon", "authenticated")
    }
    assert may == {"anon": set(), "authenticated": set(calls(studio))}


def test_a_function_answers_for_its_caller_alone(studio: Studio) -> None:
    shared = {"get_default_model"}
    for name, arguments in calls(studio).items():
        assert studio.api["visitor"].call(name, arguments).refusal == GATES["visitor"], name
        mine = studio.api["owner"].call(name, arguments, prefer=TRY)
        assert mine.status == 200, f"{name}: {mine.text}"
        assert mine.json, f"{name} finds the owner nothing"
        theirs = studio.api["other"].call(name, arguments)
        assert not studio.leaked(theirs), f"{name}: {theirs.text}"
        assert name in shared or theirs.json != mine.json, f"{name}: {theirs.text}"
    assert studio.api["other"].call("get_credit_balance", {"p_user_id": str(ALICE)}).json == 0
    assert studio.api["other"].rows(f"/rpc/digital_asset_uses?p_asset_id={ALICE}") == []


def test_what_the_house_calls_nobody_else_may(studio: Studio, known: Catalogue) -> None:
    tried = 0
    for function in (function for each in known.functions.values() for function in each):
        if "authenticated" in function.callers or function.returns == "trigger":
            continue
        tried += 1
        arguments = {p.name: None for p in function.parameters if p.required}
        for who, refusal in GATES.items():
            answer = studio.api[who].call(function.name, arguments)
            assert answer.refusal == refusal, f"{who} {function.name}: {answer.text}"
    assert tried > 40


def test_a_view_shows_its_callers_rows_alone(studio: Studio, known: Catalogue) -> None:
    views = {table.name: table for table in known.tables.values() if table.is_view}
    assert {"work_items", "credit_check", "ai_video_stats", "audit_trail"} <= set(views)
    for name, view in views.items():
        url = f"/{name}?select=*"
        assert studio.api["visitor"].get(url).refusal == GATES["visitor"], name
        for who in ("owner", "other"):
            answer = studio.api[who].get(url, prefer=COUNTED)
            if not view.allows("authenticated", "select"):
                assert answer.refusal == GATES[who], name
                continue
            counted = studio.admin.execute(f"select count(*) as n from {name}".encode()).fetchone()
            assert counted is not None
            assert total(answer) in range(counted["n"]), f"{who} sees all of {name}"
            assert who == "owner" or not studio.leaked(answer), answer.text
            named = answer.json and next(
                (c for c in ("user_id", "created_by") if c in view.columns), None
            )
            if named:
                whose = {"owner": BOB, "other": ALICE}[who]
                assert studio.api[who].rows(f"{url}&{named}=eq.{whose}") == []
        for who in ("owner", "other", "service"):
            column = next(iter(view.columns))
            for answer in (
                studio.api[who].post(f"/{name}", {column: None}),
                studio.api[who].patch(f"/{name}?{column}=not.is.null", {column: None}),
                studio.api[who].delete(f"/{name}?{column}=not.is.null"),
            ):
                assert answer.status in (403, 405, 409), f"{who} {name}: {answer.text}"


def test_what_is_not_exposed_is_reached_by_nobody(studio: Studio) -> None:
    hidden = studio.admin.execute(
        "select nspname as schema, relname as name from pg_class c"
        " join pg_namespace n on n.oid = relnamespace"
        " where nspname in ('private', 'months', 'auth') and relkind in ('r', 'p', 'v')"
    ).fetchall()
    assert {"private", "months", "auth"} == {row["schema"] for row in hidden}
    for who in ROLES:
        for row in hidden:
            answer = studio.api[who].get(f"/{row['name']}")
            assert answer.refusal == (404, "PGRST205"), f"{who} {row}: {answer.text}"
        for schema in ("private", "months", "auth", "extensions", "pg_catalog"):
            for method, profile in (("GET", "accept-profile"), ("DELETE", "content-profile")):
                answer = studio.api[who](method, "/users?id=not.is.null", **{profile: schema})
                assert answer.refusal == (406, "PGRST106"), f"{who} {schema}: {answer.text}"
        for name in ("enrol", "tend_months", "welcome_credits", "uid"):
            assert studio.api[who].call(name).refusal == (404, "PGRST202")


@pytest.mark.parametrize("name", [name for name in NOBODYS if name.startswith("public.")])
def test_rows_of_nobody_are_the_houses_alone(studio: Studio, name: str) -> None:
    table = studio.tables[name]
    url = f"/{table.name}?{table.owner}=is.null"
    assert total(studio.api["service"].get(url, prefer=COUNTED))
    for who in ("owner", "other"):
        for answer in (
            studio.api[who].get(f"{url}&select={table.owner}", prefer=COUNTED),
            studio.api[who].patch(url, {table.owner: str(BOB)}, prefer=COUNTED),
            studio.api[who].delete(url, prefer=COUNTED),
        ):
            assert total(answer) in (0, None), f"{who}: {answer.text}"


@pytest.mark.parametrize("name", [name for name in HOUSES if name.startswith("public.")])
def test_rows_of_the_house_are_read_by_users_and_written_by_none(studio: Studio, name: str) -> None:
    table, row = studio.tables[name], studio.rows(name)[0]
    url = f"/{table.name}?{where(row, table.key)}"
    column = next(column for column in table.columns if column not in table.key)
    for who, role in ROLES.items():
        assert total(studio.api[who].get(url, prefer=COUNTED)) == (
            1 if table.allows(role, "select") else None
        )
        # The same row again is refused by its key where it may be inserted at all.
        again = studio.api[who].post(f"/{table.name}", {c: row[c] for c in table.columns})
        if table.allows(role, "insert"):
            assert (who, again.refusal) == ("service", (409, "23505"))
        else:
            assert again.refusal == GATES.get(who, (403, "42501"))
        for verb, answer in {
            "update": studio.api[who].patch(url, {column: row[column]}, prefer=f"{COUNTED},{TRY}"),
            "delete": studio.api[who].delete(url, prefer=f"{COUNTED},{TRY}"),
        }.items():
            may = who == "service" and table.allows(role, verb)
            assert total(answer) == (1 if may else None), f"{who} {verb}: {answer.text}"
