"""Bad input at every way in: the status is right, field and rule are named, nothing is stored.

The cases are generated: routes and fields from the API's description, wrong values by its own
schemas. Whatever is sent, every table holds the same rows afterwards, the credits included.
"""

import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from app import app
from chalicelib import db
from chalicelib.actor import Actor
from chalicelib.http.openapi import describe
from tests import albums as story
from tests import factories
from tests.integration.http.conftest import SECRET, Api, token

SPEC = describe(app.routes, "/")
OPERATIONS = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, operations in SPEC["paths"].items()
    for method, operation in operations.items()
}
FOR_USERS = [n for n, (_, _, o) in OPERATIONS.items() if {"session": []} in o["security"]]
FOR_USERS_ONLY = [n for n in FOR_USERS if {} not in OPERATIONS[n][2]["security"]]
WITH_BODY = [n for n, (_, _, o) in OPERATIONS.items() if "requestBody" in o]
WITH_PATH = [n for n, (_, path, _) in OPERATIONS.items() if "{" in path]

VALID: dict[str, dict[str, Any]] = {
    "ask_research": {"topic": "The deep sea"},
    "arrange_album": {"pairs": [{"track": n, "picture": n} for n in range(1, 21)]},
    "change_album": {"style": "ink"},
    "change_channel": {"name": "N"},
    "change_me": {"display_name": "Ada"},
    "change_project": {"title": "T"},
    "change_prompts": {
        "visual_prompts": [{"order_index": n, "prompt": f"A hall {n}"} for n in range(1, 21)],
    },
    "change_webhook": {"name": "N"},
    "claim_draft": {},
    "connect": {"channel_id": "00000000-0000-4000-8000-000000000000"},
    "connected": {"state": "of-no-sign-in", "code": "c"},
    "confirm_deletion": {"token": "of-no-letter"},
    "create_album": {
        "channel_id": "00000000-0000-4000-8000-000000000000",
        "niche_label": "Royal court",
        "mood_keywords": "serene",
    },
    "create_channel": {"name": "Quiet Halls", "brand_niche": "Ambience"},
    "create_experiment": {
        "experiment_type": "title",
        "aim": {
            "assignment": "concurrent",
            "rate": 0.05,
            "effect": 0.3,
            "daily_impressions": 9_000,
        },
        "variants": [
            {"variant_key": "a", "is_control": True},
            {"variant_key": "b", "title": "Another evening"},
        ],
    },
    "create_project": {"title": "T", "prompt_text": "P", "niche_preset": "facts"},
    "create_script": {"content": "One."},
    "create_upload": {
        "purpose": "image",
        "file_name": "a.png",
        "content_type": "image/png",
        "size_bytes": 9,
    },
    "create_webhook": {"name": "N", "url": "https://example.com/hook"},
    "estimate_credits": {"minutes": 1},
    "observe_experiment": {
        "days": [{"variant_key": "a", "day": "2026-01-02", "impressions": 9, "clicks": 1}],
    },
    "prove_take": {"upload_id": "00000000-0000-4000-8000-000000000000"},
    "publish": {"privacy": "private"},
    "put_privacy_settings": {"analytics_consent": True},
    "record_cost": {"key": "a bill", "provider": "painter", "cost_usd": 1},
    "request_deletion": {},
    "request_export": {},
    "rotate_webhook_secret": {},
    "save_draft": {"prompt_text": "Why octopuses have three hearts"},
    "set_budget": {"hard_cap_usd": 20},
    "set_channel_budget": {"hard_cap_usd": 20},
    "select_take": {"take_id": "00000000-0000-4000-8000-000000000000"},
    "start_job": {},
    "suggest_titles": {},
}
"""A body that would be taken, for every operation that takes one."""
VALID["replace_experiment"] = VALID["create_experiment"]

