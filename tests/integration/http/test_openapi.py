"""The description: valid, complete, and true of what is served."""

from openapi_spec_validator import OpenAPIV31SpecValidator

from app import app


def described(anyone):
    answer = anyone.get("/v1/openapi.json")
    assert answer.status == 200
    return answer.body


def test_it_is_valid(anyone):
    assert list(OpenAPIV31SpecValidator(described(anyone)).iter_errors()) == []


def test_every_route_is_described(anyone):
    paths = described(anyone)["paths"]
    served = {
        (path, method.lower())
        for path, entries in app.routes.items()
        for method in entries
        if path.startswith("/v1/")
    }
    declared = {(path, method) for path in paths for method in paths[path]}
    assert {(path, method) for path, method in declared if path.startswith("/v1/")} == served
    assert {path for path, _ in declared - served} >= {"/rest/v1/projects", "/rest/v1/scripts"}


def test_every_operation_says_who_may_call_it_and_what_can_go_wrong(anyone):
    names = []
    for path, operations in described(anyone)["paths"].items():
        for operation in operations.values():
            names.append(operation["operationId"])
            assert operation["summary"].endswith(".")
            assert "security" in operation
            for status, answer in operation["responses"].items():
                kind = "image/svg+xml" if path.endswith("plot.svg") else "application/json"
                kind = "application/problem+json" if status >= "400" else kind
                assert kind in answer.get("content", {kind: None}), path
            if operation["security"] and {} not in operation["security"]:
                assert {"401", "403"} <= set(operation["responses"])
    assert len(set(names)) == len(names)


def test_bodies_say_that_unknown_fields_are_refused(anyone):
    spec = described(anyone)
    named = {
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for path, operations in spec["paths"].items()
        for operation in (operations.values() if path.startswith("/v1/") else ())
        if "requestBody" in operation
    }
    assert "StartJob" in named
    schemas = spec["components"]["schemas"]
    assert {name for name in named if schemas[name]["additionalProperties"] is not False} == set()


def test_paths_are_relative_to_where_the_stage_lies(client):
    event = client.http._local_gateway.event_converter.create_lambda_event(
        "GET", "/v1/openapi.json", {}
    )
    event["requestContext"]["path"] = "/api/v1/openapi.json"
    import json

    body = json.loads(app(event, client.http._local_gateway._generate_lambda_context())["body"])
    assert body["servers"] == [{"url": "/api"}]


def test_the_page_brings_everything_it_needs(anyone):
    page = anyone.get("/docs")
    assert page.status == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "connect-src 'self'" in page.headers["content-security-policy"]
    assert b"http://" not in page.body
    assert b"https://" not in page.body
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js"):
        assert f"docs/{name}".encode() in page.body
        assert anyone.get(f"/docs/{name}").status == 200
    for name in ("index.html", "..%2F..%2F..%2Fapp.py", "LICENSE", "x"):
        assert anyone.get(f"/docs/{name}").body["code"] == "NotFound"