STRANGE: tuple[Any, ...] = (
    None,
    True,
    0,
    7,
    -1,
    2**40,
    10**400,
    7.5,
    -1e308,
    "",
    "text",
    " ",
    "x" * 300_000,
    "\N{CLAPPER BOARD}" * 80_000,
    "' or true --",
    "../../etc/passwd",
    "\u202e",
    [],
    [None],
    ["x"] * 1_000,
    {},
    {"a": {"b": "c"}},
)
PARTS = {"place": "1", "kind": "audio", "platform": "youtube"}
"""Parameters of a path that are no ids."""
UNSTORABLE = ("a\0b", "a\ud800b")
HOSTILE_KEYS = (
    "unknown",
    "__proto__",
    "constructor",
    "user_id",
    "id",
    "$where",
    "title; drop table projects",
    "%(title)s",
    "k" * 10_000,
    "\N{CLAPPER BOARD}",
    "",
)
MALFORMED = (
    b"{",
    b"}",
    b"{'a': 1}",
    b'{"a": 1,}',
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'{"a": 1} x',
    b'{"a": "\xff"}',
    b"\xef\xbb\xbf{}",
    b'{"a": 1, "a": 2}',
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"[" * 3_000 + b"]" * 3_000,  # well-formed
    b'{"a": ' + b"9" * 5_000 + b"}",
    b"nul",
    b"<a/>",
)


@pytest.fixture(scope="module")
def world(client: Any) -> tuple[Api, dict[str, str]]:
    """Alice, who asks, and the ids of what is Bob's."""
    alice, bob = factories.user(), factories.user()
    signed_in = {u: Api(client, u, {"authorization": f"Bearer {token(u)}"}) for u in (alice, bob)}
    theirs = signed_in[bob]
    project = factories.project(bob)
    job = factories.job(bob, project)
    channel = theirs.post("/v1/channels", VALID["create_channel"]).body["id"]
    album = theirs.post("/v1/video-jobs", {**VALID["create_album"], "channel_id": channel}).body[
        "id"
    ]
    webhook = theirs.post("/v1/webhooks", VALID["create_webhook"]).body["id"]
    ids = {
        "project_id": project,
        "job_id": job,
        "run_id": job,
        "channel_id": channel,
        "album_id": album,
        "take_id": story.take(bob, album),
        "webhook_id": webhook,
        "delivery_id": theirs.post(f"/v1/webhooks/{webhook}/test").body["id"],
        "upload_id": theirs.post("/v1/uploads", VALID["create_upload"]).body["id"],
        "script_id": theirs.post("/v1/scripts", VALID["create_script"]).body["id"],
        "entry_id": theirs.post("/v1/research", VALID["ask_research"]).body["id"],
        "experiment_key": theirs.post("/v1/experiments", VALID["create_experiment"]).body[
            "experiment_key"
        ],
        "budget_id": theirs("PUT", "/v1/budgets", VALID["set_budget"]).body["id"],
        "export_id": theirs.post("/v1/privacy/exports").body["id"],
        "asset_id": uuid4(),
    }
    with db.transaction(Actor.worker(bob)) as tx:
        tx.run(
            "insert into assets (id, job_id, type, storage_path) values (%(id)s, %(job)s, 'video',"
            " %(path)s)",
            id=ids["asset_id"],
            job=job,
            path=f"{bob}/jobs/{job}/video.mp4",
        )
    mine = signed_in[alice]
    assert mine.get("/v1/me").status == 200
    own = {"project_id": str(factories.project(alice))}
    own["channel_id"] = mine.post("/v1/channels", VALID["create_channel"]).body["id"]
    ordered = {**VALID["create_album"], "channel_id": own["channel_id"]}
    own["album_id"] = mine.post("/v1/video-jobs", ordered).body["id"]
    own["webhook_id"] = mine.post("/v1/webhooks", VALID["create_webhook"]).body["id"]
    own["job_id"] = mine.post(f"/v1/projects/{own['project_id']}/jobs").body["id"]
    assert mine.post(f"/v1/jobs/{own['job_id']}/cancel").status == 200
    own["run_id"] = own["job_id"]
    mine.own = own  # type: ignore[attr-defined]
    return mine, {name: str(value) for name, value in ids.items()}


@pytest.fixture(scope="module")
def last_seen() -> list[Any]:
    """Every row of every table after the last test, which is how the next one finds them."""
    return []


@pytest.fixture
def untouched(world: Any, admin: Any, last_seen: list[Any]) -> Iterator[None]:
    """Every row of every table is afterwards what it was before."""
    tables = [
        row["name"]
        for row in admin.execute(
            "select format('%I.%I', schemaname, tablename) as name from pg_tables"
            " where schemaname in ('public', 'private', 'auth') order by 1"
        )
    ]
    assert "public.credit_ledger" in tables
    rows = " union all ".join(
        f"select '{t}' as name, count(*) as n,"
        f" md5(string_agg(t::text, '|' order by t::text)) as hash from {t} t"
        for t in tables
    )
    rows += " order by name"  # the planner may take many tables in any order
    before = last_seen.pop() if last_seen else admin.execute(rows).fetchall()
    yield
    after = admin.execute(rows).fetchall()
    last_seen.append(after)
    assert after == before


def address(path: str, ids: dict[str, str]) -> str:
    """The path with these ids, and new ones where there is none."""
    for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
        path = path.replace(f"{{{name}}}", ids.get(name) or PARTS.get(name) or str(uuid4()))
    return path


def refused(answer: Any, status: int, case: str, field: str | None = None) -> None:
    """The answer is that problem, complete, and about that field."""
    assert answer.status == status, f"{case}: {answer.status} {answer.body}"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    problem = answer.body
    assert problem["status"] == status
    assert problem["code"]
    assert problem["message"]
    assert problem["request_id"]
    assert {"details", "hint", "title", "detail", "type"} <= problem.keys()
    if field is not None:
        assert problem["errors"], case
        for error in problem["errors"]:
            assert error["rule"]
            assert error["message"]
        named = [error["field"] for error in problem["errors"]]
        assert any(f == field or f.startswith(f"{field}.") for f in named), f"{case}: {named}"


def ask(api: Api, name: str, ids: dict[str, str] | None = None, **how: Any) -> Any:
    """Call an operation, well but for what `how` changes."""
    method, path, _ = OPERATIONS[name]
    url = address(path, ids or {}) + how.pop("query", "")
    if "raw" not in how and "body" not in how and name in WITH_BODY:
        how["body"] = VALID[name]
    return api(method, url, **how)


def test_every_operation_with_a_body_is_tried():
    assert set(VALID) == set(WITH_BODY)


def bad_tokens(user: UUID) -> dict[str, str]:
    now = int(time.time())
    unsigned = jwt.encode({"sub": str(user), "role": "authenticated"}, None, "none")
    return {
        "forged": token(user, secret="another-secret-of-32-characters-or-more"),
        "expired": token(user, exp=now - 60),
        "alg=none": unsigned,
        "alg=none, well claimed": jwt.encode(
            jwt.decode(token(user), options={"verify_signature": False}), None, "none"
        ),
        "no user": token(user, sub=""),
        "for others": token(user, aud="others"),
        "for ever": token(user, exp=now + 10**9),
        "another issuer": token(user, iss="https://evil.example"),
        "garbage": "garbage",
    }


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("name", FOR_USERS)
def test_without_a_good_token_nothing_happens(client, world, name):
    alice, _ = world
    for kind, bad in bad_tokens(alice.user_id).items():
        refused(ask(Api(client, headers={"authorization": f"Bearer {bad}"}), name), 401, kind)
        refused(ask(Api(client, headers={"apikey": bad}), name), 401, f"{kind} as apikey")
    for header in ("", "Bearer", "Bearer ", "Basic YTpi", f"Token {token(alice.user_id)}"):
        refused(ask(Api(client, headers={"authorization": header}), name), 401, header)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("name", FOR_USERS_ONLY)
def test_visitors_and_the_house_have_no_things_of_their_own(client, name):
    nobody = Api(client)
    refused(ask(nobody, name), 401, "no token")
    anon = jwt.encode({"role": "anon", "iss": "supabase", "exp": 2**33}, SECRET)
    refused(ask(Api(client, headers={"apikey": anon}), name), 401, "anon key")
    house = jwt.encode({"role": "service_role", "iss": "supabase", "exp": 2**33}, SECRET)
    refused(ask(Api(client, headers={"apikey": house}), name), 403, "service key")


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("name", WITH_PATH)
def test_ids_are_uuids_of_ones_own_things(world, name):
    alice, theirs = world
    _, path, _ = OPERATIONS[name]
    parameter = path.split("{")[1].split("}")[0]
    if parameter not in PARTS:
        refused(ask(alice, name), 404, "nobody's")
        refused(ask(alice, name, theirs), 404, "another tenant's")
    words = () if parameter == "experiment_key" else ("7", "null")  # its users name it
    for bad in (*words, "%00", "..%2F..%2Fapp", "%27%20or%20true--", "x" * 2_000, "%F0%9F%8E"):
        refused(ask(alice, name, {parameter: bad}), 422, bad, parameter)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_query_names_known_parameters_with_good_values(world, name):
    alice, _ = world
    _, _, operation = OPERATIONS[name]
    if name in ("receive_stripe_event",):  # its signature is looked at in its own tests
        refused(ask(alice, name, query="?unknown=1"), 422, "unknown", "unknown")
        return
    for key in ("unknown", "__proto__", "user_id", "limit%00", "%27"):
        refused(ask(alice, name, alice.own, query=f"?{key}=1"), 422, key)
    for parameter in operation["parameters"]:
        if parameter["in"] != "query":
            continue
        key = parameter["name"]
        kind = parameter["schema"]
        schema = Draft202012Validator(kind | {"components": SPEC["components"]})
        for text in ("", "x", "-1", "0", "1.5", "1e9", "9" * 5_000, "null", "\N{CLAPPER BOARD}"):
            value: Any = int(text) if text.lstrip("-").isdigit() and len(text) < 20 else text
            meant = {"0": False, "1": True}.get(text) if "boolean" in str(kind) else None
            number = float(text) if "number" in str(kind) and text in ("1.5", "1e9") else None
            if key in ("cursor", "since") or any(
                map(schema.is_valid, (value, text, meant, *([number] if number else [])))
            ):
                continue
            refused(ask(alice, name, alice.own, query=f"?{key}={text}"), 422, f"{key}={text}", key)
        refused(ask(alice, name, alice.own, query=f"?{key}=1&{key}=2"), 422, f"{key} twice", key)
        if key in ("cursor", "since"):
            for text in ("", "x", "AAAA", "A" * 400, "%00", "eyJhIjoxfQ"):
                answer = ask(alice, name, alice.own, query=f"?{key}={text}")
                if text:
                    assert answer.status in (400, 422), f"{key}={text}: {answer.body}"


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("name", WITH_BODY)
def test_a_body_is_json_of_at_most_a_mebibyte(world, name):
    alice, _ = world
    for raw in MALFORMED:
        answer = ask(alice, name, alice.own, raw=raw)
        refused(answer, 400, repr(raw[:40]))
        if answer.body["details"]:
            assert answer.body["details"]["position"] >= 0
    for raw in (b"[]", b'"text"', b"7", b"null", b"[{}]"):
        refused(ask(alice, name, alice.own, raw=raw), 422, repr(raw), "body")
    large = json.dumps({**VALID[name], "unknown": "x" * 1_048_576}).encode()
    refused(ask(alice, name, alice.own, raw=large), 413, "too large")
    for kind in ("text/plain", "application/xml", "multipart/form-data", "application/jsonx"):
        sent = {"content_type": kind}
        refused(ask(alice, name, alice.own, **sent), 415, kind)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("name", WITH_BODY)
def test_a_body_has_known_fields_alone(world, name):
    alice, _ = world
    properties = resolved(body_schema(name))["properties"]
    for key in HOSTILE_KEYS:
        if key not in properties:
            body = {**VALID[name], key: "x"}
            refused(ask(alice, name, alice.own, body=body), 422, key, key[:100] or "body")
    for key in UNSTORABLE:
        refused(ask(alice, name, alice.own, body={**VALID[name], key: 1}), 422, repr(key))


def body_schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = OPERATIONS[name][2]["requestBody"]["content"]["application/json"]
    return schema["schema"]  # type: ignore[no-any-return]


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    return SPEC["components"]["schemas"][name] if name else schema  # type: ignore[no-any-return]


def wrong_values(schema: dict[str, Any]) -> Iterator[Any]:
    """Strange values the field's own schema does not allow."""
    allows = Draft202012Validator(
        schema | {"components": SPEC["components"]}, format_checker=FormatChecker()
    ).is_valid
    yield from (value for value in STRANGE if not allows(value))
    yield from (value for value in UNSTORABLE if allows("text"))


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("name", WITH_BODY)
def test_every_field_has_its_type_length_and_range(world, name):
    alice, _ = world
    schema = resolved(body_schema(name))
    for field, kind in schema["properties"].items():
        for value in wrong_values(kind):
            answer = ask(alice, name, alice.own, body={**VALID[name], field: value})
            refused(answer, 422, f"{field} = {str(value)[:40]!r}", field)
        for inner, inner_kind in resolved(kind).get("properties", {}).items():
            for value in wrong_values(inner_kind):
                body = {**VALID[name], field: {inner: value}}
                case = f"{field}.{inner} = {str(value)[:40]!r}"
                refused(ask(alice, name, alice.own, body=body), 422, case, f"{field}.{inner}")
    for field in schema.get("required", ()):
        body = {k: v for k, v in VALID[name].items() if k != field}
        refused(ask(alice, name, alice.own, body=body), 422, f"without {field}", field)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("name", WITH_BODY)
def test_no_error_tells_what_was_sent(world, name):
    alice, _ = world
    secret = "hunter2-hunter2"
    for body in ({**VALID[name], "unknown": secret}, {"unknown": [secret]}):
        told = ask(alice, name, alice.own, body=body)
        refused(told, 422, name)
        assert secret not in str(told.body)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(
    "name", [n for n in OPERATIONS if "Idempotency-Key" in str(OPERATIONS[n][2]["parameters"])]
)
def test_an_idempotency_key_is_visible_ascii(world, name):
    alice, _ = world
    for key in ("", " ", "a b", "\N{CLAPPER BOARD}", "x" * 256, "a\nb", "a\0"):
        answer = ask(alice, name, alice.own, idempotency_key=key)
        refused(answer, 422, repr(key), "Idempotency-Key")


@pytest.mark.usefixtures("untouched")
def test_a_version_is_one_that_was_given(world):
    alice, _ = world
    for text in ("", "1", '"x"', '"-1"', '"1', '"1", "2"', '"' + "9" * 50 + '"', "null"):
        answer = ask(alice, "change_project", alice.own, if_match=text)
        refused(answer, 422, text, "If-Match")
    refused(ask(alice, "change_project", alice.own, if_match='"99"'), 412, "another version")


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(
    ("name", "body", "field"),
    [
        ("create_project", {"draft_id": "job_id"}, "draft_id"),
        ("create_project", {"settings": "upload_id"}, "settings.voice_over_upload_id"),
        ("change_project", {"settings": "upload_id"}, "settings.voice_over_upload_id"),
        ("create_script", {"parent_id": "script_id"}, "parent_id"),
        ("create_upload", {"project_id": "project_id"}, "project_id"),
        ("create_album", {"channel_id": "channel_id"}, "channel_id"),
        ("connect", {"channel_id": "channel_id"}, "channel_id"),
    ],
)
def test_a_body_points_at_ones_own_things_alone(world, name, body, field):
    alice, theirs = world
    for ids in (theirs, dict.fromkeys(theirs, str(uuid4()))):
        sent = {
            key: {"voice_over_upload_id": ids[value]} if key == "settings" else ids[value]
            for key, value in body.items()
        }
        answer = ask(alice, name, alice.own, body={**VALID[name], **sent})
        refused(answer, 422, f"{name} {sent}", field)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("path", sorted(SPEC["paths"]))
def test_other_methods_are_refused_with_those_that_are_not(world, path):
    alice, _ = world
    known = {method.upper() for method in SPEC["paths"][path]}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - known:
        answer = alice(method, address(path, {}))
        refused(answer, 405, method)
        assert set(answer.headers["allow"].split(", ")) == known
